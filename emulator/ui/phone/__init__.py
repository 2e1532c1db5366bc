"""What the phone panel is made of: one file a tab, and what the tabs are made of."""

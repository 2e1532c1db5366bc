"""From HUD document and state to a picture and to light."""

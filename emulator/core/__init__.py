"""Virtual time, events, the log and the profile. Imports nothing else from the package."""

"""The outside of the emulator: HTTP, secrets, and the loop on which live halves of services run."""

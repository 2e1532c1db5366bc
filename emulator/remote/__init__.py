"""Ways into a session from outside the process, and out of it: servers on this machine."""

"""Ground under payment, prices and travel: what a camera frame shows. Codes, so far."""

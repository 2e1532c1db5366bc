"""Flow files: reading, playing and judging them."""

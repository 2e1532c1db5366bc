"""What the glasses ask of the world, one service a file."""

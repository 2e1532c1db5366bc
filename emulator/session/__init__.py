"""The composition root: one pair of glasses with its world, its log and its replay."""

"""The cell model, the packs and the gauge."""

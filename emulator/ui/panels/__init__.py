"""Dock panels, readers of the log, one a file; each exports PANEL."""

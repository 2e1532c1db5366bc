"""Voice engines, one a file; each exports ENGINE."""

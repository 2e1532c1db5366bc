"""Where work runs and when the AP sleeps, one policy a file; each exports POLICY."""

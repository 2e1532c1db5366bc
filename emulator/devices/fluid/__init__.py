"""L0: the dual system as a fluid, for days and fleets; the semantics of the scheduled one without its slices."""

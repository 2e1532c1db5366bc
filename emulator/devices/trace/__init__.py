"""A log as a Perfetto trace: ``write.py`` reads records and writes as it goes; the other modules are its parts."""

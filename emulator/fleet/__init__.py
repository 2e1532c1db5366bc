"""Many devices, many days: the day of ``devices/fluid`` as arrays, in processes or on a Dask cluster."""

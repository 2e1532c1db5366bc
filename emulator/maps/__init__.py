"""Ground under navigation: OpenStreetMap data, positions, routes, search and guidance."""

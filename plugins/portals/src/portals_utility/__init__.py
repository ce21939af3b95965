"""The Meltano utility `portals`: what is done for all connected portals at once."""

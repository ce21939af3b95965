"""Shows portals side by side, in the browser."""

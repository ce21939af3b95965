"""Answers every KPI over HTTP, to each client those of its own portals."""

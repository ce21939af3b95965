"""Compares what HTTP clients cost."""

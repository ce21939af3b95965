"""Definitions, locks and requirements of the Meltano plugins."""

"""Alembic's scripts: one file a version, each with its way back."""

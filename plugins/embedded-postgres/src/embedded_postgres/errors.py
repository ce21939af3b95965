"""The one error of this package."""

from __future__ import annotations


class EmbeddedPostgresError(Exception):
    """The embedded server could not do what was asked; the message says why and what to do."""

"""The one error of this package."""

from __future__ import annotations


class PortalsError(Exception):
    """A command could not do what was asked; the message is one line that says why and what to do."""

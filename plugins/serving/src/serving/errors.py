"""The one error of this package."""

from __future__ import annotations


class CannotServe(Exception):  # noqa: N818 - it says what happened
    """An address is taken or wrong, or a setting is; the message is one line with the cure."""

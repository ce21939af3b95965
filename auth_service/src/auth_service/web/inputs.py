"""What people type and addresses hold, read with care: PostgreSQL takes neither NUL nor numbers of any length."""

from __future__ import annotations

import re

BIGINT_DIGITS = 18


class InputError(Exception):
    """A field of a form cannot be used.

    Attributes:
        field: Its name.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def number(text: str) -> int | None:
    """Read a number that fits into a row's id; None if it is none."""
    return int(text) if re.fullmatch(rf"[0-9]{{1,{BIGINT_DIGITS}}}", text) else None


def portal_id(text: str) -> int | None:
    """Read the optional field with a portal's id.

    Raises:
        InputError: There is something in it that is no portal's id.
    """
    if not text:
        return None
    found = number(text)
    if not found:
        raise InputError("portal", "A portal id is a number, as HubSpot shows it beside the account's name.")
    return found

"""Reads HubSpot's texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number(text: object) -> Decimal | None:
    """A number in any spelling, `3.6E6` too; None for no number."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def flag(text: str | None) -> bool | None:
    """`true` or `false`; None for anything else."""
    return {"true": True, "false": False}.get((text or "").lower())


def moment(value: str | int | None) -> datetime | None:
    """An instant: epoch milliseconds, or ISO 8601; None for neither."""
    text = str(value or "")
    if text.lstrip("-").isdigit():
        return _EPOCH + timedelta(milliseconds=int(text))
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def duration(length: timedelta, unit: timedelta) -> Decimal:
    """How many of a unit a length of time is, exactly."""
    microsecond = timedelta(microseconds=1)
    return Decimal(length // microsecond) / Decimal(unit // microsecond)

"""Times as HubSpot sends them, and as every stream emits them.

HubSpot's dates arrive as ISO 8601 with or without milliseconds, as plain dates, or as epoch milliseconds in a
string. All leave as one form, UTC with milliseconds and a `Z`: the loader keeps no offsets.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Our form, and surely a time (29 February is not). Nearly all of HubSpot's times match, and there are millions of them.
_OUR_FORM = re.compile(
    r"[12]\d{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
    r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z",
    re.ASCII,
)


def parse_timestamp(value: object) -> datetime | None:
    """Read one of HubSpot's forms of a time.

    Args:
        value: An ISO 8601 string, a date, epoch milliseconds (number or string of digits), or nothing.

    Returns:
        An aware UTC datetime, or None when there is no value or it is no time at all.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        return None
    text = str(value)
    try:
        if text.lstrip("-").isdigit():
            return EPOCH + int(text) * _MILLISECOND
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is UTC:
            return moment
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_timestamp(moment: datetime) -> str:
    """Write a time the way every stream does, e.g. `2026-01-02T03:04:05.678Z`."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def normalize(value: object) -> str | None:
    """Bring any of HubSpot's forms of a time to ours; None stays None."""
    if isinstance(value, str) and _OUR_FORM.fullmatch(value):
        return value
    moment = parse_timestamp(value)
    return None if moment is None else format_timestamp(moment)


def to_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, rounded down."""
    return (moment - EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """The time that is so many milliseconds after 1970."""
    return EPOCH + milliseconds * _MILLISECOND

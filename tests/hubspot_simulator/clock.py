"""The simulator's time, in milliseconds since 1970 because that is HubSpot's resolution."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# Epoch-milliseconds strings begin in 1973 here, so that small plain numbers are never taken for dates.
_SMALLEST_EPOCH_MS = 100_000_000_000


class Clock:
    """One source of time for token expiry, rate limits and record stamps.

    A running clock follows `time.time()` (and so `time_machine`), moved by whatever was
    `advance`d. A frozen clock stands still until it is advanced.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        now = _system_ms()
        self._start_ms = now if start is None else to_ms(start)
        self._offset_ms = self._start_ms - now
        self._frozen = frozen

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return self._start_ms if self._frozen else _system_ms() + self._offset_ms

    def now(self) -> datetime:
        """The same instant as an aware UTC datetime."""
        return from_ms(self.now_ms())

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._start_ms += round(seconds * SECOND_MS)
        self._offset_ms += round(seconds * SECOND_MS)


def to_ms(moment: datetime) -> int:
    """An aware datetime as milliseconds since 1970; finer digits are cut off, not rounded."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """Milliseconds since 1970 as an aware UTC datetime."""
    return datetime.fromtimestamp(ms / SECOND_MS, UTC)


def iso(ms: int) -> str:
    """HubSpot's usual spelling of a moment: `2026-01-02T03:04:05.678Z`."""
    return datetime.fromtimestamp(ms / SECOND_MS, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_moment(text: str) -> int | None:
    """Read a date or moment in any of HubSpot's spellings.

    Args:
        text: Epoch milliseconds, `YYYY-MM-DD`, or ISO 8601 with or without milliseconds.

    Returns:
        Milliseconds since 1970, or None when the text is no date.
    """
    if text.lstrip("-").isdigit():
        number = int(text)
        return number if abs(number) >= _SMALLEST_EPOCH_MS or number == 0 else None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _system_ms() -> int:
    return time.time_ns() // 1_000_000

"""How long HubSpot is left alone about a portal after its token could not be refreshed."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(minutes=15)
# A portal on the move to another data centre answers 477 and says how long: up to a day.
LONGEST_ASKED_FOR = timedelta(hours=24)

_MOST_DOUBLINGS = 10


def length(failures: int, retry_after: float | None) -> timedelta:
    """Return 30 s after the first failure in a row, then double, up to 15 min; longer if HubSpot says so.

    Args:
        failures: How often in a row, at least 1.
        retry_after: Seconds that HubSpot asked to wait, if it did.
    """
    doubled = FIRST * (1 << min(failures - 1, _MOST_DOUBLINGS))
    asked = timedelta(seconds=min(retry_after or 0, LONGEST_ASKED_FOR.total_seconds()))
    return max(min(doubled, LONGEST), asked)

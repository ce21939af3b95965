"""The days that a request is about, where it does not say so itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import UNSET

from kpi_api.asking import wrong
from kpi_marts.periods import add_months

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from msgspec import UnsetType

    from kpi_api.directory import Directory

_MONTHS = 12
# No HubSpot record is from before; the calendar of Python ends at 9999.
_FIRST_YEAR, _LAST_YEAR = 1900, 9000


def window(
    since: date | UnsetType, to: date | UnsetType, directory: Directory, portal_ids: Collection[int]
) -> tuple[date, date]:
    """First and last day: by default twelve whole months, and the days of the running one that are known.

    Raises:
        Problem: there is no such window.
    """
    for name, day in (("from", since), ("to", to)):
        if day is not UNSET and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise wrong(name, f"{name} must be a day of the years {_FIRST_YEAR} to {_LAST_YEAR}.")
    until = last_day(directory, portal_ids) if to is UNSET else to
    first = add_months(until, -_MONTHS) if since is UNSET else since
    if first > until:
        raise wrong("from", f"from must not be after to, which is {until}.")
    return first, until


def last_day(directory: Directory, portal_ids: Collection[int]) -> date:
    """The last day that is known of any of these portals."""
    return max(directory.known_until(portal_ids).values(), default=datetime.now(UTC).date())

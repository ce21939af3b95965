"""How the syncs of each portal went: read from the run log that the tap keeps, where there is one.

It is only shown here. A database without it, a role that may not read it, or a slow answer leaves the pages
without these columns, and takes nothing else from them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import Engine

logger = logging.getLogger(__name__)

# A daily sync may take two hours longer than yesterday before it counts as late.
FRESH_FOR = timedelta(hours=26)
LOOK_BACK = timedelta(days=30)
PATIENCE_MILLISECONDS = 3000

_LATEST = text("""
    SELECT DISTINCT ON (portal_id, stream)
        portal_id, stream, status, reason, records,
        max(finished_at) FILTER (WHERE status = 'ok') OVER (PARTITION BY portal_id, stream) AS last_ok_at
    FROM hubspot_raw.portal_syncs
    WHERE finished_at > (now() AT TIME ZONE 'UTC') - :look_back
        AND (CAST(:portal_id AS bigint) IS NULL OR portal_id = :portal_id)
    ORDER BY portal_id, stream, started_at DESC, run_id DESC
""")


@dataclass(frozen=True, slots=True)
class StreamSync:
    """How one stream of a portal was read last, and when last with success."""

    stream: str
    status: str
    reason: str | None
    records: int | None
    last_ok_at: datetime | None

    @property
    def fresh(self) -> bool:
        """Whether the stream was read with success lately."""
        return self.last_ok_at is not None and datetime.now(UTC) - self.last_ok_at < FRESH_FOR


@dataclass(frozen=True, slots=True)
class PortalSyncs:
    """How the streams of one portal were read, by name."""

    streams: tuple[StreamSync, ...]

    @property
    def last_ok_at(self) -> datetime | None:
        """When a stream was last read with success."""
        return max((each.last_ok_at for each in self.streams if each.last_ok_at), default=None)

    @property
    def late(self) -> tuple[str, ...]:
        """The streams whose data is old, or was never read; those left out on purpose are not among them."""
        return tuple(each.stream for each in self.streams if each.status != "skipped" and not each.fresh)

    @property
    def failed(self) -> tuple[str, ...]:
        """The streams whose last sync failed."""
        return tuple(each.stream for each in self.streams if each.status == "failed")


def read(engine: Engine, portal_id: int | None = None) -> dict[int, PortalSyncs] | None:
    """Return how the syncs went, by portal id; None if that cannot be known here."""
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = {PATIENCE_MILLISECONDS}"))
            rows = connection.execute(_LATEST, {"look_back": LOOK_BACK, "portal_id": portal_id}).all()
    except DBAPIError as error:
        logger.info("the run log of the syncs is not shown (%s)", type(error.orig).__name__)
        return None
    streams: dict[int, list[StreamSync]] = {}
    for row in rows:
        # The loader stores UTC without saying so.
        last_ok_at = row.last_ok_at and row.last_ok_at.replace(tzinfo=UTC)
        streams.setdefault(row.portal_id, []).append(
            StreamSync(row.stream, row.status, row.reason, row.records, last_ok_at)
        )
    return {portal_id: PortalSyncs(tuple(found)) for portal_id, found in streams.items()}

"""How fresh and complete the figures are, and what is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from kpi_marts.reader import Marts


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """A row of `portal_health`, where each column is described."""

    portal_id: int
    portal_name: str
    connection_status: str | None
    stream: str
    object_type: str
    last_status: str
    last_mode: str | None
    last_reason: str | None
    last_records: int | None
    last_requests: int | None
    last_started_at: datetime | None
    last_ok_at: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    live_rows: int | None
    deleted_rows: int | None
    last_full_read_at: datetime | None
    last_full_read_total: int | None
    missing_rows: int | None
    completeness: Decimal | None

    @property
    def is_broken(self) -> bool:
        """Whether its latest run failed."""
        return self.last_status == "failed"


def stream_health(marts: Marts, portal_ids: Collection[int] | None = None) -> list[StreamHealth]:
    """Every stream of every portal (or of these), broken ones first within a portal."""
    return marts.ask(
        """
        SELECT
            portal_id, portal_name, connection_status, stream, object_type, last_status, last_mode, last_reason,
            last_records, last_requests, last_started_at, last_ok_at, last_error, last_error_at, live_rows,
            deleted_rows, last_full_read_at, last_full_read_total, missing_rows, completeness
        FROM {portal_health} AS health
        WHERE %(portal_ids)s::bigint[] IS NULL OR portal_id = ANY(%(portal_ids)s)
        ORDER BY portal_name, portal_id, last_status <> 'failed', stream, object_type
        """,
        StreamHealth,
        {"portal_ids": None if portal_ids is None else sorted(portal_ids)},
    )

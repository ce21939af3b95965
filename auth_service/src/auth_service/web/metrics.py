"""How the portals are, for Prometheus: asked when it asks, in figures without names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

from auth_service.tables import audit_log, portal_connections

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client import Metric
    from sqlalchemy import Connection, Engine

_PATIENCE_MILLISECONDS = 3000
_STATUSES = ("active", "reauth_required", "disconnected")


class PortalFigures(Collector):
    """Counts portals by status, and what has happened to them since the service began, whichever process did it.

    Tokens are refreshed by the tap: the audit log is where this service hears of it.

    Args:
        engine: The database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen: int | None = None
        self._events: dict[tuple[str, str], int] = {}

    @override
    def collect(self) -> Iterable[Metric]:
        """Ask the database; one that does not answer is a figure, too."""
        try:
            with self._engine.begin() as connection:
                connection.execute(text(f"SET LOCAL statement_timeout = {_PATIENCE_MILLISECONDS}"))
                figures = self._portals(connection)
                self._hear(connection)
        except SQLAlchemyError:
            figures = []
        yield GaugeMetricFamily(
            "hubspot_auth_database_up", "1 if the token table could be asked.", value=bool(figures)
        )
        yield from figures
        events = CounterMetricFamily(
            "hubspot_auth_events",
            "Entries of the audit log since this service began.",
            labels=("event", "outcome"),
        )
        for (event, outcome), count in self._events.items():
            events.add_metric((event, outcome), count)
        yield events

    def _portals(self, connection: Connection) -> list[GaugeMetricFamily]:
        table = portal_connections
        by_status = {
            row.status: row
            for row in connection.execute(
                select(
                    table.c.status,
                    func.count().label("portals"),
                    func.count().filter(table.c.refresh_failures > 0).label("failing"),
                    func.max(table.c.last_refresh_at).label("refreshed_at"),
                ).group_by(table.c.status)
            )
        }
        portals = GaugeMetricFamily("hubspot_auth_portals", "Portals by status.", labels=("status",))
        for status in _STATUSES:
            portals.add_metric((status,), by_status[status].portals if status in by_status else 0)
        active = by_status.get("active")
        return [
            portals,
            GaugeMetricFamily(
                "hubspot_auth_portals_failing_to_refresh",
                "Active portals whose last refresh of a token failed.",
                value=active.failing if active else 0,
            ),
            GaugeMetricFamily(
                "hubspot_auth_newest_refresh_timestamp_seconds",
                "When the token of an active portal was last refreshed; 0 if never.",
                value=active.refreshed_at.timestamp() if active and active.refreshed_at else 0,
            ),
        ]

    def _hear(self, connection: Connection) -> None:
        """Count the entries that are new. The log only grows, so its numbers say which are."""
        newest = connection.scalar(select(func.max(audit_log.c.id))) or 0
        if self._seen is not None and newest > self._seen:
            entries = connection.execute(
                select(audit_log.c.event, audit_log.c.outcome, func.count().label("entries"))
                .where(audit_log.c.id > self._seen, audit_log.c.id <= newest)
                .group_by(audit_log.c.event, audit_log.c.outcome)
            )
            for entry in entries:
                key = (entry.event, entry.outcome)
                self._events[key] = self._events.get(key, 0) + entry.entries
        self._seen = newest

"""What the check has found, for people, for programs and for Prometheus."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from portals_utility.errors import PortalsError
from portals_utility.judging import Level, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from portals_utility.judging import Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """How the portals are.

    Attributes:
        checked_at: By the database's clock.
        verdicts: One a portal, the worst first.
        completeness_known: Whether the marts could be asked for what is missing.
    """

    checked_at: datetime
    verdicts: Sequence[Verdict]
    completeness_known: bool

    @property
    def level(self) -> Level:
        """How bad the worst is."""
        return max((each.state.level for each in self.verdicts), default=Level.UNKNOWN)

    def lines(self) -> Iterator[str]:
        """For people: how it is in one line, which pagers show, then a table."""
        counts = Counter(each.state for each in self.verdicts)
        said = ", ".join(f"{counts[state]} {state}" for state in State if counts[state])
        yield f"{self.level.name}: portals: {said}"
        cells = [
            (each.state.value, str(each.portal_id), each.name, _utc(each.last_success_at), each.says)
            for each in self.verdicts
        ]
        table = [("STATE", "PORTAL", "NAME", "LAST READ", ""), *cells]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)][:-1]
        for row in table:
            yield "  ".join(
                (*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])
            ).rstrip()
        if not self.completeness_known:
            yield "Whether records are missing is not known: dbt has not run yet, or its marts may not be read."

    def as_json(self) -> str:
        """For programs."""
        return json.dumps(
            {
                "level": self.level.name.lower(),
                "exit_code": int(self.level),
                "checked_at": self.checked_at,
                "completeness_known": self.completeness_known,
                "portals": [
                    {**asdict(each), "level": each.state.level.name.lower()} for each in self.verdicts
                ],
            },
            indent=2,
            ensure_ascii=False,
            default=_utc,
        )

    def write_metrics(self, file: Path) -> None:
        """For Prometheus: a file for node_exporter's textfile collector, which never sees half of it.

        Portals are named by their id alone: what is scraped goes far. Those that were disconnected are not in it.

        Raises:
            PortalsError: It can't be written.
        """
        registry = CollectorRegistry()

        def gauge(name: str, documentation: str, *labels: str) -> Gauge:
            return Gauge(f"hubspot_{name}", documentation, labels, registry=registry)

        gauge("check_timestamp_seconds", "When portals:check last looked.").set(self.checked_at.timestamp())
        state = gauge(
            "portal_state", "1 for the state that the portal is in, 0 for the others.", "portal_id", "state"
        )
        success = gauge(
            "portal_last_success_timestamp_seconds",
            "When a stream of it was last read; 0 if not lately.",
            "portal_id",
        )
        run = gauge(
            "portal_last_run_timestamp_seconds",
            "When a run last ended a stream of it; 0 if not lately.",
            "portal_id",
        )
        rows = gauge("portal_last_run_rows", "Rows that its last run has read.", "portal_id")
        requests = gauge("portal_last_run_requests", "Calls to HubSpot's API of its last run.", "portal_id")
        reauth = gauge(
            "portal_reauth_required", "1 if HubSpot no longer lets it in: connect it again.", "portal_id"
        )
        failed = gauge("portal_failed_streams", "Streams whose last read failed.", "portal_id")
        missing = gauge(
            "portal_missing_rows", "Records that HubSpot counted and that are not here.", "portal_id"
        )
        for each in self.verdicts:
            if each.state is State.DISCONNECTED:
                continue
            for one in State:
                if one is not State.DISCONNECTED:
                    state.labels(each.portal_id, one.value).set(each.state is one)
            success.labels(each.portal_id).set(
                each.last_success_at.timestamp() if each.last_success_at else 0
            )
            run.labels(each.portal_id).set(each.last_run_at.timestamp() if each.last_run_at else 0)
            rows.labels(each.portal_id).set(each.records)
            requests.labels(each.portal_id).set(each.requests)
            reauth.labels(each.portal_id).set(each.needs_reconnecting)
            failed.labels(each.portal_id).set(len(each.failed_streams))
            if each.missing_rows is not None:
                missing.labels(each.portal_id).set(each.missing_rows)
        try:
            write_to_textfile(str(file), registry)
        except OSError as error:
            raise PortalsError(
                f"{file} can't be written ({error.strerror}): choose another --prometheus"
            ) from None


def _utc(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

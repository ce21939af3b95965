"""What is broken, old or well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kpi_dashboard.status import ago, troubles
from kpi_marts.health import StreamHealth
from kpi_marts.portals import Portal

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)

WELL = Portal(
    portal_id=1,
    portal_name="Northwind",
    hub_domain=None,
    time_zone="UTC",
    company_currency="USD",
    connection_status="active",
    is_active=True,
    has_left=False,
    left_at=None,
    connected_at=NOW,
    last_error_code=None,
    last_synced_at=NOW - timedelta(hours=1),
    last_synced_date=NOW.date(),
    group_names=[],
)
STREAM = StreamHealth(
    portal_id=1,
    portal_name="Northwind",
    connection_status="active",
    stream="deals",
    object_type="deals",
    last_status="ok",
    last_mode="incremental",
    last_reason=None,
    last_records=1,
    last_requests=1,
    last_started_at=NOW,
    last_ok_at=NOW,
    last_error=None,
    last_error_at=None,
    live_rows=1,
    deleted_rows=0,
    last_full_read_at=NOW,
    last_full_read_total=1,
    missing_rows=0,
    completeness=Decimal(1),
)
FAILED = replace(STREAM, last_status="failed", last_reason="HTTP 500")


def test_nothing_is_said_of_portals_that_are_well_or_have_left() -> None:
    left = replace(WELL, has_left=True, is_active=False, connection_status="disconnected")
    assert troubles([WELL, left], [STREAM], NOW) == []


@pytest.mark.parametrize(
    ("portal", "stream", "what"),
    [
        (replace(WELL, connection_status="reauth_required"), STREAM, "no longer accepts"),
        (replace(WELL, connection_status="disconnected"), STREAM, "disconnected"),
        (WELL, FAILED, "deals failed: HTTP 500"),
        (replace(WELL, last_synced_at=None), STREAM, "never read"),
        (replace(WELL, is_active=False), STREAM, "not active"),
    ],
)
def test_what_is_broken_is_said_with_the_cure(portal: Portal, stream: StreamHealth, what: str) -> None:
    (trouble,) = troubles([portal], [stream], NOW)
    assert trouble.is_broken
    assert what in trouble.what
    assert trouble.cure


def test_what_is_old_comes_after_what_is_broken() -> None:
    old = replace(WELL, portal_id=2, last_synced_at=NOW - timedelta(days=3))
    found = troubles([old, WELL], [FAILED], NOW)
    assert [(trouble.portal.portal_id, trouble.is_broken) for trouble in found] == [(1, True), (2, False)]


def test_many_failed_streams_are_counted_not_listed() -> None:
    streams = [replace(FAILED, stream=name) for name in ("a", "b", "c", "d", "e")]
    (trouble,) = troubles([WELL], streams, NOW)
    assert trouble.what == "a, b, c and 2 more failed: HTTP 500"


@pytest.mark.parametrize(
    ("hours", "text"), [(0.5, "less than an hour ago"), (30, "30 hours ago"), (75, "3 days ago")]
)
def test_how_long_ago_is_said_roughly(hours: float, text: str) -> None:
    assert ago(NOW - timedelta(hours=hours), NOW) == text

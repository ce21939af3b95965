"""What the evidence means, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from portals_utility.judging import Level, State, judge
from portals_utility.reading import Connection, Evidence, Missing, PortalRun, StreamRead

if TYPE_CHECKING:
    from portals_utility.judging import Verdict

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MAX_AGE = timedelta(hours=3)
PORTAL = 1458021


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def connection(portal_id: int = PORTAL, **changes: object) -> Connection:
    values = {"company_name": "Acme", "status": "active", "last_error_code": None, "created_at": ago(1000)}
    return Connection(portal_id=portal_id, **(values | changes))  # type: ignore[arg-type] # of a test's making


def stream(
    name: str,
    tried: float,
    ok: float | None,
    *,
    portal_id: int = PORTAL,
    object_type: str = "",
    reason: str = "no answer",
) -> StreamRead:
    """Tried and read with success so many hours ago."""
    read_ok = ok is not None and ok <= tried
    return StreamRead(
        portal_id,
        name,
        object_type,
        "ok" if read_ok else "failed",
        None if read_ok else reason,
        ago(tried).replace(tzinfo=None),
        None if ok is None else ago(ok).replace(tzinfo=None),
    )


def verdict_of(
    *reads: StreamRead, of: Connection | None = None, missing: list[Missing] | None = None
) -> Verdict:
    runs = [PortalRun(each.portal_id, each.started_at, 10, 4) for each in reads[-1:]]
    verdicts = judge(Evidence(NOW, [of or connection()], reads, runs, missing), MAX_AGE)
    return next(each for each in verdicts if each.portal_id == (of or connection()).portal_id)


def test_a_portal_whose_streams_were_read_lately_is_ok() -> None:
    verdict = verdict_of(stream("deals", 0.5, 0.5), stream("contacts", 0.6, 0.5), missing=[])
    assert (verdict.state, verdict.says, verdict.missing_rows) == (State.OK, "read 30 min ago", 0)


def test_a_portal_that_hubspot_does_not_let_in_is_broken_whatever_was_read() -> None:
    verdict = verdict_of(
        stream("deals", 0.5, 0.5), of=connection(status="reauth_required", last_error_code="invalid_grant")
    )
    assert verdict.state is State.BROKEN
    assert verdict.says == "HubSpot no longer lets it in (invalid_grant): connect it again in the browser"


@pytest.mark.parametrize(("ok", "state"), [(1.5, State.FAILING), (3.5, State.BROKEN), (None, State.BROKEN)])
def test_a_failure_is_a_warning_until_it_is_as_old_as_a_portal_may_be(ok: float | None, state: State) -> None:
    verdict = verdict_of(stream("deals", 0.5, ok), stream("contacts", 0.5, 0.5))
    assert verdict.state is state
    assert verdict.says.startswith("deals failed: no answer")
    assert [each.stream for each in verdict.failed_streams] == ["deals"]


def test_a_portal_of_which_nothing_was_read_for_too_long_is_stale() -> None:
    assert verdict_of(stream("deals", 3.5, 3.5)).state is State.STALE
    assert verdict_of(stream("deals", 2.9, 2.9)).state is State.OK


def test_a_portal_that_was_connected_a_moment_ago_is_no_alarm() -> None:
    evidence = Evidence(NOW, [connection(created_at=ago(0.2))], [], [], None)
    [verdict] = judge(evidence, MAX_AGE)
    assert verdict.state is State.OK
    [later] = judge(Evidence(NOW, [connection(created_at=ago(4))], [], [], None), MAX_AGE)
    assert later.state is State.STALE


@pytest.mark.parametrize(("rows", "state"), [(10, State.OK), (11, State.INCOMPLETE)])
def test_more_than_a_few_missing_records_make_a_portal_incomplete(rows: int, state: State) -> None:
    verdict = verdict_of(stream("deals", 0.5, 0.5), missing=[Missing(PORTAL, "deals", "deals", rows, 4000)])
    assert (verdict.state, verdict.missing_rows) == (state, rows)


def test_a_stream_that_is_read_of_others_only_makes_a_portal_incomplete() -> None:
    verdict = verdict_of(
        stream("deals", 1, 1), stream("deals", 1, 1, portal_id=2), stream("contacts", 1, 1, portal_id=2)
    )
    assert verdict.state is State.INCOMPLETE
    assert "contacts" in verdict.says
    left_out = verdict_of(stream("deals", 1, 1), stream("contacts", 30, 30, portal_id=2))
    assert left_out.state is State.OK, "nobody reads contacts any more"


def test_a_stream_that_failed_whole_is_well_once_its_parts_are_read() -> None:
    whole = stream("custom_objects", 2, None)
    part = stream("custom_objects", 1, 1, object_type="2-17")
    assert verdict_of(whole, part).state is State.OK
    assert verdict_of(part, stream("custom_objects", 0.5, None)).state is State.BROKEN


def test_a_portal_that_was_disconnected_on_purpose_is_no_alarm_and_comes_last() -> None:
    left = connection(1, status="disconnected")
    first, last = judge(Evidence(NOW, [left, connection()], [stream("deals", 1, 1)], [], None), MAX_AGE)
    assert (first.state, last.state, last.state.level) == (State.OK, State.DISCONNECTED, Level.OK)


def test_nothing_that_hubspot_says_draws_on_the_terminal() -> None:
    verdict = verdict_of(
        stream("deals", 1, None, reason="no\nanswer\x1b[2J"), of=connection(company_name="A\x1b]0;x\x07\nB")
    )
    assert verdict.name == "A ]0;x B"
    assert "\x1b" not in verdict.says
    assert "\n" not in verdict.says

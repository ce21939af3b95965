"""What the evidence means: how each portal is, how bad that is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, TypeVar

from portals_utility.reading import Missing, StreamRead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, timedelta

    from portals_utility.reading import Connection, Evidence, PortalRun

_Row = TypeVar("_Row", StreamRead, Missing)

# As in transform/tests/records_are_complete.sql: some records are created while the rest are read.
_MISSING_FEW = 10
_MISSING_SHARE = 0.001
_NAMED = 3


class Level(IntEnum):
    """How bad it is; the number is the exit code, as monitoring plugins have it."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class State(StrEnum):
    """How a portal is."""

    OK = "ok"
    INCOMPLETE = "incomplete"
    FAILING = "failing"
    STALE = "stale"
    BROKEN = "broken"
    DISCONNECTED = "disconnected"

    @property
    def level(self) -> Level:
        """How bad that is. A portal that was disconnected on purpose is nobody's worry."""
        match self:
            case State.OK | State.DISCONNECTED:
                return Level.OK
            case State.INCOMPLETE | State.FAILING:
                return Level.WARNING
            case _:
                return Level.CRITICAL


@dataclass(frozen=True, slots=True)
class FailedStream:
    """A stream whose latest read failed."""

    stream: str
    object_type: str
    reason: str
    last_success_at: datetime | None

    def __str__(self) -> str:
        of_type = "" if self.object_type in ("", self.stream) else f" {self.object_type}"
        return f"{self.stream}{of_type}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a portal is.

    Attributes:
        portal_id: Which portal.
        name: Of its company, on one line.
        needs_reconnecting: Whether HubSpot no longer lets it in.
        state: How it is; of several states, the worst.
        says: Why, and what to do.
        last_success_at: When a stream of it was last read, of the last seven days.
        last_run_at: When a run last ended a stream of it, well or not.
        records: Rows that this run has read.
        requests: What it asked of HubSpot's API.
        failed_streams: What its latest read of failed.
        missing_rows: Records that HubSpot counted and that are not here; None if that is not known.
    """

    portal_id: int
    name: str
    needs_reconnecting: bool
    state: State
    says: str
    last_success_at: datetime | None
    last_run_at: datetime | None
    records: int
    requests: int
    failed_streams: tuple[FailedStream, ...]
    missing_rows: int | None


def judge(evidence: Evidence, max_age: timedelta) -> list[Verdict]:
    """Say of each portal how it is, the worst first.

    Args:
        evidence: What the database says.
        max_age: How long a portal may go without a stream that was read with success.
    """
    since = _naive(evidence.now - max_age)
    # What another portal was asked for lately, a portal should have been asked for, too.
    asked = frozenset(each.stream for each in evidence.reads if each.started_at >= since)
    reads = _by_portal(evidence.reads)
    missing = _by_portal(evidence.missing or ())
    runs = {each.portal_id: each for each in evidence.runs}
    verdicts = [
        _judge(
            _Portal(
                connection,
                reads.get(connection.portal_id, []),
                runs.get(connection.portal_id),
                None if evidence.missing is None else missing.get(connection.portal_id, []),
            ),
            asked,
            evidence.now,
            max_age,
        )
        for connection in evidence.connections
    ]
    return sorted(
        verdicts, key=lambda each: (-each.state.level, each.state is State.DISCONNECTED, each.portal_id)
    )


@dataclass(frozen=True, slots=True)
class _Portal:
    connection: Connection
    reads: list[StreamRead]
    run: PortalRun | None
    missing: list[Missing] | None

    @property
    def last_success_at(self) -> datetime | None:
        moments = [each.last_ok_at for each in self.reads if each.last_ok_at]
        return max(moments).replace(tzinfo=UTC) if moments else None

    def failed(self) -> tuple[FailedStream, ...]:
        """What failed last; a stream that has divided itself since (by object type) is well if its parts are."""
        divided_at: dict[str, datetime] = {}
        for each in self.reads:
            if each.object_type and each.status == "ok":
                divided_at[each.stream] = max(each.started_at, divided_at.get(each.stream, each.started_at))
        return tuple(
            FailedStream(
                each.stream,
                each.object_type,
                one_line(each.reason or "no reason was given"),
                each.last_ok_at.replace(tzinfo=UTC) if each.last_ok_at else None,
            )
            for each in self.reads
            if each.status == "failed"
            and (each.object_type or each.started_at >= divided_at.get(each.stream, each.started_at))
        )


def _judge(portal: _Portal, asked: frozenset[str], now: datetime, max_age: timedelta) -> Verdict:
    state, says = next(_findings(portal, asked, now, max_age))
    run = portal.run
    return Verdict(
        portal_id=portal.connection.portal_id,
        name=one_line(portal.connection.company_name),
        needs_reconnecting=portal.connection.status == "reauth_required",
        state=state,
        says=says,
        last_success_at=portal.last_success_at,
        last_run_at=run.at.replace(tzinfo=UTC) if run else None,
        records=run.records if run else 0,
        requests=run.requests if run else 0,
        failed_streams=portal.failed(),
        missing_rows=None if portal.missing is None else sum(each.rows for each in portal.missing),
    )


def _findings(
    portal: _Portal, asked: frozenset[str], now: datetime, max_age: timedelta
) -> Iterator[tuple[State, str]]:
    """Every state that the portal is in, the worst first, and what to say of it."""
    connection, success, failed = portal.connection, portal.last_success_at, portal.failed()
    if connection.status == "disconnected":
        yield State.DISCONNECTED, "was disconnected on purpose"
    if connection.status == "reauth_required":
        code = one_line(connection.last_error_code or "no code")
        yield State.BROKEN, f"HubSpot no longer lets it in ({code}): connect it again in the browser"
    if old := [
        each for each in failed if each.last_success_at is None or now - each.last_success_at > max_age
    ]:
        yield State.BROKEN, _failures(old)
    # A portal that was connected a moment ago has had no run yet.
    if now - max(filter(None, (success, connection.created_at))) > max_age:
        yield State.STALE, _staleness(portal, now)
    if failed:
        yield (
            State.FAILING,
            f"{_failures(failed)}; it was read less than {_span(max_age)} ago, and is tried again",
        )
    for each in portal.missing or ():
        if each.rows > max(_MISSING_FEW, each.of * _MISSING_SHARE):
            said = f"{each.rows:,} of {each.of:,} {each.stream} are missing; the next full read brings them"
            yield State.INCOMPLETE, said
    if never := sorted(asked - {each.stream for each in portal.reads}):
        yield State.INCOMPLETE, f"never read to the end: {_some(never)}; the next runs go on"
    yield State.OK, f"read {_span(now - success)} ago" if success else "connected a moment ago, not read yet"


def _staleness(portal: _Portal, now: datetime) -> str:
    success, run = portal.last_success_at, portal.run
    if success is None:
        return "nothing was read in the last seven days: see whether runs come at all, and what the last one said"
    tried = run is not None and run.at.replace(tzinfo=UTC) > success
    cure = (
        "the last run came to it in vain"
        if tried
        else "see whether runs come at all, and what the last one said"
    )
    return f"nothing was read for {_span(now - success)}: {cure}"


def _failures(failed: Sequence[FailedStream]) -> str:
    others = f" (and {_some([str(each) for each in failed[1:]])})" if len(failed) > 1 else ""
    return f"{failed[0]}{others} failed: {failed[0].reason.rstrip('.')}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _by_portal(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.portal_id, []).append(row)
    return found


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _span(span: timedelta) -> str:
    """A span in words: minutes, hours or days."""
    minutes = span.total_seconds() / 60
    if minutes < 90:  # noqa: PLR2004 - more of them are hard to picture
        return f"{minutes:.0f} min"
    return (
        f"{minutes / 60:.1f} h".replace(".0 ", " ")
        if minutes < 2 * 24 * 60
        else f"{minutes / 60 / 24:.0f} days"
    )


def one_line(text: str) -> str:
    """Names and reasons come from elsewhere: nothing in them may draw on a terminal or begin a line."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())

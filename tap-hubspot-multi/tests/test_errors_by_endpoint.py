"""What becomes of a stream, of its portal and of the other portals when HubSpot answers this or that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.tokens import StaticTokens
from tests.hubspot_simulator import Clock, running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STREAMS = ("owners", "contacts", "companies", "portal_syncs")

TABLE = """
fault         strikes  retry-after  stream   next     asked  waited  reason

401           once     -            ok       ok       2      0       -
401           always   -            failed   failed   2      0       connect the portal again
403-scopes    always   -            skipped  ok       1      0       Connect the portal again with that scope
403-text      always   -            skipped  ok       1      0       Connect the portal again with that scope
404           always   -            failed   ok       1      0       status 404
423           once     -            ok       ok       2      2       -
423           always   -            failed   ok       6      32      the resource is locked
429           once     -            ok       ok       2      0.25    -
429           once     7            ok       ok       2      7       -
429-search    once     -            ok       ok       2      0.25    -
429-category  once     -            ok       ok       2      0.25    -
429-category  twice    3            ok       ok       3      6       -
429           always   -            failed   failed   21     15      the rate limit is reached
429           always   900          failed   failed   1      0       to wait 900 s, until 2026-11-22T13:
429-daily     always   -            failed   failed   1      0       daily request limit
477           always   -            failed   failed   1      0       to wait 21600 s, until 2026-11-22T19:
477           always   86400        failed   failed   1      0       to wait 86400 s, until 2026-11-23T13:
500           twice    -            ok       ok       3      3       -
500           always   -            failed   ok       6      31      status 500
502           twice    -            ok       ok       3      3       -
502           always   -            failed   ok       6      31      status 502
503           once     20           ok       ok       2      20      -
503           always   7200         failed   ok       1      0       asked once. HubSpot asks to wait 7200 s
504           twice    -            ok       ok       3      3       -
524           twice    -            ok       ok       3      3       -
html          twice    -            ok       ok       3      3       -
html          always   -            failed   ok       6      31      status 502
truncated     twice    -            ok       ok       3      3       -
truncated     always   -            failed   ok       6      31      not whole JSON
reset         twice    -            ok       ok       3      3       -
reset         always   -            failed   ok       6      31      no answer
cut           twice    -            ok       ok       3      3       -
slow          always   -            ok       ok       1      0       -
latency       always   -            ok       ok       1      0       -
"""
"""Who suffers: the stream that asked, and the portal's next stream. `asked`: how often the request was sent in all;
`waited`: at least so many seconds."""

ENDPOINTS = {
    "list": ("crm.list", "contacts", "contacts"),
    "search": ("crm.search", "contacts", "contacts"),
    "batch read": ("crm.batch_read", "contacts", "contacts"),
    "associations": ("associations.batch_read", "contacts", "contacts"),
    "a catalogue": ("owners", None, "owners"),
}
"""Route, object type, and the stream that asks there."""

MORE_ASKED = {"list": 6, "batch read": 2}
"""What HubSpot breaks down over each time (500, 502) is asked for again in parts, twice each: list with pages of 50, 25
and 12 records, batch read of one record with half of its properties."""


@dataclass(frozen=True)
class Row:
    fault: str
    strikes: int | None
    retry_after: float | None
    stream: str
    following: str
    asked: int
    waited: float
    reason: str

    def __str__(self) -> str:
        times = {None: "always", 1: "once", 2: "twice"}[self.strikes]
        return f"{self.fault} {times}" + (f", Retry-After {self.retry_after}" if self.retry_after else "")


def rows() -> list[Row]:
    strikes = {"once": 1, "twice": 2, "always": None}
    made = []
    for line in TABLE.strip().splitlines()[2:]:
        fault, times, after, stream, following, asked, waited, reason = line.split(maxsplit=7)
        retry_after = None if after == "-" else float(after)
        made.append(
            Row(fault, strikes[times], retry_after, stream, following, int(asked), float(waited), reason)
        )
    return made


@dataclass
class World:
    """A simulator in which one contact of each portal has changed since the state was written."""

    simulator: Simulator
    harness: Harness
    state: dict[str, Any]
    catalog: dict[str, Any]
    undisturbed: dict[str, int]

    def run(self) -> Run:
        self.simulator.requests.clear()
        self.harness.time.slept.clear()
        return self.harness.sync(self.state, catalog=self.catalog)


@pytest.fixture(scope="module")
def world(harness_for: Callable[[Simulator], Harness]) -> Iterator[World]:
    with running_simulator("tiny", clock=Clock(NOON, frozen=True), anchor=NOON.date()) as simulator:
        harness = harness_for(simulator)
        harness.config |= {"objects": ["contacts", "companies"], "overlap_seconds": 0}
        for portal_id, portal in simulator.world.portals.items():
            portal.options.enforce_rate_limits = False
            contact = portal.objects["contacts"].live_ids[0]
            simulator.world.update(
                portal_id, "contacts", contact, {"city": "Kyoto"}, at=NOON + timedelta(minutes=30)
            )
        catalog = harness.catalog_of(*STREAMS)
        first = harness.sync(catalog=catalog)
        made = World(simulator, harness, first.state, catalog, {})
        simulator.clock.advance(3600)
        made.run()
        made.undisturbed |= {
            name: simulator.requests.count(route=route, object_type=object_type, portal_id=ALDER)
            for name, (route, object_type, _) in ENDPOINTS.items()
        }
        yield made


@pytest.fixture(autouse=True)
def _at_one_o_clock(world: World) -> Iterator[None]:
    """Each case begins at the same moment, without faults."""
    world.simulator.clock.advance((NOON + timedelta(hours=1) - world.simulator.clock.now()).total_seconds())
    yield
    world.simulator.faults.clear()


@pytest.fixture
def refreshes(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The portals whose token was refreshed: static tokens that can be, as those of the token table can."""
    refreshed: list[int] = []

    class Refreshed(StaticTokens):
        def access_token(self, portal_id: int, *, rejected: str | None = None) -> str:
            if rejected is not None:
                refreshed.append(portal_id)
                self._tokens = {**self._tokens, portal_id: world.simulator.issue_static_token(portal_id)}
            return super().access_token(portal_id)

    monkeypatch.setattr("tap_hubspot_multi.credentials.StaticTokens", Refreshed)
    return refreshed


def statuses(run: Run, portal_id: int) -> dict[str, str]:
    return {row["stream"]: row["status"] for row in run.rows("portal_syncs", portal_id=portal_id)}


def bookmark(state: dict[str, Any], stream: str, portal_id: int) -> dict[str, Any]:
    [partition] = [
        partition
        for partition in state["bookmarks"][stream]["partitions"]
        if partition["context"]["portal_id"] == portal_id
    ]
    return partition


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("row", rows(), ids=str)
def test_each_answer_has_its_consequence_and_no_other(
    world: World, refreshes: list[int], row: Row, endpoint: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    route, object_type, stream = ENDPOINTS[endpoint]
    # The records are kept where only their associations may not be read.
    expected = "ok" if (endpoint, row.stream) == ("associations", "skipped") else row.stream
    world.simulator.faults.add(
        row.fault,
        route=route,
        object_type=object_type,
        portal_id=ALDER,
        count=row.strikes,
        **({} if row.retry_after is None else {"retry_after": row.retry_after}),
    )

    run = world.run()

    assert run.error is None
    assert (statuses(run, ALDER)[stream], statuses(run, ALDER)["companies"]) == (expected, row.following)
    assert set(statuses(run, KESSLER).values()) == {"ok"}
    assert refreshes == ([ALDER] if row.fault == "401" else [])

    asked = world.simulator.requests.count(route=route, object_type=object_type, portal_id=ALDER)
    if row.stream == "ok":
        assert asked == row.asked + world.undisturbed[endpoint] - 1
    else:
        is_asked_in_parts = row.reason.startswith("status 5")
        assert asked == row.asked + (MORE_ASKED.get(endpoint, 0) if is_asked_in_parts else 0)
    assert row.waited <= sum(world.harness.time.slept) <= max(300, 2 * row.waited)

    if stream == "contacts":
        kept = bookmark(world.state, "contacts", ALDER)["modified_until"]
        moved = bookmark(run.state, "contacts", ALDER)["modified_until"] > kept
        assert moved == (expected == "ok")
    assert bookmark(run.state, "contacts", KESSLER)["modified_until"] > "2026-11-22T12:50"

    reasons = {line["reason"] for line in run.rows("portal_syncs", portal_id=ALDER, stream=stream)}
    if expected != "ok":
        [reason] = reasons
        assert row.reason in reason
        assert "\n" not in reason
    assert_no_secret(world, json.dumps(run.rows("portal_syncs")) + caplog.text)


def assert_no_secret(world: World, said: str) -> None:
    """No token, no data of a record, no query string."""
    contacts = world.simulator.world.portals[ALDER].truth("contacts")
    emails = {email for row in contacts if (email := row.get("properties", {}).get("email"))}
    assert emails
    for secret in (*world.harness.config["static_tokens"], *emails, "properties=", "?archived", "after="):
        assert secret not in said, secret


def test_pauses_between_tries_grow(world: World) -> None:
    world.simulator.faults.add("502", route="owners", portal_id=ALDER, count=None)

    world.run()

    pauses = [seconds for seconds in world.harness.time.slept if seconds >= 1]
    assert len(pauses) == 5
    assert all(later > 1.5 * earlier for earlier, later in pairwise(pauses))

"""Archived, restored, merged, purged, linked anew: what a copy of every object type holds after each kind of run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.crm import CRM_OBJECTS
from tests.copied_tables import ASSOCIATED, comparable, table, truth
from tests.hubspot_simulator import Clock, running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any
Row = dict[str, Any]

ALDER = 11111111
MACHINES = "2-3451907"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OBJECTS = [*(crm_object.name for crm_object in CRM_OBJECTS), MACHINES]
LINKS = {name: others[0] for name, others in {**ASSOCIATED, MACHINES: ("contacts",)}.items() if others}
PARTS = ("archived", "restored", "winner", "loser", "purged", "linked", "unlinked", "other")
MERGED_UNDER_NEW_ID = ("contacts", "companies")


@dataclass
class Story:
    """The runs of the tap over one story that happens to every object type, and the truth at each of them.

    Attributes:
        ids: Of each object type, the record that plays each part.
        runs: The backfill, an incremental run, a full read, and another one when the archive has been emptied.
        truths: By run and object type.
    """

    ids: dict[str, dict[str, str]]
    runs: list[Run] = field(default_factory=list)
    truths: list[dict[str, dict[str, Row]]] = field(default_factory=list)

    def copy(self, object_type: str, runs: int) -> dict[str, Row]:
        """The table after so many runs."""
        rows = table(self.runs[:runs], object_type)
        return {record_id: row for (_, record_id), row in rows.items()}

    def seen(self, object_type: str, runs: int) -> dict[str, Row]:
        """The same, without the rows that the last complete full read has not seen."""
        [sync] = self.runs[runs - 1].rows("portal_syncs", object_type=object_type, mode="full", status="ok")
        rows = self.copy(object_type, runs)
        return {record_id: row for record_id, row in rows.items() if row["synced_at"] >= sync["window_from"]}


@pytest.fixture(scope="module")
def story(harness_for: Callable[[Simulator], Harness]) -> Iterator[Story]:
    with running_simulator("tiny", clock=Clock(NOON, frozen=True), anchor=NOON.date()) as simulator:
        world, harness = simulator.world, harness_for(simulator)
        world.portals[ALDER].options.enforce_rate_limits = False
        harness.config |= {"portals": {"include": [ALDER]}, "history_properties": {}}
        ids = {
            name: dict(
                zip(PARTS, (each.id for each in world.bulk_create(ALDER, name, len(PARTS))), strict=True)
            )
            for name in OBJECTS
        }
        story = Story({name: {part: str(each) for part, each in cast.items()} for name, cast in ids.items()})

        def run() -> None:
            state = story.runs[-1].state if story.runs else None
            story.runs.append(harness.sync(state))
            story.truths.append(
                {
                    name: {
                        record_id: row
                        for (portal_id, record_id), row in truth(simulator, name).items()
                        if portal_id == ALDER
                    }
                    for name in OBJECTS
                }
            )

        for name, cast in ids.items():
            world.archive(ALDER, name, cast["restored"])
        for name, to_type in LINKS.items():
            world.associate(ALDER, name, ids[name]["unlinked"], to_type, ids[to_type]["other"])
        harness.pass_time(hours=2)  # what was made at noon is out of the overlap's reach
        run()
        harness.pass_time(minutes=30)
        for name, cast in ids.items():
            world.archive(ALDER, name, cast["archived"])
            world.restore(ALDER, name, cast["restored"])
            world.merge(ALDER, name, cast["winner"], cast["loser"])
            world.purge(ALDER, name, cast["purged"])
        for name, to_type in LINKS.items():
            other = ids[to_type]["other"]
            world.associate(ALDER, name, ids[name]["linked"], to_type, other)
            world.disassociate(ALDER, name, ids[name]["unlinked"], to_type, other)
        harness.pass_time(minutes=30)
        run()
        harness.pass_time(days=8)
        run()
        harness.pass_time(days=90)
        run()
        yield story


def assert_row(made: Row, expected: Row) -> None:
    comparison = comparable(made)
    assert {name: comparison[name] for name in expected} == expected


@pytest.mark.parametrize("object_type", OBJECTS)
def test_an_archived_record_is_so_after_the_next_incremental_run(story: Story, object_type: str) -> None:
    record_id = story.ids[object_type]["archived"]

    row = story.copy(object_type, 2)[record_id]

    assert row["archived"] is True
    assert_row(row, story.truths[1][object_type][record_id])


@pytest.mark.parametrize("object_type", OBJECTS)
def test_a_merged_record_names_its_winner_after_the_next_incremental_run(
    story: Story, object_type: str
) -> None:
    cast, copy = story.ids[object_type], story.copy(object_type, 2)
    gone = ("winner", "loser") if object_type in MERGED_UNDER_NEW_ID else ("loser",)

    winners = {copy[cast[part]]["merged_into"] for part in gone}

    [winner] = winners
    assert (winner != cast["winner"]) == (object_type in MERGED_UNDER_NEW_ID)
    assert all(copy[cast[part]]["archived"] is True for part in gone)
    assert_row(copy[winner], story.truths[1][object_type][winner])


@pytest.mark.parametrize("object_type", OBJECTS)
def test_what_moves_no_modified_date_waits_for_the_full_read(story: Story, object_type: str) -> None:
    cast, copy = story.ids[object_type], story.copy(object_type, 2)

    assert copy[cast["restored"]]["archived"] is True
    assert copy[cast["purged"]]["archived"] is False
    if to_type := LINKS.get(object_type):
        assert copy[cast["linked"]]["associations"][to_type] == []
        assert copy[cast["unlinked"]]["associations"][to_type] != []


@pytest.mark.parametrize("object_type", OBJECTS)
def test_after_a_full_read_every_row_is_true_and_a_purged_one_unseen(story: Story, object_type: str) -> None:
    cast, expected = story.ids[object_type], story.truths[2][object_type]

    seen = story.seen(object_type, 3)

    assert seen.keys() == expected.keys()
    for record_id, row in expected.items():
        assert_row(seen[record_id], row)
    assert story.copy(object_type, 3).keys() - seen.keys() == {cast["purged"]}
    assert seen[cast["restored"]]["archived"] is False
    if to_type := LINKS.get(object_type):
        assert len(seen[cast["linked"]]["associations"][to_type]) == 1
        assert seen[cast["unlinked"]]["associations"][to_type] == []


@pytest.mark.parametrize("object_type", OBJECTS)
def test_after_90_days_an_archived_record_is_unseen_and_a_merged_one_still_named(
    story: Story, object_type: str
) -> None:
    cast, expected = story.ids[object_type], story.truths[3][object_type]

    seen = story.seen(object_type, 4)

    assert cast["archived"] not in expected
    assert seen.keys() == expected.keys()
    for record_id, row in expected.items():
        assert_row(seen[record_id], row)
    assert seen[cast["loser"]]["merged_into"]


@pytest.mark.parametrize("object_type", OBJECTS)
def test_each_full_read_proved_itself_complete(story: Story, object_type: str) -> None:
    for run, mode in zip(story.runs, ("backfill", "incremental", "full", "full"), strict=True):
        [sync] = run.rows("portal_syncs", object_type=object_type)
        assert (sync["mode"], sync["status"], sync["reason"]) == (mode, "ok", None)
        assert sync["window_from"]
    live = [row for row in story.seen(object_type, 4).values() if not row["archived"]]
    [sync] = story.runs[3].rows("portal_syncs", object_type=object_type)
    assert sync["expected_total"] == len(live)

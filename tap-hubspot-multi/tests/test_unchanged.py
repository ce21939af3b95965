"""What did not change is neither written again nor, where a sign of change is cheaper, asked for again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tap_hubspot_multi.digests import digest
from tap_hubspot_multi.exceptions import Interrupted, StreamSkipped
from tap_hubspot_multi.strategies.whole import WholeRead, of_each
from tap_hubspot_multi.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_hubspot_multi.portal_syncs import TaskResult
    from tap_hubspot_multi.tasks import Task
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER = 11111111
READ_WHOLE = (
    "properties",
    "pipelines",
    "pipeline_stages",
    "association_labels",
    "owners",
    "users",
    "teams",
    "object_schemas",
    "forms",
    "campaigns",
    "campaign_spend_items",
    "lists",
    "exchange_rates",
)


@pytest.fixture
def stages(harness: Harness) -> Harness:
    """The pipeline stages of one portal."""
    harness.config["portals"] = {"include": [ALDER]}
    selected: Harness = harness.only("pipeline_stages")
    return selected


def sync_row(run: Run, stream: str = "pipeline_stages") -> dict[str, Any]:
    [row] = run.rows("portal_syncs", portal_id=ALDER, stream=stream)
    assert row["status"] == "ok"
    return dict(row)


def labels(*runs: Run) -> dict[str, str]:
    """The table of stages after these runs, without those that a full read proved gone."""
    rows = {row["id"]: row for run in runs for row in run.rows("pipeline_stages")}
    syncs = [sync_row(run) for run in runs]
    gone_before = max(sync["window_from"] for sync in syncs if sync["mode"] == "full")
    return {stage: row["label"] for stage, row in rows.items() if row["synced_at"] >= gone_before}


def true_labels(simulator: Simulator) -> dict[str, str]:
    pipelines = simulator.world.portals[ALDER].pipelines
    return {
        stage.id: stage.label for each in pipelines.values() for pipeline in each for stage in pipeline.stages
    }


def rename(simulator: Simulator, label: str) -> str:
    """Give a stage another label and nothing else; returns the one it had."""
    stage = simulator.world.portals[ALDER].pipelines["deals"][0].stages[0]
    before, stage.label = stage.label, label
    return str(before)


def archives_asked(simulator: Simulator, route: str) -> int:
    return sum(entry.query.get("archived") == "true" for entry in simulator.requests.where(route=route))


def test_rows_that_are_as_they_were_are_not_written_again(harness: Harness) -> None:
    first = harness.only(*READ_WHOLE).sync()
    harness.pass_time(hours=1)

    second = harness.sync(first.state)

    assert {stream: second.rows(stream) for stream in READ_WHOLE} == {stream: [] for stream in READ_WHOLE}
    for stream in READ_WHOLE:
        assert first.rows(stream), stream
        sync = sync_row(second, stream)
        assert (sync["mode"], sync["window_from"], sync["records"]) == ("incremental", None, 0)
    assert second.state == first.state


@pytest.mark.parametrize("change", ["changed", "removed", "added"])
def test_one_change_writes_all_rows_and_proves_what_is_gone(
    stages: Harness, simulator: Simulator, change: str
) -> None:
    first = stages.sync()
    held = simulator.world.portals[ALDER].pipelines["deals"][0].stages
    if change == "changed":
        rename(simulator, "Renamed")
    elif change == "removed":
        held.pop()
    else:
        held.append(msgspec.structs.replace(held[0], id="999"))
    stages.pass_time(hours=1)

    second = stages.sync(first.state)

    assert len(second.rows("pipeline_stages")) == len(true_labels(simulator))
    assert sync_row(second)["window_from"] == sync_row(second)["started_at"]
    assert labels(first, second) == true_labels(simulator)


def test_all_rows_are_written_again_now_and_then(stages: Harness) -> None:
    first = stages.sync()
    stages.pass_time(days=5)
    second = stages.sync(first.state)
    stages.pass_time(days=2)

    third = stages.sync(second.state)

    assert second.rows("pipeline_stages") == []
    assert len(third.rows("pipeline_stages")) == len(first.rows("pipeline_stages"))
    assert (sync_row(third)["mode"], bool(sync_row(third)["window_from"])) == ("full", True)


def test_without_full_reads_only_changes_are_written(stages: Harness, simulator: Simulator) -> None:
    first = stages.sync(full_read_days=0)
    stages.pass_time(days=100)
    second = stages.sync(first.state, full_read_days=0)
    rename(simulator, "Renamed")

    third = stages.sync(second.state, full_read_days=0)

    assert second.rows("pipeline_stages") == []
    assert labels(first, second, third) == true_labels(simulator)


def test_a_state_without_a_digest_leads_to_rows(stages: Harness) -> None:
    state = stages.sync().state
    [partition] = state["bookmarks"]["pipeline_stages"]["partitions"]
    del partition["digest"]

    assert stages.sync(state).rows("pipeline_stages")


def test_what_a_stopped_run_has_written_is_not_taken_for_what_was_there_before(
    stages: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_: Writer, task: Task, result: TaskResult) -> None:
        raise Interrupted(f"stopped before {task} was {result.status}")

    first = stages.sync()
    before = rename(simulator, "Renamed")
    stages.pass_time(hours=1)
    with monkeypatch.context() as patched:
        patched.setattr(Writer, "result", stopped)
        cut_off = stages.sync(first.state)
    rename(simulator, before)  # as if nothing had been
    stages.pass_time(hours=1)

    last = stages.sync(cut_off.state)

    assert isinstance(cut_off.error, Interrupted)
    assert "Renamed" in {row["label"] for row in cut_off.rows("pipeline_stages")}
    assert {row["id"]: row["label"] for row in last.rows("pipeline_stages")} == true_labels(simulator)


def test_a_digest_is_kept_only_after_the_row_in_the_run_log(new_task: Callable[..., Task]) -> None:
    def rows(_: Task) -> Iterator[dict[str, Any]]:
        yield {"id": "1"}

    task = new_task(WholeRead(rows))

    [page] = task.read()

    assert page.bookmark == {}  # type: ignore[union-attr]
    assert (task.notes.final_bookmark or {})["digest"]


def test_what_was_once_refused_proves_what_is_gone_as_soon_as_it_is_not(
    new_task: Callable[..., Task],
) -> None:
    refused = [True, False, False]

    class Thing:
        def __init__(self, name: str) -> None:
            self.name, self.tier = name, "all"

        def __str__(self) -> str:
            return self.name

    def rows(task: Task) -> Iterator[dict[str, Any]]:
        is_refused = refused.pop(0)

        def of_thing(thing: Thing) -> Iterator[dict[str, Any]]:
            if thing.name == "deals" and is_refused:
                raise StreamSkipped("not granted")
            if thing.name == "tickets":
                yield {"id": "1"}

        return of_each(task, [Thing("deals"), Thing("tickets")], of_thing)

    task, windows = new_task(WholeRead(rows)), []
    for _ in range(3):
        list(task.read())
        windows.append((task.notes.mode, task.notes.window_from is not None))
        task = replace(task, bookmark=task.notes.final_bookmark or task.bookmark, notes=type(task.notes)())

    assert windows == [("full", False), ("full", True), ("incremental", False)]


def test_archived_definitions_are_asked_for_when_a_live_one_changes(
    harness: Harness, simulator: Simulator
) -> None:
    first = harness.only("properties").sync(objects=["contacts"])
    simulator.requests.clear()
    harness.pass_time(hours=1)
    second = harness.sync(first.state, objects=["contacts"])
    assert archives_asked(simulator, "properties") == 0

    simulator.world.archive_property(ALDER, "contacts", "interests")
    harness.pass_time(hours=1)
    third = harness.sync(second.state, objects=["contacts"])

    assert archives_asked(simulator, "properties") == 1
    [archived] = third.rows("properties", portal_id=ALDER, name="interests")
    assert archived["archived"] is True


def test_deactivated_owners_are_asked_for_when_an_active_one_changes(
    harness: Harness, simulator: Simulator
) -> None:
    first = harness.only("owners").sync()
    simulator.requests.clear()
    owner = next(owner for owner in simulator.world.portals[ALDER].owners if not owner.archived)
    harness.pass_time(hours=1)
    second = harness.sync(first.state)
    assert archives_asked(simulator, "owners") == 0

    owner.archived = True
    third = harness.sync(second.state)

    assert archives_asked(simulator, "owners") == 1
    [row] = third.rows("owners", portal_id=ALDER, id=str(owner.id))
    assert row["archived"] is True


def test_spend_items_are_asked_for_when_a_sum_moves_or_a_day_has_passed(
    harness: Harness, simulator: Simulator
) -> None:
    run = harness.only("campaign_spend_items").sync()
    campaigns = len(simulator.requests.where(route="campaigns.budget"))
    item = run.rows("campaign_spend_items", portal_id=ALDER)[0]

    def asked(**duration: float) -> int:
        nonlocal run
        harness.pass_time(**duration)
        simulator.requests.clear()
        run = harness.sync(run.state)
        return simulator.requests.count(route="campaigns.budget")

    assert asked(hours=1) == 0
    simulator.world.change_spend_item(ALDER, item["campaign_id"], item["id"], 1234.5)
    assert asked(hours=1) == campaigns
    assert asked(hours=1) == 0
    assert asked(days=1) == campaigns


def test_what_several_streams_need_is_asked_once_a_run(harness: Harness, simulator: Simulator) -> None:
    first = harness.sync()
    simulator.requests.clear()
    harness.pass_time(hours=1)

    harness.sync(first.state, max_workers=16)

    asked = [
        (entry.portal_id, entry.object_type, entry.path)
        for entry in simulator.requests.where(route="properties")
    ]
    assert len(asked) == len(set(asked)) > 0
    assert simulator.requests.count(route="campaigns.list", portal_id=ALDER) == 1
    assert simulator.requests.count(route="forms.list", portal_id=ALDER) == 2  # live and archived


def test_a_form_that_is_made_after_the_forms_were_listed_is_read_by_the_next_run(
    harness: Harness, simulator: Simulator, kill: Callable[[int], None]
) -> None:
    def make() -> None:
        form = simulator.world.add_form(ALDER, "Just made")
        simulator.world.submit_form(ALDER, form.id, {"email": "first@mail.example"})
        simulator.tick()

    harness.config |= {"portals": {"include": [ALDER]}, "overlap_seconds": 0}
    harness.only("forms", "form_submissions")
    kill(-1)  # requests take time
    simulator.faults.when(make, route="forms.list", nth=3)

    first = harness.sync()
    second = harness.sync(first.state)

    made = [row["id"] for row in second.rows("forms", name="Just made")]
    assert first.rows("form_submissions", form_id=made[0]) == []
    assert len(second.rows("form_submissions", form_id=made[0])) == 1


def test_the_account_is_asked_once_a_run(harness: Harness, simulator: Simulator) -> None:
    harness.only("portals", "web_analytics_daily").sync()
    at_the_start = 1  # a static token does not tell its portal

    assert simulator.requests.count(route="account_info", portal_id=ALDER) == at_the_start + 1


def test_the_order_of_rows_and_fields_is_no_change() -> None:
    rows = [{"a": 1, "b": {"c": None, "d": "x"}}, {"a": 2, "b": {}}]
    turned_round = [{"b": {}, "a": 2}, {"b": {"d": "x", "c": None}, "a": 1}]

    assert digest(rows) == digest(turned_round)
    assert digest(rows) != digest(rows[:1])
    assert digest(rows) != digest([*rows, rows[0]])
    assert digest([{"a": None}]) != digest([{}])

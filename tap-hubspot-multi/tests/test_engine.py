"""Tasks without HubSpot: the order of what is written, and who hears of a failure."""

from __future__ import annotations

import itertools
import logging
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tap_hubspot_multi.clock import Deadline
from tap_hubspot_multi.engine import run_tasks
from tap_hubspot_multi.exceptions import PortalDeferred, RunStopped, StreamSkipped
from tap_hubspot_multi.portal_syncs import TaskResult
from tap_hubspot_multi.progress import Progress
from tap_hubspot_multi.reading import PortalHealth, read_task
from tap_hubspot_multi.schedule import Schedule
from tap_hubspot_multi.state import StateBook
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.turns import Turns
from tap_hubspot_multi.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from tap_hubspot_multi.tasks import Strategy, Task

Clock = Any
NewTask = Any
Run = Any


@dataclass
class Scripted:
    """A strategy that yields pages and parts, and raises errors."""

    steps: Iterable[Page | Exception | tuple[str, Strategy] | Callable[[Task], None]]

    def read(self, task: Task) -> Iterator[Page | Task]:
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Page):
                yield step
            elif isinstance(step, tuple):
                yield task.new_part(*step)
            else:
                step(task)


@dataclass
class Written:
    """Takes the place of the Singer output."""

    messages: list[tuple[str, Any]] = field(default_factory=list)
    bytes_of_a_state: ClassVar[int] = 100

    def is_selected(self, stream: str) -> bool:
        return bool(stream)

    def write_records(self, stream: str, records: list[dict[str, Any]], read_at: datetime) -> None:
        assert read_at.tzinfo is UTC
        self.messages += [(stream, record) for record in records]

    def write_state(self, state: dict[str, Any]) -> int:
        self.messages.append(
            ("STATE", {name: len(entry["partitions"]) for name, entry in state["bookmarks"].items()})
        )
        return self.bytes_of_a_state


@dataclass(frozen=True)
class NoTimes:
    waited_seconds: float = 0.0
    answered_seconds: float = 0.0


@pytest.fixture
def run(clock: Clock, new_task: NewTask) -> Callable[..., list[tuple[str, Any]]]:
    """`run((portal, stream, steps), …)`: run these tasks; what was written, and the rows of the run log."""

    def run(*scripts: tuple[int, str, Iterable[Any]]) -> list[tuple[str, Any]]:
        tasks = [
            new_task(Scripted(steps), portal_id=portal_id, stream=stream)
            for portal_id, stream, steps in scripts
        ]
        written = Written()
        states = StateBook({})
        turns = Turns(states)
        schedule = Schedule(tasks, clock, per_portal=1, enough=1, deadline=Deadline(clock), turns=turns)
        progress = Progress(tasks, clock, NoTimes(), schedule.being_read)
        writer = Writer(
            run_id="r",
            output=written,  # type: ignore[arg-type]
            states=states,
            progress=progress,
            clock=clock,
        )
        try:
            run_tasks(schedule, writer, turns, clock)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            written.messages.append(("ERROR", error))
        progress.summarize()
        return written.messages

    return run


def statuses(messages: list[tuple[str, Any]]) -> list[tuple[int, str, str]]:
    return [
        (row["portal_id"], row["stream"], row["status"]) for name, row in messages if name == "portal_syncs"
    ]


def test_rows_come_before_the_state_that_covers_them(run: Run, clock: Clock) -> None:
    def wait(_: Task) -> None:
        clock.sleep(11)

    pages = [Page([{"id": "1"}], {"after": "1"}), wait, Page([{"id": "2"}], {"after": "2"})]

    messages = run((1, "contacts", pages))

    assert [name for name, _ in messages] == ["contacts", "contacts", "STATE", "portal_syncs"]


def test_what_could_not_be_written_is_in_no_state(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(Written, "write_records", broken)

    messages = run((1, "contacts", [Page([{"id": "1"}], {"after": "1"})]))

    assert [name for name, _ in messages] == ["STATE", "ERROR"]
    assert "contacts" not in messages[0][1]


def test_states_are_rare(run: Run) -> None:
    messages = run((1, "contacts", [Page([{"id": "1"}], {"after": str(page)}) for page in range(500)]))

    assert [name for name, _ in messages].count("STATE") == 1


@pytest.mark.parametrize(("size", "states"), [(100, 40), (100_000, 40), (600_000, 8), (6_000_000, 2)])
def test_large_states_are_rarer(
    run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch, size: int, states: int
) -> None:
    def wait(_: Task) -> None:
        clock.sleep(11)

    monkeypatch.setattr(Written, "bytes_of_a_state", size)
    steps = [step for page in range(40) for step in (wait, Page([{"id": "1"}], {"after": str(page)}))]

    messages = run((1, "contacts", steps))

    assert [name for name, _ in messages].count("STATE") == states


def test_a_state_that_says_nothing_new_is_not_written_again(run: Run, clock: Clock) -> None:
    def wait(_: Task) -> None:
        clock.sleep(11)

    messages = run((1, "contacts", [Page([], {"after": "1"}), wait, Page([{"id": "1"}]), wait, Page([])]))

    assert [name for name, _ in messages] == ["contacts", "STATE", "portal_syncs"]


def test_a_full_read_is_remembered_only_after_its_row_in_the_run_log(run: Run, clock: Clock) -> None:
    def complete(task: Task) -> None:
        task.notes.final_bookmark = {"full_read_at": "now"}
        clock.sleep(11)

    messages = run((1, "contacts", [complete, Page([{"id": "1"}])]))

    assert messages[1:] == [
        ("STATE", {}),
        ("portal_syncs", messages[2][1]),
        ("STATE", {"contacts": 1}),
    ]


def test_a_failed_full_read_is_not_remembered(run: Run) -> None:
    def complete(task: Task) -> None:
        task.notes.final_bookmark = {"full_read_at": "now"}

    messages = run((1, "contacts", [complete, RuntimeError("oh")]))

    assert messages[-1] == ("STATE", {})


def test_a_failed_portal_reads_nothing_more_and_the_others_do(run: Run) -> None:
    messages = run(
        (1, "contacts", [Page([{"id": "1"}]), PortalDeferred("later")]),
        (1, "deals", [Page([{"id": "never"}])]),
        (2, "contacts", [Page([{"id": "2"}])]),
    )

    assert sorted(statuses(messages)) == [
        (1, "contacts", "failed"),
        (1, "deals", "failed"),
        (2, "contacts", "ok"),
    ]
    assert [row["id"] for name, row in messages if name in {"contacts", "deals"}] == ["1", "2"]


def test_a_task_ends_when_its_portal_drops_out_meanwhile(clock: Clock, new_task: NewTask) -> None:
    health = PortalHealth()
    pages = (Page([{"id": str(number)}]) for number in itertools.count())
    events = read_task(new_task(Scripted(pages)), health, clock)
    next(events)

    health.drop(1, "failed", "revoked elsewhere")

    [result] = events
    assert isinstance(result, TaskResult)
    assert (result.status, result.reason, result.records) == ("failed", "revoked elsewhere", 1)


def test_an_error_of_the_run_ends_it_with_the_state_so_far(run: Run) -> None:
    messages = run(
        (1, "contacts", [Page([{"id": "1"}], {"after": "1"}), RunStopped("wrong client secret")]),
        (1, "deals", [Page([{"id": "never"}])]),
    )

    assert [name for name, _ in messages] == ["contacts", "STATE", "ERROR"]
    assert messages[1][1]["contacts"] == 1


def test_a_remark_is_the_reason_of_a_task_that_succeeded(run: Run) -> None:
    def remark(task: Task) -> None:
        task.notes.remark = "without deals"

    [(_, row)] = [message for message in run((1, "contacts", [remark])) if message[0] == "portal_syncs"]

    assert (row["status"], row["reason"]) == ("ok", "without deals")


def test_the_summary_of_many_portals_counts_them(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    def backfill(task: Task) -> None:
        task.notes.mode = "backfill" if task.portal.portal_id > 20 else "incremental"

    run(*[(portal_id, "contacts", [backfill]) for portal_id in range(1, 26)])

    assert caplog.messages[-1].endswith("Rows: 5 portals backfill, 20 portals incremental")


def test_a_skipped_stream_is_said_and_no_failure(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    messages = run((1, "deals", [StreamSkipped("no scope")]))

    assert statuses(messages) == [(1, "deals", "skipped")]
    assert "portal 1, deals skipped: no scope" in caplog.messages
    assert not any(record.levelno >= logging.WARNING for record in caplog.records)


def test_a_stream_may_be_divided_into_parts_which_fail_by_themselves(run: Run) -> None:
    messages = run(
        (
            1,
            "custom_objects",
            [
                ("2-1", Scripted([StreamSkipped("no scope")])),
                ("2-2", Scripted([Page([{"id": "2"}], {"after": "2"})])),
            ],
        ),
        (1, "contacts", [Page([{"id": "1"}])]),
    )

    assert [row["id"] for name, row in messages if name in {"contacts", "custom_objects"}] == ["1", "2"]
    log = [row for name, row in messages if name == "portal_syncs"]
    assert [(row["stream"], row["object_type"], row["status"]) for row in log] == [
        ("contacts", "contacts", "ok"),
        ("custom_objects", "2-1", "skipped"),
        ("custom_objects", "2-2", "ok"),
    ]


def test_a_stream_that_cannot_be_divided_has_a_row_of_its_own(run: Run) -> None:
    messages = run((1, "custom_objects", [("2-1", Scripted([])), StreamSkipped("no scope")]))

    log = [row for name, row in messages if name == "portal_syncs"]
    assert [(row["object_type"], row["status"]) for row in log] == [
        ("custom_objects", "skipped"),
        ("2-1", "ok"),
    ]

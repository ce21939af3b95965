"""The run log: one row for each run, portal and stream, as a stream of its own.

It is where freshness, health and completeness are read from, so it is written also when a task fails.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_hubspot_multi.schemas import INTEGER, KEY_TEXT, MOMENT, TEXT, stream_schema
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

NAME = "portal_syncs"
KEYS = ("run_id", "portal_id", "stream", "object_type")
SCHEMA = stream_schema(
    run_id=KEY_TEXT,
    stream=KEY_TEXT,
    object_type=KEY_TEXT,
    mode=TEXT,
    status=TEXT,
    reason=TEXT,
    records=INTEGER,
    requests=INTEGER,
    expected_total=INTEGER,
    started_at=MOMENT,
    finished_at=MOMENT,
    window_from=MOMENT,
    window_to=MOMENT,
)

OK, FAILED, SKIPPED = "ok", "failed", "skipped"


@dataclass(frozen=True, slots=True)
class TaskResult:
    """How a task ended.

    Attributes:
        status: `ok`, `failed` or `skipped`.
        started_at: When it was begun.
        finished_at: When it ended.
        records: How many rows were handed to the writer.
        reason: Why it is not `ok`, or what to know although it is.
        parts: Into how many parts the task has divided itself; each has a result of its own.
    """

    status: str
    started_at: datetime
    finished_at: datetime
    records: int = 0
    reason: str | None = None
    parts: int = 0


def new_run_id(now: datetime) -> str:
    """An id that sorts by time and is unique, e.g. `20261122T101500Z-5f2c9a`."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def to_row(run_id: str, task: Task, result: TaskResult) -> Record:
    """Make the row of an ended task."""
    notes = task.notes
    return {
        "run_id": run_id,
        "portal_id": task.portal.portal_id,
        "stream": task.stream.name,
        "object_type": task.object_type,
        "mode": notes.mode,
        "status": result.status,
        "reason": result.reason,
        "records": result.records,
        "requests": task.client.requests,
        "expected_total": notes.expected_total,
        "started_at": format_timestamp(result.started_at),
        "finished_at": format_timestamp(result.finished_at),
        "window_from": None if notes.window_from is None else format_timestamp(notes.window_from),
        "window_to": None if notes.window_to is None else format_timestamp(notes.window_to),
        "synced_at": format_timestamp(result.finished_at),
    }

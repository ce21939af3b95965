"""When everything is read again, although nothing tells that it changed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from tap_hubspot_multi.tasks import Task


def is_full_read_due(task: Task, last: datetime | None, now: datetime) -> bool:
    """Whether a task's stream is to be read whole in this run.

    Args:
        task: The stream and the portal.
        last: When the last complete full read began; None before the first one, which is the backfill.
        now: The begin of the run.
    """
    every = task.reading.full_read_every
    if last is None or every is None:
        return False
    # Up to a quarter of the time earlier, each portal and stream at its own moment, so that they do not all come due
    # in the same run for ever.
    name = task.object_type or task.stream.name
    share = zlib.crc32(f"{task.portal.portal_id}/{name}".encode()) / 2**32
    return now >= last + every * (1 - share / 4)

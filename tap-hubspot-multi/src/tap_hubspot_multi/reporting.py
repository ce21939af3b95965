"""Says how a run is going while it goes on, in the log."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.progress import Progress

logger = logging.getLogger("tap-hubspot-multi")

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_TO_END = 1.0
"""It may be writing to a log that nobody empties."""


@contextmanager
def reported(progress: Progress) -> Iterator[None]:
    """Report for as long as the block takes, also while nothing at all arrives or can be written."""
    ended = threading.Event()
    thread = threading.Thread(target=log_lines, args=(progress, ended), name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_SECONDS_TO_END)


def log_lines(progress: Progress, ended: threading.Event) -> None:
    """Log a line every ten seconds until the run has ended."""
    while not ended.wait(_SECONDS_BETWEEN_LINES):
        logger.info("%s", progress.snapshot())

"""Says how a run is going while it goes on: live on a terminal, else by a line in the log now and then."""

from __future__ import annotations

import logging
import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_hubspot_multi.progress import Progress

logger = logging.getLogger("tap-hubspot-multi")

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_TO_END = 1.0
"""It may be writing to a log that nobody empties."""


@contextmanager
def reported(progress: Progress) -> Iterator[None]:
    """Report for as long as the block takes, also while nothing at all arrives or can be written."""
    if not is_watched(os.environ):
        with _lines_meanwhile(progress):
            yield
        return
    from tap_hubspot_multi.live_display import live_display  # noqa: PLC0415 - rich takes a while to load

    with live_display(progress):
        yield


def is_watched(environ: Mapping[str, str]) -> bool:
    """Whether somebody sits before a terminal that can draw.

    Not where stdout is one, too: the messages run over it. Nor where the log has a configuration of its own: Meltano's
    are read by Meltano.
    """
    return (
        sys.stderr.isatty()
        and not sys.stdout.isatty()
        and environ.get("TERM") not in {"dumb", "unknown"}
        and not environ.get("CI")
        and not environ.get("SINGER_SDK_LOG_CONFIG")
    )


@contextmanager
def _lines_meanwhile(progress: Progress) -> Iterator[None]:
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

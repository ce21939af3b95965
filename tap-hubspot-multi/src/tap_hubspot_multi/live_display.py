"""Shows on a terminal how a run is going: a bar of the portals, the counts, and what is being read.

It is drawn on stderr, below the lines of the log, and is gone when the run has ended.
"""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from datetime import timedelta
from io import TextIOBase
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.progress import Progress

_PORTALS_SHOWN = 5


@contextmanager
def live_display(progress: Progress) -> Iterator[None]:
    """Show the progress for as long as the block takes, and the log above it."""
    console = Console(stderr=True)
    live = Live(
        Screen(progress), console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    )
    with live, logs_above(console):
        yield


class Screen:
    """A run, in eight lines at most."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __rich__(self) -> Group:
        now = self._progress.snapshot()
        head = Table.grid(padding=(0, 1))
        head.add_row(
            ProgressBar(total=max(now.portals, 1), completed=now.finished, width=30),
            f"{now.finished} of {now.portals} portals",
            f"({now.running} running, {now.failed} failed)",
            str(timedelta(seconds=int(now.seconds))),
        )
        lines = [f"{now.records:,} records, {now.rate:,.0f}/s, {now.waits()}"]
        shown = list(now.now.items())[:_PORTALS_SHOWN]
        lines += [f"  {portal}: {', '.join(streams)}" for portal, streams in shown]
        if len(now.now) > len(shown):
            lines.append(f"  and {len(now.now) - len(shown)} more portals")
        return Group(head, *(Text(line, no_wrap=True, overflow="ellipsis") for line in lines))


@contextmanager
def logs_above(console: Console) -> Iterator[None]:
    """Let log handlers that write to stderr print their lines above what is drawn there."""
    above, handlers = _Above(console), list["logging.StreamHandler[Any]"]()
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
            handlers.append(handler)
            handler.setStream(above)
    try:
        yield
    finally:
        for handler in handlers:
            handler.setStream(sys.stderr)


class _Above(TextIOBase):
    def __init__(self, console: Console) -> None:
        self._console = console

    @override
    def write(self, text: str) -> int:
        # A handler writes a line at a time. It stays as it is: the terminal breaks long ones, brackets are no mark-up.
        self._console.print(Text.from_ansi(text.removesuffix("\n")), soft_wrap=True)
        return len(text)

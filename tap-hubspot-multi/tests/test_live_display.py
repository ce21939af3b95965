"""What a person sees who runs the tap in a terminal."""

from __future__ import annotations

import io
import json
import logging
import os
import pty
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from tap_hubspot_multi.live_display import Screen, logs_above
from tap_hubspot_multi.progress import Progress
from tap_hubspot_multi.reporting import is_watched
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.hubspot_simulator import Simulator

COMMAND = [sys.executable, "-c", "from tap_hubspot_multi.cli import main; main()"]
TERMINAL = {"TERM": "xterm-256color"}
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"

Clock = Any
NewTask = Any


class Times:
    waited_seconds = 1.0
    answered_seconds = 3.0


@pytest.fixture
def screen(new_task: NewTask, clock: Clock) -> Callable[[int], str]:
    """`screen(width)`: what is drawn while seven portals are read."""
    tasks = [new_task(None, portal_id=portal) for portal in range(1, 8)]
    progress = Progress(tasks, clock, Times(), lambda: tasks)
    clock.sleep(65)
    progress.wrote(tasks[0], 6500)

    def draw(width: int) -> str:
        console = Console(file=io.StringIO(), width=width)
        console.print(Screen(progress))
        return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]

    return draw


def test_the_screen_has_a_bar_the_counts_and_what_is_being_read(screen: Callable[[int], str]) -> None:
    lines = screen(100).splitlines()

    assert lines[0].rstrip().endswith("0 of 7 portals (7 running, 0 failed) 0:01:05")
    assert lines[1] == "6,500 records, 100/s, 25% of the requests' time is waiting for HubSpot's limits"
    assert lines[2:] == [*(f"  portal {n}: contacts" for n in range(1, 6)), "  and 2 more portals"]


def test_the_screen_is_as_high_on_a_narrow_terminal(screen: Callable[[int], str]) -> None:
    assert len(screen(100).splitlines()) == 8
    assert max(len(line) for line in screen(40).splitlines()) <= 40


def test_lines_of_the_log_are_printed_whole_and_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr, console = io.StringIO(), Console(file=io.StringIO(), width=40, force_terminal=True)
    monkeypatch.setattr("sys.stderr", stderr)
    handler, root = logging.StreamHandler(stderr), logging.getLogger()
    root.addHandler(handler)
    line = "a line [bold] of more than forty characters, 12 of 34 portals"

    with logs_above(console):
        root.warning(line)
    root.warning("afterwards")
    root.removeHandler(handler)

    assert console.file.getvalue() == f"{line}\n"  # type: ignore[attr-defined]
    assert stderr.getvalue() == "afterwards\n"


@pytest.mark.parametrize(
    ("stdout", "stderr", "environment", "expected"),
    [
        (False, True, {}, True),
        (False, True, {"NO_COLOR": "1"}, True),
        (False, False, {}, False),
        (True, True, {}, False),
        (False, True, {"CI": "true"}, False),
        (False, True, {"TERM": "dumb"}, False),
        (False, True, {"SINGER_SDK_LOG_CONFIG": "logging.yaml"}, False),
    ],
)
def test_only_a_terminal_that_somebody_watches_is_drawn_on(
    monkeypatch: pytest.MonkeyPatch,
    *,
    stdout: bool,
    stderr: bool,
    environment: dict[str, str],
    expected: bool,
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: stdout, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: stderr, raising=False)

    assert is_watched(TERMINAL | environment) is expected


class Terminal:
    """A pseudo-terminal, and all that was written to it."""

    def __init__(self) -> None:
        self.text = ""
        self._ours, self.theirs = pty.openpty()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # the other side is closed
            while data := os.read(self._ours, 65536):
                self.text += data.decode(errors="replace")

    def close(self) -> None:
        os.close(self.theirs)
        self._reader.join(10)
        os.close(self._ours)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    with suppress(OSError):
        terminal.close()


def start(
    simulator: Simulator, terminal: Terminal, folder: Path, **environment: str
) -> subprocess.Popen[bytes]:
    tokens = [simulator.issue_static_token(portal_id) for portal_id in simulator.world.portals]
    config = folder / "config.json"
    config.write_text(json.dumps({"api_url": simulator.url, "static_tokens": tokens}))
    with (folder / "output.jsonl").open("wb") as output:
        return subprocess.Popen(
            [*COMMAND, "--config", str(config)],
            env={"PATH": os.environ["PATH"], **TERMINAL, **environment},
            stdout=output,
            stderr=terminal.theirs,
            cwd=folder,
        )


def test_nothing_of_the_display_gets_into_the_output_or_stays_on_the_screen(
    terminal: Terminal, tmp_path: Path
) -> None:
    with running_simulator("tiny", latency_ms=30) as simulator:
        process = start(simulator, terminal, tmp_path)
        assert process.wait(120) == 0
    terminal.close()

    assert "of 2 portals" in terminal.text
    before, _, after = terminal.text.rpartition(SHOW_CURSOR)
    assert HIDE_CURSOR in before
    assert "Done: portals 2 done" in after
    assert "\x1b" not in after.partition("Done: ")[2]
    assert all(json.loads(line)["type"] for line in (tmp_path / "output.jsonl").read_text().splitlines())


def test_a_stop_request_leaves_the_terminal_as_it_was(terminal: Terminal, tmp_path: Path) -> None:
    with running_simulator("tiny", latency_ms=200) as simulator:
        process = start(simulator, terminal, tmp_path, NO_COLOR="1")
        while HIDE_CURSOR not in terminal.text:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 143
    terminal.close()

    assert terminal.text.rindex(SHOW_CURSOR) > terminal.text.rindex(HIDE_CURSOR)
    assert "\x1b[38" not in terminal.text
    assert terminal.text.rstrip().endswith("the next run goes on from the last state")

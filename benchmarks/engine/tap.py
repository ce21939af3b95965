"""Runs the tap as a program, into a null target that only counts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from benchmarks.programs import PeakMemory, Usage, wait

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

PROGRAM = Path(sys.executable).with_name("tap-hubspot-multi")
_KIND_AT = len('{"type":"')
_LOG_TAIL = 3000
_STARTS = 3


@dataclass(slots=True)
class Output:
    """What a null target has seen.

    Attributes:
        lines: By kind of message: RECORD, STATE, SCHEMA.
        records: Lines by stream.
        state: The last state.
        state_bytes: All STATE lines together.
    """

    lines: Counter[str] = field(default_factory=Counter)
    size: int = 0
    state: dict[str, Any] = field(default_factory=dict)
    state_bytes: int = 0

    @property
    def records(self) -> int:
        """How many RECORD lines."""
        return self.lines["RECORD"]

    def read(self, source: Iterable[bytes], copy: IO[bytes] | None, rows_a_second: float | None) -> None:
        """Read to the end.

        Args:
            source: Lines.
            copy: Where to write them too.
            rows_a_second: Read no faster than this.
        """
        began, last_state = time.monotonic(), b""
        for count, line in enumerate(source):
            kind = line[_KIND_AT : line.index(b'"', _KIND_AT)].decode()
            self.lines[kind] += 1
            self.size += len(line)
            if kind == "STATE":
                self.state_bytes += len(line)
                last_state = line
            if copy is not None:
                copy.write(line)
            if rows_a_second and (ahead := count / rows_a_second - (time.monotonic() - began)) > 0:
                time.sleep(ahead)
        if last_state:
            self.state = json.loads(last_state)["value"]


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run of the tap."""

    usage: Usage
    output: Output


class Tap:
    """The tap with its settings."""

    def __init__(self, folder: Path, api_url: str, tokens: Collection[str], **settings: object) -> None:
        """Write the settings.

        Args:
            folder: For its files.
            api_url: HubSpot.
            tokens: One a portal.
            settings: Further ones.
        """
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        # A portal that fails early would make a fine figure.
        always = {"api_url": api_url, "static_tokens": list(tokens), "fail_on_portal_error": True}
        self._config = self._write("config", always | settings)

    def run(
        self,
        streams: Collection[str] = (),
        *,
        state: Mapping[str, Any] | None = None,
        copy: Path | None = None,
        rows_a_second: float | None = None,
    ) -> Run:
        """Run it to its end.

        Args:
            streams: Those to read; all unless given.
            state: Where the run before ended.
            copy: File to keep the output in.
            rows_a_second: How fast its output is read at most.

        Raises:
            SystemExit: It failed; with the end of its log.
        """
        command: list[str | Path] = [PROGRAM, "--config", self._config]
        if streams:
            command += ["--catalog", self._catalog(streams)]
        if state is not None:
            command += ["--state", self._write("state", state)]
        log, output = self._folder / "log", Output()
        began = time.monotonic()
        with log.open("wb") as errors:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)  # noqa: S603 - our own program
        assert process.stdout is not None  # noqa: S101 - tells mypy what PIPE means
        with PeakMemory(process.pid) as peak, process.stdout as lines:
            if copy is None:
                output.read(lines, None, rows_a_second)
            else:
                with copy.open("wb") as kept:
                    output.read(lines, kept, rows_a_second)
            usage = wait(process, began)
        if process.returncode:
            raise SystemExit(f"the tap failed:\n{log.read_text(encoding='utf-8')[-_LOG_TAIL:]}")
        return Run(Usage(usage.wall, usage.cpu, peak.mebibytes), output)

    def _catalog(self, streams: Collection[str]) -> Path:
        """Select some streams and no others."""
        catalog = json.loads(_discover())
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"]["selected"] = stream["tap_stream_id"] in streams
        return self._write("catalog", catalog)

    def _write(self, name: str, content: object) -> Path:
        path = self._folder / f"{name}.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(content), encoding="utf-8")
        return path


def seconds_to_start() -> float:
    """How long the tap takes when there is nothing to read: the quickest of a few times."""
    elapsed = []
    for _ in range(_STARTS):
        began = time.monotonic()
        _discover()
        elapsed.append(time.monotonic() - began)
    return min(elapsed)


def _discover() -> bytes:
    return subprocess.run([PROGRAM, "--discover"], capture_output=True, check=True).stdout  # noqa: S603 - our own program

"""What a record costs the tap: 100 properties of which 30 are filled, no latency, no limits, a null target."""

from __future__ import annotations

import gzip
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.engine.figures import Figure, note
from benchmarks.engine.tap import Tap
from benchmarks.replay.answers import Answers
from benchmarks.replay.records import ALWAYS, PROPERTIES
from benchmarks.replay.server import replaying, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.engine.setting import Setting

STREAMS = ("contacts", "portal_syncs")
_PORTALS = 4
_ROUNDS = 3
_WORKERS = 4
"""Without latency, more only contend for the interpreter."""
_MOST_MICROSECONDS = 60.0
_LEAST_A_SECOND = 12_000
_PAGES = 50
_ROWS_PER_PAGE = 100


def measure(setting: Setting) -> Iterator[Figure]:
    """Run the tap over many records and over none, and bare loops over the same pages."""
    contacts = setting.size(20_000, 1_000)
    folder = setting.folder / "cpu"
    tokens = [token(number + 1) for number in range(_PORTALS)]
    with replaying({"contacts": 0}) as url:
        idle = [Tap(folder, url, tokens, max_workers=_WORKERS).run(STREAMS).usage for _ in range(_ROUNDS)]
    start, start_wall = min(usage.cpu for usage in idle), min(usage.wall for usage in idle)
    with replaying({"contacts": contacts}) as url:
        tap = Tap(folder, url, tokens, max_workers=_WORKERS)
        tap.run(STREAMS)  # so that all pages are made, and no later run waits for one
        runs = [tap.run(STREAMS) for _ in range(_ROUNDS)]
    records = runs[0].output.records
    cpu, wall = min(run.usage.cpu for run in runs), min(run.usage.wall for run in runs)
    note(f"{records:,} records, {start:.2f} s CPU and {start_wall:.2f} s elapsed of a start")
    pages = _pages()
    decoding, floor = _decoding(pages), _floor(pages)
    micro = 1e6 / records
    each = (cpu - start) * micro
    yield Figure(
        "cpu",
        f"tap's CPU a record, its start taken off ({cpu * micro:.0f} µs with it), {records:,} records, the best of "
        f"{_ROUNDS} runs",
        f"{each:.0f} µs",
        f"≤ {_MOST_MICROSECONDS:.0f} µs",
        f"{floor:.0f} µs: bare loop over the same pages (msgspec decode, nulls dropped, encode, write)",
        each / floor,
        passed=each <= _MOST_MICROSECONDS,
    )
    rate, each_wall = records / (wall - start_wall), (wall - start_wall) * micro
    yield Figure(
        "cpu",
        f"the same, records a second of one process, its start of {start_wall:.1f} s taken off "
        f"({records / wall:,.0f} with it); decoding JSON is {100 * decoding / each_wall:.0f} % of the time",
        f"{rate:,.0f}/s",
        f"≥ {_LEAST_A_SECOND:,}/s",
        f"{1e6 / floor:,.0f}/s: the bare loop",
        rate * floor / 1e6,
        passed=rate >= _LEAST_A_SECOND,
    )


def _pages() -> list[bytes]:
    """Some list pages as they are once unpacked."""
    answers = Answers({"contacts": _PAGES * _ROWS_PER_PAGE})
    query, after, pages = f"properties={','.join((*PROPERTIES, *ALWAYS))}&limit={_ROWS_PER_PAGE}", "0", []
    for _ in range(_PAGES):
        target = f"/crm/objects/2026-09/contacts?{query}&after={after}"
        pages.append(gzip.decompress(answers.body("GET", target, b"", 1)))
        after = msgspec.json.decode(pages[-1])["results"][-1]["id"]
    return pages


def _decoding(pages: list[bytes]) -> float:
    """Microseconds of CPU to decode a record."""
    decode = msgspec.json.Decoder().decode

    def loop() -> None:
        for page in pages:
            decode(page)

    return _microseconds_a_record(loop)


def _floor(pages: list[bytes]) -> float:
    """Microseconds of CPU for the least that can be done with a record in Python."""
    decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode_lines

    def message(raw: dict[str, Any]) -> dict[str, Any]:
        properties = {name: value for name, value in raw["properties"].items() if value}
        row = {"id": raw["id"], "updated_at": raw["updatedAt"], "properties": properties}
        return {"type": "RECORD", "stream": "contacts", "record": row}

    with Path("/dev/null").open("wb") as nowhere:

        def loop() -> None:
            lines = (encode([message(raw) for raw in decode(page)["results"]]) for page in pages)
            nowhere.writelines(lines)

        return _microseconds_a_record(loop)


def _microseconds_a_record(loop: Callable[[], None]) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        began = time.process_time()
        loop()
        best = min(best, time.process_time() - began)
    return best * 1e6 / (_PAGES * _ROWS_PER_PAGE)

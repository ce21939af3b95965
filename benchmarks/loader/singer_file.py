"""Makes input like the tap's: CRM rows with some thirty properties in one object, as Singer lines or as BATCH files."""

from __future__ import annotations

import gzip
import itertools
import random
from typing import TYPE_CHECKING, Any

import msgspec

from tap_hubspot_multi.streams.crm_objects import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

Row = dict[str, Any]

KEYS = ["portal_id", "id"]
BATCH_ROWS = 10_000

_FILLED_PROPERTIES = 30
_PAGE = 100
_ROWS_BETWEEN_STATES = 10_000
_READ_AT = "2026-11-23T10:00:00.000000Z"
_WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet")

_encode = msgspec.json.Encoder().encode


def stream_names(count: int) -> list[str]:
    """Name the streams; what they are called does not matter to a loader."""
    return [f"crm_{number:02}" for number in range(count)]


def rows(number_of_stream: int, count: int, *, version: int) -> Iterator[Row]:
    """Make the rows of a stream; another version has the same keys and one property that differs."""
    chance = random.Random(number_of_stream)  # noqa: S311 - repeatable, not secret
    for number in range(count):
        properties = {
            f"property_{place:02}": _value(place, chance) for place in range(_FILLED_PROPERTIES - 1)
        }
        properties["lifecyclestage"] = f"stage {version}"
        links = [{"id": str(chance.randrange(10**9, 10**11)), "types": ["primary"]} for _ in range(2)]
        yield {
            "portal_id": 1_000 + number % 7,
            "id": str(10_000_000_000 + number),
            "created_at": "2024-02-03T04:05:06.789Z",
            "updated_at": f"2026-11-2{version}T10:00:00.001Z",
            "archived": False,
            "archived_at": None,
            "merged_into": None,
            "properties": properties,
            "associations": {"companies": links},
            "synced_at": _READ_AT,
        }


def write_lines(path: Path, streams: Sequence[str], records: int, *, version: int, interleaved: bool) -> None:
    """Write SCHEMA, RECORD and STATE lines; page by page of all streams, or one stream after the other."""
    pages = [
        _pages(name, rows(n, records // len(streams), version=version)) for n, name in enumerate(streams)
    ]
    ordered: Iterable[list[bytes] | None] = (
        itertools.chain.from_iterable(itertools.zip_longest(*pages))
        if interleaved
        else itertools.chain.from_iterable(pages)
    )
    written = 0
    with path.open("wb") as file:
        file.writelines(_schemas(streams))
        for page in ordered:
            file.writelines(page or ())
            written += len(page or ())
            if written % _ROWS_BETWEEN_STATES < _PAGE:
                file.write(_state(written))
        file.write(_state(written))


def write_batches(
    folder: Path, streams: Sequence[str], records: int, *, version: int, compressed: bool
) -> Path:
    """Write rows into JSON-lines files of up to 10,000 rows, and the Singer file that names them.

    Returns:
        The Singer file.
    """
    folder.mkdir()
    encoding = {"format": "jsonl", "compression": "gzip" if compressed else None}
    lines = list(_schemas(streams))
    for number, stream in enumerate(streams):
        of_stream = rows(number, records // len(streams), version=version)
        for part in itertools.count():
            batch = list(itertools.islice(of_stream, BATCH_ROWS))
            if not batch:
                break
            path = folder / f"{stream}-{part}.jsonl"
            content = b"".join(_encode(row) + b"\n" for row in batch)
            path.write_bytes(gzip.compress(content, 1) if compressed else content)
            message = {"type": "BATCH", "stream": stream, "encoding": encoding, "manifest": [path.as_uri()]}
            lines.append(_encode(message) + b"\n")
    lines.append(_state(records))
    singer_file = folder / "batches.singer"
    singer_file.write_bytes(b"".join(lines))
    return singer_file


def _pages(stream: str, of_stream: Iterator[Row]) -> Iterator[list[bytes]]:
    while page := list(itertools.islice(of_stream, _PAGE)):
        yield [
            _encode({"type": "RECORD", "stream": stream, "record": row, "time_extracted": _READ_AT}) + b"\n"
            for row in page
        ]


def _schemas(streams: Sequence[str]) -> Iterator[bytes]:
    for stream in streams:
        message = {"type": "SCHEMA", "stream": stream, "schema": SCHEMA, "key_properties": KEYS}
        yield _encode(message) + b"\n"


def _state(written: int) -> bytes:
    return _encode({"type": "STATE", "value": {"rows": written}}) + b"\n"


def _value(place: int, chance: random.Random) -> str:
    match place % 5:
        case 0:
            return str(chance.randrange(10**9))
        case 1:
            return f"2026-0{chance.randrange(1, 10)}-11T08:09:10.{chance.randrange(1000):03}Z"
        case 2:
            return f"{chance.random() * 10_000:.2f}"
        case 3:
            return "true"
        case _:
            return " ".join(chance.choices(_WORDS, k=5))

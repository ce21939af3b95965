"""The ways to load that are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOK_UP_KEYS = "-c enable_hashjoin=off -c enable_mergejoin=off -c jit=off"
"""Planner settings that leave the loader's joins the key's index only."""


@dataclass(frozen=True)
class Case:
    """A way to load.

    Attributes:
        settings: Of the loader, besides those that the project always needs.
        source: The input: `interleaved` or `grouped` lines, `batches` or `compressed` ones, or only the `schemas`.
        sinks: Which of the other sinks; none for the stock loader.
        planner: PostgreSQL's settings for the loader's sessions.
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    source: str = "interleaved"
    sinks: str | None = None
    planner: str = ""


_COPY = {"use_copy": True}
_NOT_VALIDATED = {"use_copy": True, "validate_records": False}
_1_000_ROWS = {**_NOT_VALIDATED, "batch_size_rows": 1_000}
_2_500_ROWS = {**_NOT_VALIDATED, "batch_size_rows": 2_500}

START = Case("start", _COPY, source="schemas")

INTO_SMALL_TABLES = (
    Case("INSERT"),
    Case("COPY", _COPY),
    Case("COPY, not validated", _NOT_VALIDATED),
    Case("COPY, not validated, 1,000 rows", _1_000_ROWS),
    Case("COPY, not validated, 2,500 rows", _2_500_ROWS),
    Case("COPY, not validated, 2,500 rows, no metadata", {**_2_500_ROWS, "add_record_metadata": False}),
    Case("COPY, not validated, 2,500 rows, by key", _2_500_ROWS, planner=LOOK_UP_KEYS),
    Case("BATCH files", _COPY, source="batches"),
    Case("BATCH files, gzip", _COPY, source="compressed"),
    Case("subclass: one upsert, 2,500 rows", _2_500_ROWS, sinks="one-upsert"),
    Case("subclass: JSON lines, 2,500 rows", {"batch_size_rows": 2_500}, sinks="json-lines"),
)

INTO_GROWN_TABLES = (
    Case("10,000 rows", _NOT_VALIDATED),
    Case("2,500 rows", _2_500_ROWS),
    Case("1,000 rows", _1_000_ROWS),
    Case("10,000 rows, by key", _NOT_VALIDATED, planner=LOOK_UP_KEYS),
    Case("2,500 rows, by key", _2_500_ROWS, planner=LOOK_UP_KEYS),
    Case("1,000 rows, by key", _1_000_ROWS, planner=LOOK_UP_KEYS),
    Case("subclass: one upsert, 1,000 rows", _1_000_ROWS, sinks="one-upsert"),
    Case("subclass: JSON lines, 1,000 rows", {"batch_size_rows": 1_000}, sinks="json-lines"),
)

CHOSEN = Case("the project's settings", _2_500_ROWS, planner=LOOK_UP_KEYS)

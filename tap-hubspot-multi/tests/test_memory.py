"""Memory depends on the size of pages and the number of workers, never on the data or the number of portals."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.output import SingerOutput
from tap_hubspot_multi.records import to_row

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

Harness = Any


class Row(dict[str, Any]):
    """A row that can be watched."""

    __slots__ = ("__weakref__",)


def test_a_task_that_waits_for_its_turn_holds_no_rows(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = SingerOutput.write_records
    seen: list[weakref.ref[Row]] = []
    still_there = []

    def watching(self: SingerOutput, stream: str, records: list[Any], read_at: datetime) -> None:
        still_there.append(sum(ref() is not None for ref in seen))
        write(self, stream, records, read_at)
        seen.extend(weakref.ref(row) for row in records if isinstance(row, Row))

    monkeypatch.setattr(SingerOutput, "write_records", watching)
    monkeypatch.setattr("tap_hubspot_multi.object_reader.to_row", lambda *a, **k: Row(to_row(*a, **k)))

    # Of each type several pages: the tasks wait for one another between them.
    run = harness.sync(rows_per_page=20)

    assert run.error is None
    assert len(seen) > 100
    assert max(still_there) == 0

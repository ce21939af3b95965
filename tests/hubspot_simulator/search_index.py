"""The search index: what the search endpoint knows, which may trail the records by an index delay."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator.records import Record

# Above this many changes at once, sorting afresh is cheaper than inserting one by one.
_BULK = 64


class SearchIndex:
    """Versions of live records, sorted by id and by moment of modification."""

    def __init__(self) -> None:
        self.versions: dict[int, Record] = {}
        self.by_modified: list[tuple[int, int]] = []
        self.by_id: list[int] = []
        self._pending: deque[tuple[int, int, Record | None]] = deque()
        self._answered: tuple[bytes, list[Record]] | None = None

    def note(self, record_id: int, version: Record | None, written_ms: int) -> None:
        """Queue a new version (None: the record left) that was written at `written_ms`."""
        self._pending.append((written_ms, record_id, version))

    def catch_up(self, until_ms: int) -> None:
        """Take in everything that was written up to `until_ms`."""
        due: dict[int, Record | None] = {}
        while self._pending and self._pending[0][0] <= until_ms:
            _, record_id, version = self._pending.popleft()
            due[record_id] = version
        if due:
            self._answered = None
        if len(due) > _BULK:
            self._rebuild(due)
        else:
            for record_id, version in due.items():
                self._replace(record_id, version)

    def answer(self, question: bytes, find: Callable[[], list[Record]], *, later_page: bool) -> list[Record]:
        """All hits of a search in order; later pages take what the first one found, if nothing changed since."""
        if later_page and self._answered is not None and self._answered[0] == question:
            return self._answered[1]
        self._answered = (question, find())
        return self._answered[1]

    def _replace(self, record_id: int, version: Record | None) -> None:
        before = self.versions.pop(record_id, None)
        if before is not None:
            del self.by_modified[bisect_left(self.by_modified, (before.modified_ms, record_id))]
            del self.by_id[bisect_left(self.by_id, record_id)]
        if version is not None:
            self.versions[record_id] = version
            insort(self.by_modified, (version.modified_ms, record_id))
            insort(self.by_id, record_id)

    def _rebuild(self, due: dict[int, Record | None]) -> None:
        for record_id, version in due.items():
            if version is None:
                self.versions.pop(record_id, None)
            else:
                self.versions[record_id] = version
        self.by_modified = sorted((version.modified_ms, version.id) for version in self.versions.values())
        self.by_id = sorted(self.versions)

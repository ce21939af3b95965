"""Records and where they are kept: one `ObjectStore` for each portal and object type."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.search_index import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.hubspot_simulator.object_types import ObjectType

_NEVER = 1 << 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One kept value of a property's history."""

    at_ms: int
    value: str
    source: str = "CRM_UI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One version of one record; a change makes a new `Record`, so that an index may keep the old one.

    Attributes:
        properties: Values as HubSpot stores them: strings. A missing key answers null, `""` answers `""`.
        history: Earlier and present values by property, oldest first; only of properties that were tracked.
    """

    id: int
    created_ms: int
    modified_ms: int
    properties: Mapping[str, str]
    archived_ms: int | None = None
    history: Mapping[str, tuple[Change, ...]] | None = None

    def history_of(self, name: str) -> list[Change]:
        """Earlier and present values of one property, newest first; never changed, the first value since creation."""
        kept = (self.history or {}).get(name, ())
        if not kept and name in self.properties:
            return [Change(at_ms=self.created_ms, value=self.properties[name])]
        return sorted(kept, key=lambda change: change.at_ms)[::-1]

    @property
    def archived(self) -> bool:
        """True once the record was deleted in HubSpot (restorable for 90 days)."""
        return self.archived_ms is not None


class ObjectStore:
    """All records of one object type in one portal.

    Attributes:
        records: Every readable record by id, archived ones included.
        merged: Ids that were merged away, each with the id that answers for it now.
        purged: Ids removed for good, by a GDPR deletion or 90 days after archiving: HubSpot shows no trace of them.
    """

    def __init__(self, object_type: ObjectType) -> None:
        self.object_type = object_type
        self.records: dict[int, Record] = {}
        self.merged: dict[int, int] = {}
        self.purged: set[int] = set()
        self.index = SearchIndex()
        self._live: list[int] = []
        self._archived: list[int] = []
        self._oldest_archived_ms = _NEVER

    def __len__(self) -> int:
        return len(self._live)

    def __iter__(self) -> Iterator[Record]:
        """The live records by id."""
        return (self.records[record_id] for record_id in self._live)

    def __getitem__(self, record_id: int | str) -> Record:
        return self.records[int(record_id)]

    def __contains__(self, record_id: int | str) -> bool:
        return int(record_id) in self.records

    @property
    def live_ids(self) -> list[int]:
        """Ids of the live records, ascending."""
        return self._live

    @property
    def archived_ids(self) -> list[int]:
        """Ids of the archived records, ascending."""
        return self._archived

    def is_live(self, record_id: int) -> bool:
        """Whether a record exists and is not archived."""
        record = self.records.get(record_id)
        return record is not None and record.archived_ms is None

    def resolve(self, record_id: int) -> Record | None:
        """The record that answers for this id: itself, or the winner that it was merged into."""
        return self.records.get(self.merged.get(record_id, record_id))

    def page(self, start: int, limit: int, *, archived: bool) -> tuple[list[Record], int | None]:
        """Up to `limit` records from id `start` on, and the id where the next page starts."""
        ids = self._archived if archived else self._live
        begin = bisect_left(ids, start)
        page = [self.records[record_id] for record_id in ids[begin : begin + limit]]
        more = begin + limit < len(ids)
        return page, (page[-1].id + 1 if more else None)

    def put(self, record: Record, written_ms: int) -> Record:
        """Add a record or replace its earlier version."""
        before = self.records.get(record.id)
        if before is not None and before.archived != record.archived:
            _discard(self._archived if before.archived else self._live, record.id)
        if before is None or before.archived != record.archived:
            insort(self._archived if record.archived else self._live, record.id)
        if record.archived_ms is not None:
            self._oldest_archived_ms = min(self._oldest_archived_ms, record.archived_ms)
        self.records[record.id] = record
        self.index.note(record.id, None if record.archived else record, written_ms)
        return record

    def put_many(self, records: Iterable[Record], written_ms: int) -> None:
        """Add many new records at once."""
        added = list(records)
        archived = (record.archived_ms for record in added if record.archived_ms is not None)
        self._oldest_archived_ms = min(self._oldest_archived_ms, *archived, _NEVER)
        self.records.update((record.id, record) for record in added)
        self._live.extend(record.id for record in added if not record.archived)
        self._archived.extend(record.id for record in added if record.archived)
        self._live.sort()
        self._archived.sort()
        for record in added:
            if not record.archived:
                self.index.note(record.id, record, written_ms)

    def archived_before(self, moment_ms: int) -> list[int]:
        """Ids of the records that were archived before a moment."""
        if moment_ms <= self._oldest_archived_ms:
            return []
        moments = {each: self.records[each].archived_ms or 0 for each in self._archived}
        self._oldest_archived_ms = min((at for at in moments.values() if at >= moment_ms), default=_NEVER)
        return [each for each, at in moments.items() if at < moment_ms]

    def remove(self, record_id: int, written_ms: int) -> Record:
        """Take a record away without leaving it among the archived."""
        record = self.records.pop(record_id)
        _discard(self._archived if record.archived else self._live, record_id)
        self.index.note(record_id, None, written_ms)
        return record


def stamps(object_type: ObjectType, record_id: int, created_ms: int, modified_ms: int) -> dict[str, str]:
    """The three properties that every record carries."""
    return {
        object_type.created_property: iso(created_ms),
        "hs_object_id": str(record_id),
        object_type.modified_property: iso(modified_ms),
    }


def _discard(ids: list[int], record_id: int) -> None:
    position = bisect_left(ids, record_id)
    del ids[position]

"""The whole simulated HubSpot: all portals, and everything that can happen to their records."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from tests.hubspot_simulator.association_types import PRIMARY
from tests.hubspot_simulator.catalogue_mutations import CatalogueMutations
from tests.hubspot_simulator.clock import DAY_MS, iso
from tests.hubspot_simulator.custom_objects import undefine
from tests.hubspot_simulator.marketing.events import MarketingEvents
from tests.hubspot_simulator.merging import is_renewed, merged_record
from tests.hubspot_simulator.records import Change, Record, stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from tests.hubspot_simulator.clock import Clock
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.records import ObjectStore
    from tests.hubspot_simulator.scenario import Scenario

#: How long an archived record can be restored; after that HubSpot knows nothing of it.
RESTORABLE_DAYS = 90
# Where other records keep the id of a company, which HubSpot rewrites after a merge.
_COMPANY_REFERENCES = {"contacts": "associatedcompanyid", "deals": "hs_primary_associated_company"}


class World(CatalogueMutations, MarketingEvents):
    """All portals and the mutations of their records.

    Mutations happen at the clock's present unless `at` says otherwise, take effect before they return, and may
    be called from any thread while the simulator serves.

    Attributes:
        portals: By portal id.
        lock: Held while a request is answered and while a mutation runs.
    """

    def __init__(self, scenario: Scenario, seed: int, clock: Clock, portals: Mapping[int, Portal]) -> None:
        super().__init__(clock, portals)
        self.scenario = scenario
        self.seed = seed

    def create(
        self, portal_id: int, object_type: str, properties: Mapping[str, str], *, at: datetime | None = None
    ) -> Record:
        """Add a record, created and modified `at`."""
        return self.bulk_create(portal_id, object_type, 1, lambda _: properties, at=at)[0]

    def bulk_create(
        self,
        portal_id: int,
        object_type: str,
        number: int,
        properties: Callable[[int], Mapping[str, str]] = lambda _: {},
        *,
        at: datetime | None = None,
    ) -> list[Record]:
        """Add `number` records that all share one millisecond; `properties` gets each one's position."""
        with self.lock:
            portal, store = self._store(portal_id, object_type)
            moment = self._moment(at)
            ids = [portal.next_id(object_type) for _ in range(number)]
            records = [
                Record(
                    id=record_id,
                    created_ms=moment,
                    modified_ms=moment,
                    properties={
                        **properties(position),
                        **stamps(store.object_type, record_id, moment, moment),
                    },
                )
                for record_id, position in zip(ids, count(), strict=False)
            ]
            store.put_many(records, self.clock.now_ms())
            return records

    def update(
        self,
        portal_id: int,
        object_type: str,
        record_id: int,
        changes: Mapping[str, str | None],
        *,
        at: datetime | None = None,
    ) -> Record:
        """Change properties and move the modified date. `""` clears a value, None makes it null again."""
        return self._change(portal_id, object_type, record_id, changes, modified_ms=self._moment(at))

    def change_calculated(
        self, portal_id: int, object_type: str, record_id: int, changes: Mapping[str, str | None]
    ) -> Record:
        """Change properties as HubSpot's own calculations do: the modified date does not move."""
        return self._change(portal_id, object_type, record_id, changes, modified_ms=None)

    def touch(self, portal_id: int, object_type: str, *, at: datetime | None = None) -> int:
        """Modify every live record at one and the same millisecond, as HubSpot's internal jobs do."""
        with self.lock:
            _, store = self._store(portal_id, object_type)
            moment = self._moment(at)
            for record in list(store):
                self._change(portal_id, object_type, record.id, {}, modified_ms=moment)
            return len(store)

    def archive(
        self, portal_id: int, object_type: str, record_id: int, *, at: datetime | None = None
    ) -> Record:
        """Delete a record as a user does: it moves to the archived list, its modified date stays."""
        with self.lock:
            _, store = self._store(portal_id, object_type)
            archived = replace(store[record_id], archived_ms=self._moment(at))
            return store.put(archived, self.clock.now_ms())

    def restore(self, portal_id: int, object_type: str, record_id: int) -> Record:
        """Bring an archived record back, its modified date still unmoved."""
        with self.lock:
            _, store = self._store(portal_id, object_type)
            return store.put(replace(store[record_id], archived_ms=None), self.clock.now_ms())

    def merge(
        self, portal_id: int, object_type: str, primary_id: int, merged_id: int, *, at: datetime | None = None
    ) -> Record:
        """Merge two records; the old ids stop listing and a single GET of them answers the winner.

        Returns:
            The winner: for contacts and companies a record with a new id.
        """
        with self.lock:
            portal, store = self._store(portal_id, object_type)
            moment, written = self._moment(at), self.clock.now_ms()
            winner_id = portal.next_id(object_type) if is_renewed(object_type) else primary_id
            winner, losers = merged_record(
                store.object_type, store[primary_id], store[merged_id], winner_id, moment
            )
            for loser in losers:
                store.remove(loser.id, written)
                portal.associations.hand_over(object_type, loser.id, winner_id)
                store.merged = {
                    old: winner_id if new == loser.id else new for old, new in store.merged.items()
                } | {loser.id: winner_id}
            store.put(winner, written)
            if object_type == "companies":
                self._rewrite_references(portal, {str(loser.id) for loser in losers}, winner_id)
            return winner

    def archive_custom_object(self, portal_id: int, object_type: str) -> None:
        """Delete a custom object type with all its records: paths that name it answer 400 from then on."""
        with self.lock:
            for record_id in list(self.portals[portal_id].objects[object_type].live_ids):
                self.archive(portal_id, object_type, record_id)
            undefine(self.portals[portal_id], object_type, self.clock.now_ms())

    def purge(self, portal_id: int, object_type: str, record_id: int) -> None:
        """Delete a record for good (GDPR): it shows nowhere any more, not even among the archived."""
        with self.lock:
            portal, store = self._store(portal_id, object_type)
            store.remove(record_id, self.clock.now_ms())
            store.purged.add(record_id)
            portal.associations.drop(object_type, record_id)

    def expire(self, portal_id: int) -> None:
        """Delete for good what a portal archived 90 days ago; a served simulator does so before every answer."""
        with self.lock:
            too_old = self.clock.now_ms() - RESTORABLE_DAYS * DAY_MS
            for object_type, store in self.portals[portal_id].objects.items():
                for record_id in store.archived_before(too_old):
                    self.purge(portal_id, object_type, record_id)

    def associate(
        self, portal_id: int, from_type: str, from_id: int, to_type: str, to_id: int, *labels: str
    ) -> None:
        """Link two records, with labels such as `"Primary"` beside the plain link. No modified date moves."""
        with self.lock:
            associations = self.portals[portal_id].associations
            rival = associations.primary(from_type, from_id, to_type)
            if PRIMARY in labels and rival is not None:
                associations.remove(from_type, from_id, to_type, rival, [PRIMARY])
            associations.add(from_type, from_id, to_type, to_id, labels)

    def disassociate(
        self, portal_id: int, from_type: str, from_id: int, to_type: str, to_id: int, *labels: str
    ) -> None:
        """Remove labels of a link, or without labels the link. No modified date moves."""
        with self.lock:
            self.portals[portal_id].associations.remove(from_type, from_id, to_type, to_id, labels)

    def _change(
        self,
        portal_id: int,
        object_type: str,
        record_id: int,
        changes: Mapping[str, str | None],
        *,
        modified_ms: int | None,
    ) -> Record:
        with self.lock:
            _, store = self._store(portal_id, object_type)
            before = store[record_id]
            written = self.clock.now_ms()
            moment = before.modified_ms if modified_ms is None else modified_ms
            given = {**before.properties, **changes, store.object_type.modified_property: iso(moment)}
            changed_at = written if modified_ms is None else modified_ms
            source = "CALCULATED" if modified_ms is None else "CRM_UI"
            history = dict(before.history or {})
            for name, value in changes.items():
                if before.properties.get(name) != value:
                    change = Change(at_ms=changed_at, value=value or "", source=source)
                    history[name] = (*before.history_of(name)[::-1], change)
            after = replace(
                before,
                modified_ms=moment,
                properties={name: value for name, value in given.items() if value is not None},
                history=history,
            )
            return store.put(after, written)

    def _rewrite_references(self, portal: Portal, losers: set[str], winner_id: int) -> None:
        for object_type, name in _COMPANY_REFERENCES.items():
            for record_id in portal.associations.linked("companies", winner_id, object_type):
                if portal.objects[object_type][record_id].properties.get(name) in losers:
                    self.change_calculated(portal.portal_id, object_type, record_id, {name: str(winner_id)})

    def _store(self, portal_id: int, object_type: str) -> tuple[Portal, ObjectStore]:
        portal = self.portals[portal_id]
        return portal, portal.objects[object_type]

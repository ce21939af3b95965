"""One simulated HubSpot account: its records, catalogues, habits and its relation to our app."""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.association_store import AssociationStore
from tests.hubspot_simulator.association_types import SILENT_DIRECTIONS
from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.marketing.analytics import WebAnalytics
from tests.hubspot_simulator.marketing.store import Marketing
from tests.hubspot_simulator.marketing.truth import TRUTHS
from tests.hubspot_simulator.records import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tests.hubspot_simulator.catalogue import Owner, Pipeline, PropertyCatalogue
    from tests.hubspot_simulator.custom_objects import ObjectSchema
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.records import Record
    from tests.hubspot_simulator.scenario import PortalSpec

_FIRST_RECORD_ID = 1_001
_LARGEST_ID_GAP = 40
_SALES_FAMILY = frozenset({"contacts", "companies", "deals"})


@dataclass(slots=True)
class Installation:
    """What our app holds in a portal.

    Tokens carry the generation in which they were issued; raising a generation kills the earlier ones.

    Attributes:
        dead_grants: Single refresh tokens that were revoked, by their grant id.
    """

    installed: bool = False
    refresh_generation: int = 0
    access_generation: int = 0
    dead_grants: set[str] = field(default_factory=set)


class Portal:
    """One account.

    Attributes:
        types: The object types that exist here, by name.
        schemas: The custom ones' definitions by objectTypeId, archived ones included.
        objects: The records by object type name: the truth that a copy is compared with.
        marketing: Everything that is no CRM record.
        options: Limits and habits, changeable at any time.
        deleted: The whole account is gone: its tokens answer BAD_HUB.
    """

    def __init__(self, spec: PortalSpec, seed: int, owners: list[Owner]) -> None:
        self.spec = spec
        self.options = copy.deepcopy(spec.options)
        self.properties: dict[str, PropertyCatalogue] = {}
        self.pipelines: dict[str, list[Pipeline]] = {}
        self.owners = owners
        self.types: dict[str, ObjectType] = {}
        self.objects: dict[str, ObjectStore] = {}
        self.schemas: dict[str, ObjectSchema] = {}
        self.associations = AssociationStore()
        self.marketing = Marketing(WebAnalytics(spec.time_zone))
        self.installation = Installation()
        self.deleted = False
        self._gaps: dict[str, random.Random] = {}
        self._gap_seed = f"{seed}/{spec.portal_id}/ids"
        self._last_ids: dict[str, int] = {}

    @property
    def portal_id(self) -> int:
        """HubSpot's hub id."""
        return self.spec.portal_id

    @property
    def user_id(self) -> int:
        """The user who installs apps in this portal."""
        return self.owners[0].user_id_including_inactive

    @property
    def ui_domain(self) -> str:
        """The host of this portal's user interface."""
        return "app.hubspot.com" if self.spec.hublet == "na1" else f"app-{self.spec.hublet}.hubspot.com"

    def add_type(self, kind: ObjectType, catalogue: PropertyCatalogue, pipelines: list[Pipeline]) -> None:
        """Let records of one more object type exist here."""
        self.types[kind.name] = kind
        self.objects[kind.name] = ObjectStore(kind)
        self.properties[kind.name] = catalogue
        self.pipelines[kind.name] = pipelines
        self._last_ids[kind.name] = self.spec.first_record_id.get(kind.name, _FIRST_RECORD_ID) - 1

    def find_type(self, name: str) -> ObjectType | None:
        """The object type that a path means by this: a plural or singular name, or an objectTypeId."""
        asked = name.lower()
        return next((kind for kind in self.types.values() if asked in kind.path_names), None)

    def next_id(self, object_type: str) -> int:
        """A new record id, larger than all before and with the gaps that real portals have."""
        # One stream of gaps for each family, so that more tickets never renumber the contacts.
        family = "" if object_type in _SALES_FAMILY else f"/{object_type}"
        if family not in self._gaps:
            self._gaps[family] = random.Random(self._gap_seed + family)
        self._last_ids[object_type] += self._gaps[family].randrange(1, _LARGEST_ID_GAP)
        return self._last_ids[object_type]

    def live_links(self, from_type: str, from_id: int, to_type: str) -> list[tuple[int, tuple[str, ...]]]:
        """Links between records that are not archived, by id: `(other id, labels)`; none in a silent direction."""
        silent = (from_type, to_type) in SILENT_DIRECTIONS
        if silent or not self.objects[from_type].is_live(from_id):
            return []
        links = self.associations.linked(from_type, from_id, to_type)
        store = self.objects[to_type]
        return [(to_id, links[to_id]) for to_id in sorted(links) if store.is_live(to_id)]

    def truth(self, object_type: str, scopes: Collection[str] = ()) -> Iterator[dict[str, Any]]:
        """What a complete and correct copy of one object type holds, by id.

        Args:
            scopes: Of the copier's token; sensitive properties only show with theirs.

        Yields:
            One row for each live or archived record (`id`, `createdAt`, `updatedAt`, `archived`, `archivedAt`,
            non-empty `properties` of the catalogue, `associations` as `{type: {other id: [type ids]}}`), then
            one row `{"id", "mergedInto"}` for each id that was merged away.
        """
        store = self.objects[object_type]
        catalogue = self.properties[object_type]
        readable = frozenset(catalogue.readable(list(catalogue.active), scopes))
        for record_id in sorted(store.records):
            yield self._truth_row(object_type, store.records[record_id], readable)
        for loser, winner in sorted(store.merged.items()):
            yield {"id": str(loser), "mergedInto": str(winner)}

    def truth_of(self, stream: str) -> Iterator[dict[str, Any]]:
        """What a complete and current copy of a stream that is no CRM object type holds: see `marketing/truth.py`.

        Yields:
            The API's own JSON objects.
        """
        yield from TRUTHS[stream](self)

    def property_history(self, object_type: str, *names: str) -> Iterator[dict[str, Any]]:
        """What a complete copy of the history of these properties holds, newest first for each record.

        Yields:
            Rows `{"id", "property", "timestamp", "value", "sourceType"}` of live and archived records.
        """
        store = self.objects[object_type]
        for record_id in sorted(store.records):
            for name in names:
                for change in store.records[record_id].history_of(name)[: self.options.history_kept]:
                    yield {
                        "id": str(record_id),
                        "property": name,
                        "timestamp": iso(change.at_ms),
                        "value": change.value,
                        "sourceType": change.source,
                    }

    def _truth_row(self, object_type: str, record: Record, readable: Collection[str]) -> dict[str, Any]:
        associations = {
            to_type: {
                str(to_id): sorted(
                    self.associations.types[object_type, to_type][label].type_id for label in labels
                )
                for to_id, labels in self.live_links(object_type, record.id, to_type)
            }
            for to_type in self.objects
            if (object_type, to_type) in self.associations.types
        }
        return {
            "id": str(record.id),
            "createdAt": iso(record.created_ms),
            "updatedAt": iso(record.modified_ms),
            "archived": record.archived,
            "archivedAt": None if record.archived_ms is None else iso(record.archived_ms),
            "properties": {
                name: value for name, value in record.properties.items() if value and name in readable
            },
            "associations": {to_type: links for to_type, links in associations.items() if links},
        }

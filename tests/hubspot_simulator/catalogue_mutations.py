"""What can happen to the catalogues of a portal: properties, stages and custom object types come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.custom_objects import define
from tests.hubspot_simulator.mutations import Mutations
from tests.hubspot_simulator.standard_properties.makers import filler

if TYPE_CHECKING:
    from tests.hubspot_simulator.catalogue import PropertyDefinition
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.specs import CustomObjectSpec


class CatalogueMutations(Mutations):
    """Mutations of what portals say of themselves."""

    def put_property(self, portal_id: int, object_type: str, definition: PropertyDefinition) -> None:
        """Add a property, or re-create one under a name that was archived."""
        with self.lock:
            self.portals[portal_id].properties[object_type].put(definition)

    def add_fillers(
        self, portal_id: int, object_type: str, number: int, *, name_length: int = 39
    ) -> list[str]:
        """Add many empty properties whose names have this length; returns the names."""
        definitions = [filler(position, name_length) for position in range(number)]
        with self.lock:
            for definition in definitions:
                self.portals[portal_id].properties[object_type].put(definition)
        return [definition.name for definition in definitions]

    def archive_property(self, portal_id: int, object_type: str, name: str) -> None:
        """Archive a property: records stop returning it."""
        with self.lock:
            self.portals[portal_id].properties[object_type].archive(name, iso(self.clock.now_ms()))

    def retype_property(
        self,
        portal_id: int,
        object_type: str,
        name: str,
        *,
        new_type: str,
        field_type: str,
    ) -> PropertyDefinition:
        """Give a property another type, as an admin may at any time; the values stay as they are."""
        with self.lock:
            catalogue = self.portals[portal_id].properties[object_type]
            retyped = msgspec.structs.replace(
                catalogue[name], type=new_type, field_type=field_type, updated_at=iso(self.clock.now_ms())
            )
            catalogue.put(retyped)
            return retyped

    def remove_stage(self, portal_id: int, object_type: str, stage_id: str) -> None:
        """Delete a stage: the pipelines endpoint forgets it, records and history still name it."""
        with self.lock:
            for line in self.portals[portal_id].pipelines[object_type]:
                line.stages = [stage for stage in line.stages if stage.id != stage_id]

    def add_custom_object(self, portal_id: int, spec: CustomObjectSpec) -> ObjectType:
        """Define a custom object type, still without records.

        Raises:
            ValueError: The portal has a type with this id or name already.
        """
        with self.lock:
            return define(self.portals[portal_id], spec, self.clock.now_ms())

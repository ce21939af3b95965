"""Catalogue entries as HubSpot sends them: properties, pipelines, owners, association labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tests.hubspot_simulator.object_types import ObjectType

# Hidden behind scopes of their own, see `ObjectType.sensitive_scopes`.
SENSITIVITIES = ("non_sensitive", "sensitive", "highly_sensitive")


class PropertyOption(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """One choice of an enumeration property."""

    label: str
    value: str
    display_order: int = 0
    hidden: bool = False
    description: str = ""


class ModificationMetadata(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """What an admin may change of a property; by default that of HubSpot's own."""

    archivable: bool = False
    read_only_definition: bool = True
    read_only_value: bool = False
    read_only_options: bool = False


class PropertyDefinition(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """One property of one object type, encoded with HubSpot's names."""

    name: str
    label: str
    type: str
    field_type: str
    group_name: str
    description: str = ""
    options: tuple[PropertyOption, ...] = ()
    display_order: int = -1
    calculated: bool = False
    external_options: bool = False
    has_unique_value: bool = False
    hidden: bool = False
    hubspot_defined: bool = True
    form_field: bool = False
    data_sensitivity: str = "non_sensitive"
    referenced_object_type: str | msgspec.UnsetType = UNSET
    currency_property_name: str | msgspec.UnsetType = UNSET
    modification_metadata: ModificationMetadata = ModificationMetadata()
    created_at: str = "2019-08-06T02:41:08.029Z"
    updated_at: str = "2024-02-20T14:09:11.508Z"
    archived: bool = False
    archived_at: str | msgspec.UnsetType = UNSET


class PropertyCatalogue:
    """The properties of one object type in one portal: those in use, and those archived."""

    def __init__(self, object_type: ObjectType, definitions: Collection[PropertyDefinition]) -> None:
        self.object_type = object_type
        self.active = {definition.name: definition for definition in definitions}
        self.archived: dict[str, PropertyDefinition] = {}

    def __iter__(self) -> Iterator[PropertyDefinition]:
        return iter(self.active.values())

    def __getitem__(self, name: str) -> PropertyDefinition:
        return self.active[name]

    def get(self, name: str) -> PropertyDefinition | None:
        """The property in use under this name."""
        return self.active.get(name)

    def readable(self, names: Collection[str], scopes: Collection[str]) -> list[str]:
        """The names that exist and may be seen; the others are dropped silently, as HubSpot does."""
        hidden = {
            level
            for level in SENSITIVITIES[1:]
            if not set(self.object_type.sensitive_scopes(level)) & set(scopes)
        }
        wanted = (self.active.get(name) for name in dict.fromkeys(names))
        return [found.name for found in wanted if found and found.data_sensitivity not in hidden]

    def put(self, definition: PropertyDefinition) -> None:
        """Add a property, or give an existing one another definition."""
        self.active[definition.name] = definition

    def archive(self, name: str, at: str) -> None:
        """Retire a property: records stop returning it, `archived=true` lists it."""
        definition = self.active.pop(name)
        self.archived[name] = msgspec.structs.replace(definition, archived=True, archived_at=at)


class PipelineStage(msgspec.Struct, rename="camel", kw_only=True):
    """A stage; `metadata` values are strings, `isClosed` and `probability` included."""

    id: str
    label: str
    display_order: int
    metadata: dict[str, str]
    write_permissions: str = "CRM_PERMISSIONS_ENFORCEMENT"
    created_at: str
    updated_at: str
    archived: bool = False
    archived_at: str | msgspec.UnsetType = UNSET


class Pipeline(msgspec.Struct, rename="camel", kw_only=True):
    """A pipeline with its stages in order."""

    id: str
    label: str
    display_order: int
    stages: list[PipelineStage]
    created_at: str
    updated_at: str
    archived: bool = False
    archived_at: str | msgspec.UnsetType = UNSET


class Team(msgspec.Struct, frozen=True):
    """A team as it appears inside an owner."""

    id: str
    name: str
    primary: bool


class Owner(msgspec.Struct, rename="camel", kw_only=True):
    """A user who can own records; `userId` is missing once the user is deactivated."""

    id: str
    email: str
    first_name: str
    last_name: str
    user_id: int | None
    user_id_including_inactive: int
    type: str = "PERSON"
    teams: tuple[Team, ...] = ()
    created_at: str
    updated_at: str
    archived: bool


class AssociationType(msgspec.Struct, rename="camel", frozen=True):
    """One direction of one kind of link; `label` None means the plain, unlabelled link."""

    category: str
    type_id: int
    label: str | None

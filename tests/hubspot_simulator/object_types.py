"""The CRM object types that the simulator speaks: what differs from one type to the next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One CRM object type.

    Attributes:
        name: Plural name used in paths and in `World`.
        type_id: HubSpot's objectTypeId, accepted in paths as well.
        modified_property: The only property whose search finds changed records.
        default_properties: What a request without `properties` gets.
        query_properties: What the `query` field of a search looks at.
        unique_property: What `idProperty` of a batch read may name.
    """

    name: str
    singular: str
    type_id: str
    modified_property: str
    created_property: str
    default_properties: tuple[str, ...]
    query_properties: tuple[str, ...]
    unique_property: str | None = None

    @property
    def read_scope(self) -> str:
        """The scope that reading needs."""
        return f"crm.objects.{self.name}.read"

    @property
    def always_returned(self) -> tuple[str, ...]:
        """Properties in every record, asked for or not."""
        return (self.created_property, "hs_object_id", self.modified_property)

    def sensitive_scopes(self, sensitivity: str) -> tuple[str, ...]:
        """Either of these shows properties of `sensitivity` (`sensitive`, `highly_sensitive`)."""
        scope = f"crm.objects.{self.name}.{sensitivity}.read"
        return (scope, f"{scope}.v2")


CONTACTS = ObjectType(
    name="contacts",
    singular="contact",
    type_id="0-1",
    # Contacts also list hs_lastmodifieddate, but it is never filled: searching it finds nothing, without an error.
    modified_property="lastmodifieddate",
    created_property="createdate",
    default_properties=("email", "firstname", "lastname"),
    query_properties=("email", "firstname", "lastname", "phone"),
    unique_property="email",
)
COMPANIES = ObjectType(
    name="companies",
    singular="company",
    type_id="0-2",
    modified_property="hs_lastmodifieddate",
    created_property="createdate",
    default_properties=("domain", "name"),
    query_properties=("name", "domain", "phone"),
)
DEALS = ObjectType(
    name="deals",
    singular="deal",
    type_id="0-3",
    modified_property="hs_lastmodifieddate",
    created_property="createdate",
    default_properties=("amount", "closedate", "dealname", "dealstage", "pipeline"),
    query_properties=("dealname",),
)

OBJECT_TYPES = {kind.name: kind for kind in (CONTACTS, COMPANIES, DEALS)}
_BY_ANY_NAME = {
    name.lower(): kind for kind in OBJECT_TYPES.values() for name in (kind.name, kind.singular, kind.type_id)
}


def find_object_type(name: str) -> ObjectType | None:
    """The type with this plural name, singular name or objectTypeId."""
    return _BY_ANY_NAME.get(name.lower())

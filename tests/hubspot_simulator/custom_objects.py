"""Custom object types: made by a portal for itself, known nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.business import custom_values
from tests.hubspot_simulator.catalogue import PropertyCatalogue
from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.object_types import custom_type
from tests.hubspot_simulator.pipelines import build_pipelines
from tests.hubspot_simulator.standard_properties.makers import property_of
from tests.hubspot_simulator.standard_properties.shared import stamped

if TYPE_CHECKING:
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.specs import CustomObjectSpec

# Each portal counts the links of its custom objects from here on.
_FIRST_ASSOCIATION_TYPE = 1_001
_PIPELINE_PROPERTIES = (
    property_of("hs_pipeline", "Pipeline", "enumeration", "select", external_options=True),
    property_of("hs_pipeline_stage", "Pipeline stage", "enumeration", "select", external_options=True),
)


class SchemaLabels(msgspec.Struct, frozen=True):
    """What people call the records."""

    singular: str
    plural: str


class ObjectSchema(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """The definition of a custom object type, without its properties and associations."""

    id: str
    object_type_id: str
    name: str
    fully_qualified_name: str
    labels: SchemaLabels
    primary_display_property: str
    required_properties: tuple[str, ...]
    searchable_properties: tuple[str, ...]
    secondary_display_properties: tuple[str, ...] = ()
    meta_type: str = "PORTAL_SPECIFIC"
    allows_sensitive_properties: bool = False
    created_at: str
    updated_at: str
    archived: bool = False


def define(portal: Portal, spec: CustomObjectSpec, at_ms: int) -> ObjectType:
    """Give a portal a custom object type; its records are added later.

    Raises:
        ValueError: The portal has a type with this id or name already.
    """
    qualified_name = f"p{portal.portal_id}_{spec.name}".lower()
    if portal.find_type(spec.object_type_id) or portal.find_type(qualified_name):
        raise ValueError(f"portal {portal.portal_id} has {spec.object_type_id} or {qualified_name} already")
    kind = custom_type(spec.object_type_id, qualified_name, spec.singular, spec.primary_property)
    own = [custom_values.definition(each) for each in spec.properties]
    has_pipelines = _PIPELINE_PROPERTIES if spec.pipelines else ()
    catalogue = PropertyCatalogue(kind, [*stamped("hs_createdate"), *has_pipelines, *own])
    for each in spec.properties:
        if each.archived:
            catalogue.archive(each.name, iso(at_ms))
    portal.add_type(kind, catalogue, build_pipelines(kind.name, spec.pipelines, at_ms))
    for other in spec.associated:
        custom_pairs = sum(1 for from_type, _ in portal.associations.types if from_type.startswith("2-"))
        portal.associations.define_pair(kind.name, other, _FIRST_ASSOCIATION_TYPE + 2 * custom_pairs)
    portal.schemas[kind.name] = ObjectSchema(
        id=kind.type_id.removeprefix("2-"),
        object_type_id=kind.type_id,
        name=spec.name,
        fully_qualified_name=qualified_name,
        labels=SchemaLabels(spec.singular, spec.plural),
        primary_display_property=spec.primary_property,
        required_properties=(spec.primary_property,),
        searchable_properties=(spec.primary_property,),
        allows_sensitive_properties=any(each.data_sensitivity != "non_sensitive" for each in spec.properties),
        created_at=iso(at_ms),
        updated_at=iso(at_ms),
    )
    return kind


def undefine(portal: Portal, object_type: str, at_ms: int) -> None:
    """Archive a custom object type: its paths answer 400, only the archived schemas show it."""
    del portal.types[object_type]
    portal.schemas[object_type] = msgspec.structs.replace(
        portal.schemas[object_type], archived=True, updated_at=iso(at_ms)
    )

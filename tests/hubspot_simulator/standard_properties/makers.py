"""How a property is written down: one function for each kind."""

from __future__ import annotations

from typing import TypedDict, Unpack

from tests.hubspot_simulator.catalogue import ModificationMetadata, PropertyDefinition, PropertyOption


class More(TypedDict, total=False):
    """What a property may have beyond name, label and type."""

    calculated: bool
    external_options: bool
    has_unique_value: bool
    hidden: bool
    form_field: bool
    referenced_object_type: str
    currency_property_name: str


def text(name: str, label: str, **more: Unpack[More]) -> PropertyDefinition:
    """A line of text."""
    return property_of(name, label, "string", "text", **more)


def number(name: str, label: str, **more: Unpack[More]) -> PropertyDefinition:
    """A number; ids are declared as numbers too, although they are names."""
    return property_of(name, label, "number", "number", **more)


def moment(name: str, label: str, **more: Unpack[More]) -> PropertyDefinition:
    """A point in time; HubSpot gives it the field type `date` nonetheless."""
    return property_of(name, label, "datetime", "date", **more)


def flag(name: str, label: str, **more: Unpack[More]) -> PropertyDefinition:
    """True or false, as text."""
    return property_of(
        name, label, "bool", "booleancheckbox", options=_options({"true": "True", "false": "False"}), **more
    )


def choice(name: str, label: str, choices: dict[str, str], **more: Unpack[More]) -> PropertyDefinition:
    """One of several options."""
    return property_of(name, label, "enumeration", "select", options=_options(choices), **more)


def owner(name: str = "hubspot_owner_id", label: str = "Owner") -> PropertyDefinition:
    """A reference to an owner: an enumeration whose options are kept elsewhere."""
    return property_of(
        name, label, "enumeration", "select", external_options=True, referenced_object_type="OWNER"
    )


def money(name: str, label: str, currency: str | None = None, **more: Unpack[More]) -> PropertyDefinition:
    """An amount; `currency` names the property that holds the row's currency."""
    if currency is not None:
        more["currency_property_name"] = currency
    return property_of(name, label, "number", "number", **more)


def filler(number_of_property: int, name_length: int = 39) -> PropertyDefinition:
    """One of the several hundred properties that a real portal has and nobody fills."""
    name = f"{'hs_reserved_field_with_a_long_name':_<{name_length - 5}}_{number_of_property:04d}"
    return property_of(name, f"Reserved field {number_of_property}", "string", "text", hidden=True)


def stage_date(stage_id: str, label: str) -> PropertyDefinition:
    """When a record last entered a stage: calculated, one property for each stage."""
    name = f"hs_v2_date_entered_{stage_id}"
    return property_of(name, f'Date entered "{label}"', "datetime", "calculation_read_time", calculated=True)


def property_of(
    name: str,
    label: str,
    kind: str,
    field_type: str,
    *,
    options: tuple[PropertyOption, ...] = (),
    **more: Unpack[More],
) -> PropertyDefinition:
    """Any property."""
    return PropertyDefinition(
        name=name,
        label=label,
        type=kind,
        field_type=field_type,
        group_name="information",
        options=options,
        modification_metadata=ModificationMetadata(read_only_value=more.get("calculated", False)),
        **more,
    )


def _options(choices: dict[str, str]) -> tuple[PropertyOption, ...]:
    return tuple(
        PropertyOption(label=label, value=value, display_order=position)
        for position, (value, label) in enumerate(choices.items())
    )

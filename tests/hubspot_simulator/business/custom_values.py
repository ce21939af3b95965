"""Values of the custom properties that a scenario gives a portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.catalogue import ModificationMetadata, PropertyDefinition, PropertyOption
from tests.hubspot_simulator.clock import DAY_MS, from_ms, iso

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from tests.hubspot_simulator.business.drafts import Draft
    from tests.hubspot_simulator.specs import FieldSpec

    Maker = Callable[[FieldSpec, Draft, random.Random], str]

_WORDS = ("north", "blue", "trial", "expo", "partner", "renewal", "legacy", "pilot")


def definition(spec: FieldSpec) -> PropertyDefinition:
    """The catalogue entry of a custom property."""
    options = tuple(
        PropertyOption(label=value.replace("_", " ").title(), value=value, display_order=position)
        for position, value in enumerate(spec.options)
    )
    return PropertyDefinition(
        name=spec.name,
        label=spec.label,
        type=spec.type,
        field_type=spec.field_type,
        group_name="custom_information",
        options=options,
        hubspot_defined=False,
        form_field=True,
        data_sensitivity=spec.data_sensitivity,
        modification_metadata=ModificationMetadata(archivable=True, read_only_definition=False),
    )


def fill(drafts: Sequence[Draft], specs: Sequence[FieldSpec], rng: random.Random) -> None:
    """Give the drafts values of these properties, each property in its share of them."""
    for spec in specs:
        make = _MAKERS.get(spec.type, _text)
        for draft in drafts:
            if rng.random() < spec.fill:
                draft.properties[spec.name] = make(spec, draft, rng)


def _text(_: FieldSpec, __: Draft, rng: random.Random) -> str:
    return " ".join(rng.sample(_WORDS, 2))


def _number(_: FieldSpec, __: Draft, rng: random.Random) -> str:
    return f"{rng.lognormvariate(3, 1):.1f}".removesuffix(".0")


def _flag(_: FieldSpec, __: Draft, rng: random.Random) -> str:
    return rng.choice(("true", "false"))


def _choices(spec: FieldSpec, _: Draft, rng: random.Random) -> str:
    several = rng.randrange(1, len(spec.options) + 1) if spec.field_type == "checkbox" else 1
    return ";".join(rng.sample(spec.options, several))


def _date(_: FieldSpec, draft: Draft, rng: random.Random) -> str:
    return from_ms(draft.created_ms + rng.randrange(400) * DAY_MS).date().isoformat()


def _moment(_: FieldSpec, draft: Draft, rng: random.Random) -> str:
    return iso(draft.created_ms + rng.randrange(90 * DAY_MS))


_MAKERS: dict[str, Maker] = {
    "number": _number,
    "bool": _flag,
    "enumeration": _choices,
    "date": _date,
    "datetime": _moment,
}

"""Search filters: each becomes a range over an index where it can, and a predicate where it cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.clock import parse_moment
from tests.hubspot_simulator.errors import validation_error

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tests.hubspot_simulator.catalogue import PropertyCatalogue, PropertyDefinition
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.records import Record

    Predicate = Callable[[Record], bool]
    Comparable = int | Decimal | str

_RANGE_OPERATORS = frozenset({"EQ", "LT", "LTE", "GT", "GTE", "BETWEEN"})
_LARGEST = 1 << 80
_DATED = frozenset({"date", "datetime"})


@dataclass(slots=True)
class Range:
    """An inclusive range of whole numbers: ids, or milliseconds."""

    low: int = -_LARGEST
    high: int = _LARGEST

    def narrow(self, operator: str, value: int, high_value: int | None) -> None:
        """Keep only what the operator lets through."""
        if operator in {"EQ", "GTE", "BETWEEN"}:
            self.low = max(self.low, value)
        if operator in {"EQ", "LTE"}:
            self.high = min(self.high, value)
        if operator == "GT":
            self.low = max(self.low, value + 1)
        if operator == "LT":
            self.high = min(self.high, value - 1)
        if operator == "BETWEEN" and high_value is not None:
            self.high = min(self.high, high_value)

    @property
    def bounded(self) -> bool:
        """Whether anything narrowed it."""
        return self.low > -_LARGEST or self.high < _LARGEST


@dataclass(slots=True)
class FilterGroup:
    """Filters that must all hold: two ranges that an index answers, and the rest."""

    modified: Range = field(default_factory=Range)
    ids: Range = field(default_factory=Range)
    predicates: list[Predicate] = field(default_factory=list)

    def holds(self, record: Record) -> bool:
        """Whether a record passes the predicates."""
        return all(predicate(record) for predicate in self.predicates)


def compile_group(
    filters: list[dict[str, Any]], kind: ObjectType, catalogue: PropertyCatalogue, scopes: Collection[str]
) -> FilterGroup:
    """Compile the filters of one group.

    Raises:
        HubSpotError: 400, a filter names an unknown property or operator, or lacks a value.
    """
    group = FilterGroup()
    for given in filters:
        name, operator = str(given.get("propertyName", "")), str(given.get("operator", ""))
        definition = catalogue.get(name) if catalogue.readable([name], scopes) else None
        if definition is None or definition.data_sensitivity == "highly_sensitive":
            raise validation_error(f"There was a problem with the request. Unknown property {name}")
        whole = {kind.modified_property: group.modified, "hs_object_id": group.ids}.get(name)
        if whole is not None and operator in _RANGE_OPERATORS:
            high = given.get("highValue")
            whole.narrow(operator, _whole(_value(given)), None if high is None else _whole(str(high)))
        else:
            group.predicates.append(_predicate(definition, operator, given))
    return group


def sort_key(definition: PropertyDefinition) -> Callable[[Record], Any]:
    """Order by a property: records without a value first, then by its type."""

    def key(record: Record) -> tuple[int, Any]:
        value = _comparable(definition, record.properties.get(definition.name))
        return (0, 0) if value is None else (1, value)

    return key


def _predicate(definition: PropertyDefinition, operator: str, given: dict[str, Any]) -> Predicate:
    name = definition.name
    if operator == "HAS_PROPERTY":
        return lambda record: bool(record.properties.get(name))
    if operator == "NOT_HAS_PROPERTY":
        return lambda record: not record.properties.get(name)
    if operator in {"IN", "NOT_IN"}:
        values = {_comparable(definition, str(value)) for value in _values(given)}
        wanted = operator == "IN"
        return lambda record: (_comparable(definition, record.properties.get(name)) in values) is wanted
    if operator in {"CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}:
        token = _value(given).lower().strip("*")
        wanted = operator == "CONTAINS_TOKEN"
        return lambda record: (token in record.properties.get(name, "").lower()) is wanted
    return _comparison(definition, operator, given)


def _comparison(definition: PropertyDefinition, operator: str, given: dict[str, Any]) -> Predicate:
    value = _comparable(definition, _value(given))
    high = _comparable(definition, str(given.get("highValue", ""))) if operator == "BETWEEN" else None
    compare: dict[str, Callable[[Any], bool]] = {
        "EQ": lambda held: bool(held == value),
        "NEQ": lambda held: bool(held != value),
        "LT": lambda held: bool(held < value),
        "LTE": lambda held: bool(held <= value),
        "GT": lambda held: bool(held > value),
        "GTE": lambda held: bool(held >= value),
        "BETWEEN": lambda held: bool(value <= held <= high),
    }
    holds = compare.get(operator)
    if holds is None:
        raise validation_error(f"Unknown operator {operator}")
    if value is None:
        raise validation_error(f"{given.get('value')} is not a valid {definition.type} for {definition.name}")

    def predicate(record: Record) -> bool:
        held = _comparable(definition, record.properties.get(definition.name))
        return operator == "NEQ" if held is None else holds(held)

    return predicate


def _comparable(definition: PropertyDefinition, text: str | None) -> Comparable | None:
    """A stored or given text as something that compares as the property's type does."""
    if not text:
        return None
    if definition.type in _DATED:
        return parse_moment(text)
    if definition.type == "number":
        try:
            return Decimal(text)
        except InvalidOperation:
            return None
    return text.lower()


def _whole(text: str) -> int:
    """A moment or an id as a whole number; finer digits than milliseconds are ignored."""
    if text.lstrip("-").isdigit():
        return int(text)
    moment = parse_moment(text)
    if moment is None:
        raise validation_error(f"{text} is not a valid number or timestamp")
    return moment


def _value(given: dict[str, Any]) -> str:
    if given.get("value") is None:
        raise validation_error(f"The operator {given.get('operator')} needs a value")
    return str(given["value"])


def _values(given: dict[str, Any]) -> list[object]:
    values = given.get("values")
    if not isinstance(values, list) or not values:
        raise validation_error(f"The operator {given.get('operator')} needs a list of values")
    return values

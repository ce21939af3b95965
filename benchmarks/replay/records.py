"""CRM records that are made up from their number: 100 properties of which 30 are filled, as in a grown portal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PROPERTIES = tuple(f"p{number:02}_of_the_portal" for number in range(97))
ALWAYS = ("createdate", "lastmodifieddate", "hs_object_id")
"""With those, 100 are asked for and answered."""

_FIRST_ID = 10_000_000_000
_FILLED_OF_TEN = 3
_EMPTY_FROM = 90
_NAMES = frozenset(PROPERTIES)
_LATEST = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet")


class Records:
    """The records of one object type: number n of them was created and last modified at the n-th second.

    Attributes:
        count: How many there are.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._begin = _LATEST - timedelta(seconds=count)

    def after(self, cursor: str, limit: int) -> range:
        """The numbers of the records behind an id."""
        first = max(0, int(cursor) - _FIRST_ID + 1)
        return range(first, min(first + limit, self.count))

    def matching(self, filters: list[dict[str, str]]) -> range:
        """The numbers of the records that pass all filters, each a bound of a time or an id.

        Raises:
            ValueError: There is a filter of another kind.
        """
        low, high = 0, self.count
        for each in filters:
            number = self._number(each["propertyName"], int(each["value"]))
            match each["operator"]:
                case "GTE":
                    low = max(low, number)
                case "GT":
                    low = max(low, number + 1)
                case "LT":
                    high = min(high, number)
                case "LTE":
                    high = min(high, number + 1)
                case operator:
                    raise ValueError(f"no filter {operator} here")
        return range(low, max(low, high))

    def number(self, record_id: str) -> int:
        """The number of a record."""
        return int(record_id) - _FIRST_ID

    def record(self, number: int, names: list[str]) -> dict[str, Any]:
        """One record with some properties, as HubSpot writes it."""
        record_id = str(_FIRST_ID + number)
        moment = (self._begin + timedelta(seconds=number)).isoformat(timespec="milliseconds")[:-6] + "Z"
        properties: dict[str, str | None] = {name: _value(name, number) for name in names}
        properties |= dict(zip(ALWAYS, (moment, moment, record_id), strict=True))
        return {
            "id": record_id,
            "properties": properties,
            "createdAt": moment,
            "updatedAt": moment,
            "archived": False,
        }

    def _number(self, name: str, value: int) -> int:
        """The first record whose id or time is at least this."""
        if name == "hs_object_id":
            return value - _FIRST_ID
        return -((round(self._begin.timestamp() * 1000) - value) // 1000)


def definitions() -> list[dict[str, Any]]:
    """What HubSpot tells of the properties."""
    return [
        {
            "name": name,
            "label": name.replace("_", " ").capitalize(),
            "type": "string",
            "fieldType": "text",
            "groupName": "information",
            "description": "",
            "options": [],
            "displayOrder": -1,
            "calculated": False,
            "externalOptions": False,
            "hasUniqueValue": False,
            "hidden": False,
            "hubspotDefined": name in ALWAYS,
            "formField": False,
            "dataSensitivity": "non_sensitive",
            "modificationMetadata": {
                "archivable": True,
                "readOnlyDefinition": False,
                "readOnlyValue": False,
            },
            "createdAt": "2019-08-06T02:41:08.029Z",
            "updatedAt": "2024-02-20T14:09:11.508Z",
            "archived": False,
        }
        for name in (*PROPERTIES, *ALWAYS)
    ]


def _value(name: str, number: int) -> str | None:
    """What one property of one record holds; the same properties are filled in all records."""
    place = int(name[1:3]) if name in _NAMES else _EMPTY_FROM
    if place % 10 >= _FILLED_OF_TEN or place >= _EMPTY_FROM:
        return None
    mixed = number * 2_654_435_761 + place * 40_503
    kinds: tuple[Callable[[int], str], ...] = (_number, _moment, _amount, _flag, _text)
    return kinds[place % len(kinds)](mixed)


def _number(mixed: int) -> str:
    return str(mixed % 1_000_000_007)


def _moment(mixed: int) -> str:
    return f"2025-0{mixed % 9 + 1}-1{mixed % 7}T08:09:10.{mixed % 1000:03}Z"


def _amount(mixed: int) -> str:
    return f"{mixed % 1_000_000 / 100:.2f}"


def _flag(mixed: int) -> str:
    return "true" if mixed % 2 else "false"


def _text(mixed: int) -> str:
    return " ".join(_WORDS[(mixed >> shift) % 10] for shift in range(0, 20, 4))

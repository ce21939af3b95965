"""The lists of a generated portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import DAY_MS
from tests.hubspot_simulator.marketing.lists import RecordList

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator.business.scene import Scene
    from tests.hubspot_simulator.marketing.lists import ProcessingType
    from tests.hubspot_simulator.records import Record

    Kind = tuple[str, ProcessingType, str, Callable[[Record], bool]]


def _everybody(_: Record) -> bool:
    return True


def _nobody(_: Record) -> bool:
    return False


def _every_third(record: Record) -> bool:
    return record.id % 3 == 0


def _customers(record: Record) -> bool:
    return record.properties.get("lifecyclestage") == "customer"


_KINDS: tuple[Kind, ...] = (
    ("All contacts", "DYNAMIC", "contacts", _everybody),
    ("Newsletter 🏔️", "MANUAL", "contacts", _every_third),
    ("Customers", "DYNAMIC", "contacts", _customers),
    ("Target accounts", "MANUAL", "companies", _every_third),
    ("Not used yet", "SNAPSHOT", "contacts", _nobody),
)


def draft_lists(scene: Scene) -> dict[str, RecordList]:
    """Lists of contacts and of companies, and an empty one."""
    lists = (_list(scene, number) for number in range(scene.spec.lists))
    return {each.id: each for each in lists}


def _list(scene: Scene, number: int) -> RecordList:
    name, processing_type, object_type, belongs = _KINDS[number % len(_KINDS)]
    created = scene.calendar.start_ms + number * DAY_MS
    return RecordList(
        id=str(number + 1),
        name=name if number < len(_KINDS) else f"{name} {number}",
        object_type=object_type,
        processing_type=processing_type,
        created_ms=created,
        updated_ms=created + scene.rng.randrange(DAY_MS),
        user_id=str(scene.portal.user_id),
        joined={
            record.id: max(record.created_ms, created) + scene.rng.randrange(60_000)
            for record in scene.portal.objects[object_type]
            if belongs(record)
        },
    )

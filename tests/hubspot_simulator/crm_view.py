"""How a record looks from outside: the asked-for properties, nulls where nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.clock import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.records import Record


class RecordView:
    """Turns records into JSON for one request.

    Args:
        call: The request; its token decides which sensitive properties show.
        kind: The object type that is read.
        names: The properties asked for; without any, HubSpot's small default set.
        with_history: Properties whose history is asked for.
        nulled: Properties that this endpoint shows as null whatever is stored.
    """

    def __init__(
        self,
        call: Call,
        kind: ObjectType,
        names: Sequence[str],
        *,
        with_history: Sequence[str] = (),
        nulled: Iterable[str] = (),
    ) -> None:
        catalogue = call.portal.properties[kind.name]
        wanted = [*(names or kind.default_properties), *kind.always_returned]
        readable = catalogue.readable(wanted, call.credential.scopes)
        omitted = call.portal.options.omitted_when_empty
        hidden = frozenset(nulled)
        self._shown: dict[str, str | None] = dict.fromkeys(
            name for name in readable if name not in omitted and name not in hidden
        )
        self._shown_when_filled = [name for name in readable if name in omitted and name not in hidden]
        self._nulled = [name for name in readable if name in hidden]
        self._history = catalogue.readable(with_history, call.credential.scopes)
        self._kept = call.portal.options.history_kept
        self._user_id = call.portal.user_id

    def __call__(self, record: Record) -> dict[str, Any]:
        """One record as JSON."""
        stored = record.properties
        if stored.keys() <= self._shown.keys():
            # The usual case, and several times as quick: most of an answer's time goes here.
            properties = {**self._shown, **stored}
        else:
            properties = {name: stored.get(name) for name in self._shown}
        for name in self._nulled:
            properties[name] = None
        for name in self._shown_when_filled:
            if name in record.properties:
                properties[name] = record.properties[name]
        view: dict[str, Any] = {
            "id": str(record.id),
            "properties": properties,
            "createdAt": iso(record.created_ms),
            "updatedAt": iso(record.modified_ms),
            "archived": record.archived,
        }
        if record.archived_ms is not None:
            view["archivedAt"] = iso(record.archived_ms)
        if self._history:
            view["propertiesWithHistory"] = {name: self._changes(record, name) for name in self._history}
        return view

    def _changes(self, record: Record, name: str) -> list[dict[str, Any]]:
        user = self._user_id
        return [
            {
                "value": change.value,
                "timestamp": iso(change.at_ms),
                "sourceType": change.source,
                **(
                    {"sourceId": f"userId:{user}", "updatedByUserId": user}
                    if change.source == "CRM_UI"
                    else {}
                ),
            }
            for change in record.history_of(name)[: self._kept]
        ]

"""What a portal's records are made of: asked once a run, and shared by the streams of the portal."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.custom_types import custom_object, slim
from tap_hubspot_multi.exceptions import StreamSkipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tap_hubspot_multi.client import HubSpotClient
    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.property_selection import PropertySelection


class PortalCatalogue:
    """The properties and custom object types of one portal; safe to use from several threads.

    A run over hundreds of portals keeps all their catalogues, so of properties only names are kept, each once in
    memory.

    Attributes:
        selection: Which properties are read, the same for all portals.
    """

    def __init__(self, selection: PropertySelection) -> None:
        """Create an empty catalogue; nothing is asked of HubSpot yet."""
        self.selection = selection
        self._known: dict[str, Any] = {}
        self._locks: dict[str, threading.Lock] = {}

    def definitions(
        self, client: HubSpotClient, crm_object: CrmObject, *, archived: bool
    ) -> Iterator[dict[str, Any]]:
        """Ask for an object type's property definitions, those of every sensitivity that the settings allow.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
        """
        for sensitivity in self.selection.rules.sensitivities:
            params = {"archived": "true" if archived else "false", "dataSensitivity": sensitivity}
            yield from client.get(endpoints.properties(crm_object.name), params)["results"]

    def remember_properties(self, crm_object: CrmObject, names: Iterable[str]) -> None:
        """Keep what another stream has just read anyway."""
        self._known[_names_of(crm_object)] = tuple(map(sys.intern, names))

    def properties_of_records(self, client: HubSpotClient, crm_object: CrmObject) -> tuple[str, ...]:
        """The names to ask for when records of a type are read, sorted.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: The definitions cannot be read.
        """
        return self.selection.of_records(self._live_names(client, crm_object), crm_object)

    def allowed_properties(self, client: HubSpotClient, crm_object: CrmObject) -> set[str]:
        """The names of an object type's live properties that the settings do not exclude.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: The definitions cannot be read.
        """
        return self.selection.allowed(self._live_names(client, crm_object), crm_object)

    def account_details(self, client: HubSpotClient) -> dict[str, Any]:
        """What HubSpot says about the account.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
        """
        details: dict[str, Any] = self._once("account", lambda: client.get(endpoints.ACCOUNT_DETAILS))
        return details

    def schemas(self, client: HubSpotClient) -> tuple[dict[str, Any], ...]:
        """The portal's live custom object types, as HubSpot describes them.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
            StreamSkipped: The portal may have none.
        """
        schemas: tuple[dict[str, Any], ...] = self._once(
            "schemas",
            lambda: tuple(map(slim, client.get(endpoints.SCHEMAS, {"archived": "false"})["results"])),
        )
        return schemas

    def custom_objects(self, client: HubSpotClient) -> list[CrmObject]:
        """The portal's live custom object types, as what can be read.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
            StreamSkipped: The portal may have none.
        """
        return [custom_object(schema) for schema in self.schemas(client)]

    def pipelines(self, client: HubSpotClient, crm_object: CrmObject) -> list[dict[str, Any]]:
        """The pipelines of an object type with their stages, as HubSpot describes them.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
            StreamSkipped: The portal may not have them.
        """
        pipelines: list[dict[str, Any]] = self._once(
            f"pipelines of {crm_object}", lambda: client.get(endpoints.pipelines(crm_object.name))["results"]
        )
        return pipelines

    def _live_names(self, client: HubSpotClient, crm_object: CrmObject) -> tuple[str, ...]:
        def ask() -> tuple[str, ...]:
            definitions = self.definitions(client, crm_object, archived=False)
            return tuple(sys.intern(str(each["name"])) for each in definitions)

        names: tuple[str, ...] = self._once(_names_of(crm_object), ask)
        return names

    def _once(self, key: str, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        """What is known under a key; a refusal is known too, and raised again."""
        # Whoever wants the same thing waits for the one who asks; what is something else does not wait.
        with self._locks.setdefault(key, threading.Lock()):
            if key not in self._known:
                try:
                    self._known[key] = ask()
                except StreamSkipped as refusal:
                    self._known[key] = refusal
            known = self._known[key]
        if isinstance(known, StreamSkipped):
            raise StreamSkipped(str(known))
        return known


def _names_of(crm_object: CrmObject) -> str:
    return f"properties of {crm_object}"

"""What a portal's records are made of: asked once a run, and shared by the streams of the portal."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.custom_types import custom_object, slim
from tap_hubspot_multi.digests import digest
from tap_hubspot_multi.exceptions import StreamSkipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_hubspot_multi.client import HubSpotClient
    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.property_selection import PropertySelection


@dataclass(frozen=True, slots=True)
class LiveProperties:
    """What is kept of the live property definitions of an object type.

    Attributes:
        names: In HubSpot's order.
        digest: Another one when any definition is.
    """

    names: tuple[str, ...]
    digest: str


class PortalCatalogue:
    """What several streams of one portal ask for, each thing once; safe to use from several threads.

    A run over hundreds of portals keeps all their catalogues, so of properties only names are kept, each once in
    memory, and a digest.

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

    def live_properties(self, client: HubSpotClient, crm_object: CrmObject) -> LiveProperties:
        """What is kept of an object type's live definitions.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: The definitions cannot be read.
        """

        def ask() -> LiveProperties:
            definitions = list(self.definitions(client, crm_object, archived=False))
            names = tuple(sys.intern(str(each["name"])) for each in definitions)
            return LiveProperties(self.selection.shared(names), digest(definitions))

        properties: LiveProperties = self.once(f"properties of {crm_object}", ask)
        return properties

    def properties_of_records(self, client: HubSpotClient, crm_object: CrmObject) -> tuple[str, ...]:
        """The names to ask for when records of a type are read, sorted.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: The definitions cannot be read.
        """
        return self.selection.of_records(self.live_properties(client, crm_object).names, crm_object)

    def allowed_properties(self, client: HubSpotClient, crm_object: CrmObject) -> set[str]:
        """The names of an object type's live properties that the settings do not exclude.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: The definitions cannot be read.
        """
        return self.selection.allowed(self.live_properties(client, crm_object).names, crm_object)

    def account_details(self, client: HubSpotClient) -> dict[str, Any]:
        """What HubSpot says about the account.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
        """
        details: dict[str, Any] = self.once("account", lambda: client.get(endpoints.ACCOUNT_DETAILS))
        return details

    def schemas(self, client: HubSpotClient) -> tuple[dict[str, Any], ...]:
        """The portal's live custom object types, as HubSpot describes them.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
            StreamSkipped: The portal may have none.
        """
        schemas: tuple[dict[str, Any], ...] = self.once(
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
        pipelines: list[dict[str, Any]] = self.once(
            f"pipelines of {crm_object}", lambda: client.get(endpoints.pipelines(crm_object.name))["results"]
        )
        return pipelines

    def once(self, key: str, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        """Ask for something unless it was asked for before; a refusal is remembered too, and raised again.

        Args:
            key: What it is.
            ask: Asks HubSpot; what it returns is kept to the end of the run.

        Returns:
            What was answered.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: It cannot be read.
        """
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

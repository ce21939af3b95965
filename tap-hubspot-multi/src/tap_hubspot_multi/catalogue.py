"""What a portal's records are made of: asked once a run, and shared by the streams of the portal."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_hubspot_multi.client import HubSpotClient


class PortalCatalogue:
    """The property names of one portal; safe to use from several threads.

    A run over hundreds of portals keeps all their catalogues, so only names are kept, each once in memory.
    """

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def remember_properties(self, object_type: str, names: Iterable[str]) -> None:
        """Keep what another stream has just read anyway."""
        self._names[object_type] = tuple(sorted(map(sys.intern, names)))

    def property_names(self, client: HubSpotClient, object_type: str) -> tuple[str, ...]:
        """The names of an object type's live properties, sorted; asked of HubSpot at the first call.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
        """
        with self._lock:
            if object_type not in self._names:
                definitions = client.get(endpoints.properties(object_type))["results"]
                self.remember_properties(object_type, (str(each["name"]) for each in definitions))
            return self._names[object_type]

"""What all tasks of a run share: the portals, their tokens and limits, the connections to HubSpot."""

from __future__ import annotations

import logging
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tap_hubspot_multi.catalogue import PortalCatalogue
from tap_hubspot_multi.client import HubSpotClient
from tap_hubspot_multi.credentials import auth_settings, open_api, open_token_source, where_to_connect
from tap_hubspot_multi.pacing import Pacer
from tap_hubspot_multi.property_selection import PropertySelection
from tap_hubspot_multi.streams import STREAMS
from tap_hubspot_multi.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_hubspot_multi.api import HubSpotApi
    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.settings import TapSettings
    from tap_hubspot_multi.state import StateBook
    from tap_hubspot_multi.tasks import Strategy, StreamDefinition
    from tap_hubspot_multi.tokens import Portal, TokenSource


logger = logging.getLogger("tap-hubspot-multi")

TASKS_PER_PORTAL = 6
"""More requests at once than this, HubSpot's own clients do not send to one account."""
_ROWS_IN_MEMORY = 12_000
"""Of all tasks that are being read; a row of a hundred properties takes some 5 KB."""
_FEWEST_ROWS_PER_PAGE = 200
"""Associations are read for a page at a time, so that smaller pages cost requests."""


@contextmanager
def open_session(settings: TapSettings, clock: Clock) -> Iterator[Session]:
    """Open everything that the settings name, for the time of a run; say so if no portal is there to be read.

    Raises:
        RunStopped: A setting, the token table or the database is wrong.
    """
    auth = auth_settings(settings)
    with (
        closing(open_api(auth, clock, connections=settings.max_workers)) as api,
        open_token_source(settings, auth, api) as tokens,
    ):
        session = Session(settings, api, tokens)
        if not session.portals and settings.shard:
            logger.info("No portal belongs to shard %s.", settings.shard)
        elif not session.portals:
            logger.warning("No portal is connected: connect one %s.", where_to_connect(auth))
        yield session
        session.selection.warn_of_typos()


class Session:
    """One run's access to HubSpot.

    Attributes:
        api: HubSpot, as all portals share it.
        portals: Those that are read.
        selection: Which properties are read; knows, in the end, what matched nowhere.
    """

    def __init__(self, settings: TapSettings, api: HubSpotApi, tokens: TokenSource) -> None:
        """Look up the portals; nothing is asked of HubSpot yet.

        Args:
            settings: The tap's settings.
            api: HubSpot, as all portals share it.
            tokens: Portals and their tokens.

        Raises:
            RunStopped: The portals cannot be looked up.
        """
        self._settings = settings
        self.api = api
        self._tokens = tokens
        self.portals = [portal for portal in tokens.portals() if self._is_wanted(portal)]
        self._pacers = {portal.portal_id: Pacer(api.clock) for portal in self.portals}
        under_way = min(settings.max_workers, len(self.portals) * TASKS_PER_PORTAL) or 1
        rows_per_page = max(_FEWEST_ROWS_PER_PAGE, _ROWS_IN_MEMORY // under_way)
        self._reading = replace(
            settings.reading, rows_per_page=min(settings.reading.rows_per_page, rows_per_page)
        )
        self.selection = PropertySelection(settings.reading.properties)
        self._catalogues = {portal.portal_id: PortalCatalogue(self.selection) for portal in self.portals}

    def tasks(self, states: StateBook, is_selected: Callable[[str], bool]) -> list[Task]:
        """What there is to do: portal by portal, and for each portal its streams in their order.

        Args:
            states: Where the run before ended.
            is_selected: Whether the catalog wants a stream.
        """
        streams = [
            stream
            for stream in STREAMS
            if is_selected(stream.name)
            and (stream.crm_object is None or stream.crm_object in self._settings.reading.objects)
        ]
        return [
            self._task(states, portal, stream, "", stream.strategy)
            for portal in self.portals
            for stream in streams
        ]

    def _task(
        self, states: StateBook, portal: Portal, stream: StreamDefinition, part: str, strategy: Strategy
    ) -> Task:
        return Task(
            portal=portal,
            stream=stream,
            part=part,
            strategy=strategy,
            bookmark=states.bookmark(stream.name, portal.portal_id, part),
            client=self._client(portal),
            catalogue=self._catalogues[portal.portal_id],
            reading=self._reading,
            clock=self.api.clock,
            new_part=partial(self._task, states, portal, stream),
        )

    def _client(self, portal: Portal) -> HubSpotClient:
        return HubSpotClient(
            self.api,
            portal_id=portal.portal_id,
            tokens=self._tokens,
            pacer=self._pacers[portal.portal_id],
        )

    def _is_wanted(self, portal: Portal) -> bool:
        include, exclude, shard = self._settings.include, self._settings.exclude, self._settings.shard
        return (
            portal.portal_id not in exclude
            and (not include or portal.portal_id in include)
            and (shard is None or shard.has(portal.portal_id))
        )

"""The simulator as tests hold it: the world, its app, faults, the request log, and time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hubspot_simulator.authorize import Authorization
from tests.hubspot_simulator.build import build_world
from tests.hubspot_simulator.business.tick import run_tick
from tests.hubspot_simulator.clock import Clock, from_ms
from tests.hubspot_simulator.faults import FaultBook
from tests.hubspot_simulator.journal import Entry, Journal
from tests.hubspot_simulator.limits import RateLimiter
from tests.hubspot_simulator.oauth import OAuthServer
from tests.hubspot_simulator.request_log import RequestLog
from tests.hubspot_simulator.tokens import ACCESS_TOKEN_SECONDS, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.scenario import AppSpec, Scenario

#: Everything that the streams of this project can ask for.
ALL_SCOPES = (
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "crm.schemas.companies.read",
    "crm.schemas.deals.read",
)


class Simulator:
    """One simulated HubSpot, without its HTTP server.

    Args:
        scenario: What to build.
        seed: Same scenario, seed and anchor: same world.
        anchor: The generated history ends at this day's midnight (UTC); None: today.
        clock: None: the system's time.
        consent: Overrides the scenario's.
        redirect_uris: Added to the app's own.
        journal: File that keeps ticks and revocations over a restart.
        latency_ms: Added to every answer.

    Attributes:
        url: Set once it is served.
        faults: Inject with `faults.add("502", route="crm.list")`.
        requests: Log of what was asked, for counting.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int = 7,
        anchor: date | None = None,
        clock: Clock | None = None,
        consent: str | None = None,
        redirect_uris: Sequence[str] = (),
        journal: Path | None = None,
        latency_ms: float = 0,
    ) -> None:
        self.clock = clock or Clock()
        self.anchor = anchor or self.clock.now().date()
        self.world = build_world(scenario, seed, self.anchor, self.clock)
        self.app: AppSpec = scenario.app
        self.redirect_uris = [*scenario.app.redirect_uris, *redirect_uris]
        self.consent = consent or scenario.consent
        self.latency_ms = latency_ms
        self.url = ""
        self.faults = FaultBook(seed)
        self.requests = RequestLog()
        self.limiter = RateLimiter()
        self.tokens = Tokens(self.world)
        self.authorization = Authorization(self.world, self.redirect_uris)
        self.oauth = OAuthServer(self.world, self.tokens, self.authorization, self._note_revoked_grant)
        self.ticks = 0
        self._journal = Journal(journal)
        origin = f"{scenario.name}/{seed}/{self.anchor.isoformat()}"
        for entry in self._journal.open(origin, self.clock.now_ms()):
            self._replay(entry)
        for portal in self.world.portals.values():
            self.tokens.issue_static(portal, ALL_SCOPES)

    @property
    def client_id(self) -> str:
        """Of our app."""
        return self.app.client_id

    @property
    def client_secret(self) -> str:
        """Of our app."""
        return self.app.client_secret

    def now(self) -> datetime:
        """The simulator's present."""
        return self.clock.now()

    def portal(self, portal_id: int) -> Portal:
        """One portal."""
        return self.world.portals[portal_id]

    def issue_refresh_token(self, portal_id: int, scopes: Iterable[str] = ALL_SCOPES) -> str:
        """A refresh token as if the portal had just been connected."""
        return self.tokens.issue_refresh(self.portal(portal_id), scopes)

    def issue_access_token(
        self, portal_id: int, scopes: Iterable[str] = ALL_SCOPES, *, expires_in: float = ACCESS_TOKEN_SECONDS
    ) -> str:
        """An access token that is good for `expires_in` seconds."""
        return self.tokens.issue_access(self.portal(portal_id), scopes, expires_in=expires_in)

    def issue_static_token(self, portal_id: int, scopes: Iterable[str] = ALL_SCOPES) -> str:
        """A private-app token (`pat-…`) of one portal."""
        return self.tokens.issue_static(self.portal(portal_id), scopes)

    def revoke(self, portal_id: int, *, keep_access_tokens: bool = False) -> None:
        """The customer removes the app: every token of the portal dies, until it is connected again.

        Args:
            keep_access_tokens: Only refresh tokens die; issued access tokens live out their half hour.
        """
        event = "revoked" if keep_access_tokens else "uninstalled"
        self._do(Entry(event=event, at_ms=self.clock.now_ms(), portal_id=portal_id))

    def expire_access_tokens(self, portal_id: int) -> None:
        """Kill the issued access tokens of a portal, so that the next request answers 401; refreshing works."""
        with self.world.lock:
            self.portal(portal_id).installation.access_generation += 1

    def tick(self) -> dict[int, dict[str, int]]:
        """Let business go on: some records are created, changed, archived and merged now, in every portal.

        Returns:
            By portal, how often each thing happened.
        """
        entry = Entry(event="tick", at_ms=self.clock.now_ms(), number=self.ticks + 1)
        self._journal.append(entry)
        return self._tick(entry)

    def _do(self, entry: Entry) -> None:
        self._journal.append(entry)
        self._replay(entry)

    def _replay(self, entry: Entry) -> None:
        if entry.event == "tick":
            self._tick(entry)
            return
        if entry.portal_id is None:
            return
        installation = self.portal(entry.portal_id).installation
        with self.world.lock:
            match entry.event:
                case "connected":
                    installation.installed = True
                case "revoked":
                    installation.refresh_generation += 1
                case "uninstalled":
                    installation.refresh_generation += 1
                    installation.access_generation += 1
                    installation.installed = False
                case "grant revoked":
                    installation.dead_grants.add(entry.grant or "")

    def _tick(self, entry: Entry) -> dict[int, dict[str, int]]:
        self.ticks += 1
        with self.world.lock:
            return {
                portal_id: run_tick(
                    self.world,
                    portal_id,
                    from_ms(entry.at_ms),
                    random.Random(f"{self.world.seed}/{portal_id}/tick {entry.number}"),
                )
                for portal_id in self.world.portals
            }

    def _note_revoked_grant(self, portal_id: int, grant: str) -> None:
        self._journal.append(
            Entry(event="grant revoked", at_ms=self.clock.now_ms(), portal_id=portal_id, grant=grant)
        )

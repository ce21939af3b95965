"""The simulator as tests hold it: the world, its app, faults, the request log, and time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from tests.hubspot_simulator.authorize import Authorization, check_redirect_uri
from tests.hubspot_simulator.build import build_world
from tests.hubspot_simulator.business.custom_tick import run_custom_tick
from tests.hubspot_simulator.business.service_tick import run_service_tick
from tests.hubspot_simulator.business.tick import run_tick
from tests.hubspot_simulator.clock import Clock, from_ms
from tests.hubspot_simulator.faults import FaultBook
from tests.hubspot_simulator.journal import Entry, Journal
from tests.hubspot_simulator.limits import RateLimiter
from tests.hubspot_simulator.marketing.tick import run_marketing_tick
from tests.hubspot_simulator.oauth import OAuthServer
from tests.hubspot_simulator.request_log import RequestLog
from tests.hubspot_simulator.tokens import ACCESS_TOKEN_SECONDS, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from tests.hubspot_simulator.journal import EventName
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.scenario import AppSpec, Scenario
    from tests.hubspot_simulator.world import World

#: What a token gets unless a test says otherwise: all that the streams of this project read.
ALL_SCOPES = (
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "crm.schemas.companies.read",
    "crm.schemas.deals.read",
    "tickets",
    "sales-email-read",
    "e-commerce",
    "crm.objects.leads.read",
    "crm.objects.feedback_submissions.read",
    "crm.objects.custom.read",
    "crm.schemas.custom.read",
    "crm.lists.read",
    "content",
    "marketing.campaigns.read",
    "forms",
    "business-intelligence",
    "settings.currencies.read",
    "settings.users.read",
    "settings.users.teams.read",
)


class Options(TypedDict, total=False):
    """How a scenario is run.

    Attributes:
        seed: Same scenario, seed and anchor: same world. Default 7.
        anchor: The generated history ends at this day's midnight (UTC). Default today.
        clock: Default the system's time.
        consent: Overrides the scenario's.
        redirect_uris: Allowed beside the app's own.
        journal: File that keeps ticks, connections and revocations over a restart.
        latency_ms: Added to every answer.
        build: Makes the world; default `build_world`. Tests in great number take `copied_world`.
    """

    seed: int
    anchor: date | None
    clock: Clock
    consent: Literal["automatic", "clicked"] | None
    redirect_uris: Sequence[str]
    journal: Path | None
    latency_ms: float
    build: Callable[[Scenario, int, date, Clock], World]


class Simulator:
    """One simulated HubSpot, without its HTTP server.

    Attributes:
        url: Base URL of both hosts, set once it is served.
        world: The portals and what can happen to them.
        faults: Inject with `faults.add("502", route="crm.list")`.
        requests: Log of what was asked, for counting.
        limiter: The rate limits' counters.
    """

    def __init__(self, scenario: Scenario, **options: Unpack[Options]) -> None:
        seed = options.get("seed", 7)
        self.clock = options.get("clock") or Clock()
        self.anchor = options.get("anchor") or self.clock.now().date()
        self.app: AppSpec = scenario.app
        self.redirect_uris = [
            check_redirect_uri(uri)
            for uri in (*scenario.app.redirect_uris, *options.get("redirect_uris", ()))
        ]
        self.consent = options.get("consent") or scenario.consent
        self.latency_ms = options.get("latency_ms", 0)
        self.url = ""
        self.ticks = 0
        self.world = options.get("build", build_world)(scenario, seed, self.anchor, self.clock)
        self.faults = FaultBook(seed)
        self.requests = RequestLog()
        self.limiter = RateLimiter()
        self.tokens = Tokens(self.world)
        self.authorization = Authorization(self.world, self.redirect_uris)
        self.oauth = OAuthServer(self.world, self.tokens, self.authorization, self._record)
        for portal in self.world.portals.values():
            self.tokens.issue_static(portal, ALL_SCOPES)
        self._journal = Journal(options.get("journal"))
        origin = f"{scenario.name}/{seed}/{self.anchor.isoformat()}"
        for entry in self._journal.open(origin, self.clock.now_ms()):
            self._apply(entry)

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
        self._record("connected", portal_id, None)
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
        """The customer removes the app: every OAuth token of the portal dies, until it is connected again.

        Args:
            keep_access_tokens: Only refresh tokens die; issued access tokens live out their half hour.
        """
        self._record("revoked" if keep_access_tokens else "uninstalled", portal_id, None)

    def expire_access_tokens(self, portal_id: int) -> None:
        """Kill the issued access tokens of a portal, so that the next request answers 401; refreshing works."""
        with self.world.lock:
            self.portal(portal_id).installation.access_generation += 1

    def tick(self) -> dict[int, dict[str, int]]:
        """Let business go on: some records are created, changed, archived and merged now, in every portal.

        Returns:
            By portal, how often each thing happened.
        """
        entry = Entry(event="tick", at_ms=self.clock.now_ms())
        self._journal.append(entry)
        return self._tick(entry)

    def _record(self, event: EventName, portal_id: int, grant: str | None) -> None:
        entry = Entry(event=event, at_ms=self.clock.now_ms(), portal_id=portal_id, grant=grant)
        self._journal.append(entry)
        self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        if entry.portal_id is None:
            self._tick(entry)
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
        with self.world.lock:
            self.ticks += 1
            moment = from_ms(entry.at_ms)
            return {
                portal_id: {
                    **run_tick(self.world, portal_id, moment, self._tick_rng(portal_id, "tick")),
                    **run_service_tick(
                        self.world, portal_id, moment, self._tick_rng(portal_id, "service tick")
                    ),
                    **run_custom_tick(
                        self.world, portal_id, moment, self._tick_rng(portal_id, "custom tick")
                    ),
                    **run_marketing_tick(
                        self.world, portal_id, moment, self._tick_rng(portal_id, "marketing tick")
                    ),
                }
                for portal_id in self.world.portals
            }

    def _tick_rng(self, portal_id: int, name: str) -> random.Random:
        return random.Random(f"{self.world.seed}/{portal_id}/{name} {self.ticks}")

"""What is going to happen, and when: worked out from a seed before anything starts."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.hubspot_simulator.faults import FaultKind

Victim = Literal["tap", "target", "meltano", "dbt", "postgres", "auth_service"]
Signal = Literal["SIGKILL", "SIGTERM", "SIGQUIT"]

_FIRST_BLOW_AFTER = 8.0
_SECONDS_BETWEEN_BLOWS = 15.0
# Now and then nothing is hit for so long that a run can complete.
_CALM_SECONDS = 75.0
_SHARE_OF_CALMS = 0.15
_SECONDS_BETWEEN_FRONTS = 10.0
_SECONDS_BETWEEN_MOVES = 14.0
_VICTIMS: dict[Victim, int] = {
    "tap": 5,
    "target": 5,
    "meltano": 5,
    "dbt": 3,
    "postgres": 3,
    "auth_service": 3,
}
_SHARE_OF_SIGTERM = 0.35
_SHARE_FOR_GOOD = 0.25

# Longer than the tap waits for an answer, so that it gives up; they hold up a run for minutes.
_TIMEOUT_SECONDS = 120.0
_LONG_ENOUGH_FOR_TIMEOUTS = 600.0


@dataclass(frozen=True, slots=True)
class Blow:
    """A signal to the first of the victims that lives then.

    Attributes:
        pick: Which of several processes of the victim's, from 0 to 1.
        pause: Seconds until PostgreSQL or auth_service is started again.
    """

    at: float
    victims: Sequence[Victim]
    signal: Signal
    pick: float
    pause: float


@dataclass(frozen=True, slots=True)
class Front:
    """Bad weather at HubSpot: a fault that strikes for some time.

    Attributes:
        portal_id: Whom it strikes; None for all.
        count: How often it strikes at most.
        delay: Of answers that are late.
    """

    at: float
    kind: FaultKind
    route: str
    portal_id: int | None
    seconds: float
    probability: float
    count: int = 1_000_000
    delay: float = 0.5


@dataclass(frozen=True, slots=True)
class Move:
    """Something that happens to a portal's connection.

    Attributes:
        then_connect: Seconds until it is connected again; None for never.
    """

    at: float
    what: Literal["revoke", "expire", "disconnect", "connect"]
    portal_id: int
    then_connect: float | None = None


Event: TypeAlias = "Blow | Front | Move"

# Kind, route, whether it may strike all portals at once, share of the requests that it strikes.
_WEATHER: Sequence[tuple[FaultKind, str, bool, float]] = (
    ("429", "*", True, 0.3),
    ("429-search", "crm.search", True, 0.5),
    ("429-daily", "*", False, 1.0),
    ("503", "*", True, 0.4),
    ("502", "crm.*", True, 0.3),
    ("500", "*", False, 0.5),
    ("504", "crm.*", False, 0.3),
    ("524", "*", False, 0.2),
    ("html", "*", True, 0.2),
    ("truncated", "crm.*", True, 0.1),
    ("cut", "*", True, 0.1),
    ("reset", "*", True, 0.1),
    ("slow", "*", True, 0.2),
    ("latency", "*", True, 0.2),
    ("477", "crm.*", False, 1.0),
    ("423", "crm.*", False, 0.3),
    ("401", "*", False, 0.2),
    ("503", "oauth.token", True, 0.7),
    ("reset", "oauth.token", True, 0.5),
    ("403-scopes", "crm.search", False, 0.3),
)


def make_plan(seed: int, seconds: float, portals: Sequence[int], late: Sequence[int]) -> list[Event]:
    """All events of a run, in order.

    Args:
        seed: The same seed, length and portals: the same plan.
        seconds: How long it goes on.
        portals: Connected from the start.
        late: Come in meanwhile.
    """
    events: list[Event] = [
        *_blows(random.Random(f"{seed}/blows"), seconds),
        *_fronts(random.Random(f"{seed}/fronts"), seconds, portals),
        *_moves(random.Random(f"{seed}/moves"), seconds, portals, late),
    ]
    return sorted(events, key=lambda event: event.at)


def runs(seed: int, *, transform: bool) -> Iterator[tuple[int, bool]]:
    """For run after run: in how many shards, and whether dbt builds at its end."""
    rng = random.Random(f"{seed}/runs")
    while True:
        yield rng.choice((1, 1, 1, 2, 3)), transform and rng.random() < 0.3


def _times(rng: random.Random, seconds: float, between: float, first: float = 0.0) -> Iterator[float]:
    at = first
    while (at := at + rng.uniform(0.3, 1.7) * between) < seconds:
        yield at


def _blows(rng: random.Random, seconds: float) -> Iterator[Blow]:
    calm = 0.0
    # A short run gets its share, too, and no calm.
    between = min(_SECONDS_BETWEEN_BLOWS, seconds / 4)
    for planned in _times(rng, seconds, between, min(_FIRST_BLOW_AFTER, between)):
        calm += _CALM_SECONDS if rng.random() < _SHARE_OF_CALMS and seconds > 4 * _CALM_SECONDS else 0.0
        if (at := planned + calm) >= seconds:
            return
        drawn = sorted(_VICTIMS, key=lambda victim: rng.random() ** (1 / _VICTIMS[victim]), reverse=True)
        signal: Signal = "SIGTERM" if rng.random() < _SHARE_OF_SIGTERM else "SIGKILL"
        yield Blow(at, tuple(drawn), signal, rng.random(), rng.uniform(0.5, 4))


def _fronts(rng: random.Random, seconds: float, portals: Sequence[int]) -> Iterator[Front]:
    kinds = list(_WEATHER)
    rng.shuffle(kinds)
    deck = itertools.cycle(kinds)
    for at in _times(rng, seconds, _SECONDS_BETWEEN_FRONTS):
        kind, route, may_strike_all, share = next(deck)
        everywhere = may_strike_all and rng.random() < 0.6
        lasts = min(rng.uniform(4, 20) if everywhere else rng.uniform(10, 40), seconds - at)
        yield Front(at, kind, route, None if everywhere else rng.choice(portals), lasts, share)
    if seconds >= _LONG_ENOUGH_FOR_TIMEOUTS:
        for at in (seconds * 0.25, seconds * 0.6):
            portal_id = rng.choice(portals)
            yield Front(at, "latency", "crm.*", portal_id, 30, 1.0, count=2, delay=_TIMEOUT_SECONDS)


def _moves(rng: random.Random, seconds: float, portals: Sequence[int], late: Sequence[int]) -> Iterator[Move]:
    for portal_id in late:
        yield Move(rng.uniform(0.1, 0.8) * seconds, "connect", portal_id)
    # Each portal is revoked or disconnected once at most, so that the moves of one never cross.
    fresh = rng.sample(list(portals), len(portals) // 2)
    steady = [portal_id for portal_id in portals if portal_id not in fresh]
    for at in _times(rng, seconds, _SECONDS_BETWEEN_MOVES):
        if not fresh or rng.random() < 0.4:
            yield Move(at, "expire", rng.choice(steady))
        elif rng.random() < 0.5:
            yield Move(at, "revoke", fresh.pop(), min(rng.uniform(5, 60), seconds - at))
        else:
            gone = rng.random() < _SHARE_FOR_GOOD
            back = min(rng.uniform(5, 60), seconds - at)
            yield Move(at, "disconnect", fresh.pop(), None if gone else back)

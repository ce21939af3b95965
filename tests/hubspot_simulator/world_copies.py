"""Worlds that are built once and copied from then on, which takes a third of the time: for many tests of one scenario."""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.build import build_world
from tests.hubspot_simulator.clock import Clock, from_ms
from tests.hubspot_simulator.scenario import Scenario
from tests.hubspot_simulator.world import World

if TYPE_CHECKING:
    from datetime import date

_WORLDS_KEPT = 8


def copied_world(scenario: Scenario, seed: int, anchor: date, clock: Clock) -> World:
    """What `build_world` makes of the same arguments; nothing that happens in one copy is seen in another."""
    portals = _portals(msgspec.json.encode(scenario), seed, anchor, clock.now_ms())
    return World(scenario, seed, clock, pickle.loads(portals))  # noqa: S301 - our own, never left this process


@lru_cache(_WORLDS_KEPT)
def _portals(scenario: bytes, seed: int, anchor: date, now_ms: int) -> bytes:
    decoded = msgspec.json.decode(scenario, type=Scenario)
    return pickle.dumps(build_world(decoded, seed, anchor, Clock(from_ms(now_ms), frozen=True)).portals)

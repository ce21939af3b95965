"""A copy of a world is as good as the world, and is nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.world_copies import copied_world
from tests.simulator.support import US, tiny

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

STREAMS = ("forms", "form_submissions", "marketing_emails", "campaigns", "web_analytics_daily", "lists")


def everything(simulator: Simulator) -> list[Any]:
    return [
        [list(portal.truth(object_type)) for object_type in portal.objects]
        + [list(portal.truth_of(stream)) for stream in STREAMS]
        for portal in simulator.world.portals.values()
    ]


def test_a_copy_holds_what_a_world_built_anew_holds() -> None:
    assert everything(tiny(build=copied_world)) == everything(tiny())


def test_business_goes_on_alike_in_a_copy_and_in_a_world_built_anew() -> None:
    copied, built = tiny(build=copied_world), tiny()
    for simulator in (copied, built):
        for _ in range(5):
            simulator.tick()
            simulator.clock.advance(3_600)

    assert everything(copied) == everything(built)


def test_another_seed_makes_another_copy() -> None:
    assert everything(tiny(build=copied_world, seed=8)) != everything(tiny(build=copied_world))


def test_what_happens_in_one_copy_is_not_seen_in_the_next() -> None:
    before = everything(tiny(build=copied_world))
    first = tiny(build=copied_world)
    first.tick()
    first.portal(US).options.burst_limit = 1
    second = tiny(build=copied_world)

    assert everything(second) == before != everything(first)
    assert second.portal(US).options.burst_limit == 110

"""Custom objects go on: records of the types that the scenario gives a portal come, change and go with every tick."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.hubspot_simulator.business import custom_values
from tests.hubspot_simulator.business.drafts import Draft
from tests.hubspot_simulator.clock import to_ms

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from tests.hubspot_simulator.specs import CustomObjectSpec
    from tests.hubspot_simulator.world import World

_ARCHIVE_EVERY = 3


def run_custom_tick(world: World, portal_id: int, at: datetime, rng: random.Random) -> dict[str, int]:
    """Create, change and now and then archive one record of each custom type, just before `at`.

    Returns:
        How often each thing happened.
    """
    counts: Counter[str] = Counter()
    portal = world.portals[portal_id]
    for spec in portal.spec.custom_objects:
        name, moment = spec.object_type_id, at - timedelta(milliseconds=500)
        if name not in portal.types:
            continue
        _create(world, portal_id, spec, moment, rng)
        counts["custom records created"] += 1
        live = portal.objects[name].live_ids
        values = _values(spec, to_ms(moment), rng)
        world.update(portal_id, name, rng.choice(live), values, at=moment)
        counts["custom records changed"] += 1
        if rng.randrange(_ARCHIVE_EVERY) == 0:
            world.archive(portal_id, name, rng.choice(live), at=moment)
            counts["custom records archived"] += 1
    return dict(counts)


def _create(
    world: World, portal_id: int, spec: CustomObjectSpec, moment: datetime, rng: random.Random
) -> None:
    name = spec.object_type_id
    made = world.create(portal_id, name, _values(spec, to_ms(moment), rng), at=moment)
    for other in spec.associated:
        if ids := world.portals[portal_id].objects[other].live_ids:
            world.associate(portal_id, name, made.id, other, rng.choice(ids))


def _values(spec: CustomObjectSpec, moment_ms: int, rng: random.Random) -> dict[str, str]:
    draft = Draft(0, moment_ms, moment_ms, {})
    custom_values.fill([draft], [each for each in spec.properties if not each.archived], rng)
    if spec.pipelines:
        line = rng.choice(spec.pipelines)
        draft.properties |= {"hs_pipeline": line.id, "hs_pipeline_stage": rng.choice(line.stages).id}
    return draft.properties

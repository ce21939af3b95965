"""Records of custom objects: values of their properties, a stage, links to contacts, companies and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business import custom_values
from tests.hubspot_simulator.business.drafts import Draft
from tests.hubspot_simulator.clock import DAY_MS

if TYPE_CHECKING:
    import random

    from tests.hubspot_simulator.business.scene import Scene
    from tests.hubspot_simulator.specs import CustomObjectSpec

_MOST_LINKS = 2
_STAGE_DAYS = 12


def create_custom_records(scene: Scene, spec: CustomObjectSpec) -> None:
    """Fill a custom object type that is defined already."""
    drafts = [_draft(scene, spec) for _ in range(spec.records)]
    drafts.sort(key=lambda draft: draft.created_ms)
    for draft in drafts:
        draft.id = scene.portal.next_id(spec.object_type_id)
    custom_values.fill(drafts, [each for each in spec.properties if not each.archived], scene.rng)
    for position, draft in enumerate(drafts, start=1):
        draft.properties.setdefault(spec.primary_property, f"{spec.singular} {position}")
        _link(scene, spec, draft.id)
    store = scene.portal.objects[spec.object_type_id]
    store.put_many((draft.finish(store.object_type) for draft in drafts), scene.calendar.anchor_ms)


def _draft(scene: Scene, spec: CustomObjectSpec) -> Draft:
    rng, calendar = scene.rng, scene.calendar
    created = calendar.start_ms + round(rng.random() * (calendar.anchor_ms - calendar.start_ms))
    draft = Draft(0, created, created, {"hubspot_owner_id": rng.choice(scene.portal.owners).id})
    if spec.pipelines:
        line = rng.choices(spec.pipelines, [each.share for each in spec.pipelines])[0]
        draft.properties["hs_pipeline"] = line.id
        for position, stage in enumerate(line.stages[: rng.randrange(1, len(line.stages) + 1)]):
            entered = created + position * _STAGE_DAYS * DAY_MS
            if entered < calendar.anchor_ms:
                draft.track("hs_pipeline_stage", entered, stage.id)
    return draft


def _link(scene: Scene, spec: CustomObjectSpec, record_id: int) -> None:
    for other in spec.associated:
        for other_id in _some(scene.portal.objects[other].live_ids, scene.rng):
            labels = [
                label.label
                for label in scene.spec.labels
                if (label.from_type, label.to_type) == (spec.object_type_id, other)
                and scene.rng.random() < label.share
            ]
            scene.portal.associations.add(spec.object_type_id, record_id, other, other_id, labels)


def _some(ids: list[int], rng: random.Random) -> list[int]:
    return rng.sample(ids, min(len(ids), rng.randrange(_MOST_LINKS + 1)))

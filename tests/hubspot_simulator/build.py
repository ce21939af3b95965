"""Builds the world of a scenario: deterministic from scenario, seed and anchor."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hubspot_simulator import custom_objects, quirks
from tests.hubspot_simulator.business import custom_values
from tests.hubspot_simulator.business.calendar import BusinessCalendar
from tests.hubspot_simulator.business.companies import draft_companies
from tests.hubspot_simulator.business.contacts import draft_contacts, finish_lifecycle
from tests.hubspot_simulator.business.custom_objects import create_custom_records
from tests.hubspot_simulator.business.deals import draft_deals
from tests.hubspot_simulator.business.endings import (
    MERGED_INTO_ONE_OF_THEM,
    MERGED_UNDER_NEW_ID,
    archive_some,
    merge_some,
)
from tests.hubspot_simulator.business.families import connect, draft_families
from tests.hubspot_simulator.business.later_touches import touch_again
from tests.hubspot_simulator.business.links import link, roll_up
from tests.hubspot_simulator.business.negotiations import remember_negotiations
from tests.hubspot_simulator.business.owners import draft_owners
from tests.hubspot_simulator.business.people import people_of
from tests.hubspot_simulator.business.scene import Scene
from tests.hubspot_simulator.catalogue import PropertyCatalogue
from tests.hubspot_simulator.marketing.draft import draft_marketing
from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.hubspot_simulator.pipelines import build_pipelines
from tests.hubspot_simulator.portal import Portal
from tests.hubspot_simulator.scenario import anchor_ms
from tests.hubspot_simulator.standard_properties import STANDARD_PROPERTIES
from tests.hubspot_simulator.standard_properties.makers import filler, stage_date
from tests.hubspot_simulator.standard_properties.shared import LIFECYCLE_STAGES
from tests.hubspot_simulator.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tests.hubspot_simulator.business.drafts import Draft
    from tests.hubspot_simulator.catalogue import PropertyDefinition
    from tests.hubspot_simulator.clock import Clock
    from tests.hubspot_simulator.scenario import PortalSpec, Scenario
    from tests.hubspot_simulator.specs import PipelineSpec

_ARCHIVED_PROPERTY_AT = "2025-11-03T09:00:00.000Z"


def build_world(scenario: Scenario, seed: int, anchor: date, clock: Clock) -> World:
    """A new world whose history ends at midnight (UTC) of the anchor day."""
    end = anchor_ms(anchor)
    world = World(scenario, seed, clock, {})
    for spec in scenario.portals:
        scene = _open_account(spec, seed, end, scenario.history_days)
        world.portals[spec.portal_id] = scene.portal
        _do_business(scene)
        merge_some(world, spec.portal_id, end, scene.rng, MERGED_UNDER_NEW_ID)
        for each in spec.custom_objects:
            create_custom_records(scene.aside(each.object_type_id), each)
        archive_some(world, spec.portal_id, end, scene.rng)
        merge_some(world, spec.portal_id, end, scene.aside("merges").rng, MERGED_INTO_ONE_OF_THEM)
        if spec.value_quirks:
            quirks.sprinkle(world, scene.portal)
            quirks.sprinkle_bodies(world, scene.portal)
        scene.portal.marketing = draft_marketing(scene, seed)
        for store in scene.portal.objects.values():
            store.index.catch_up(max(end, clock.now_ms()))
    return world


def _open_account(spec: PortalSpec, seed: int, end_ms: int, history_days: int) -> Scene:
    """A portal with its catalogues but without records."""
    rng = random.Random(f"{seed}/{spec.portal_id}")
    people = people_of(spec.locale, seed ^ spec.portal_id)
    calendar = BusinessCalendar(spec.business, spec.time_zone, end_ms, history_days)
    portal = Portal(spec, seed, draft_owners(spec, people, rng, calendar.start_ms))
    lines = {"deals": spec.pipelines, "tickets": spec.ticket_pipelines, "leads": spec.lead_pipelines}
    for name, kind in OBJECT_TYPES.items():
        own_lines = lines.get(name, ())
        pipelines = build_pipelines(name, own_lines, calendar.start_ms)
        portal.add_type(kind, _catalogue(name, spec, own_lines), pipelines)
    for custom in spec.custom_objects:
        custom_objects.define(portal, custom, calendar.start_ms)
    for label in spec.labels:
        portal.associations.define_label(label.from_type, label.to_type, label.label, label.type_id)
    return Scene(portal=portal, people=people, calendar=calendar, rng=rng, seed=seed)


def _do_business(scene: Scene) -> None:
    companies = draft_companies(scene)
    contacts = draft_contacts(scene, companies)
    deals = draft_deals(scene, contacts)
    for contact in contacts:
        finish_lifecycle(contact, scene.calendar, stage_dates=scene.spec.stage_dates)
    link(scene, companies, contacts, deals)
    roll_up(companies, contacts, deals)
    remember_negotiations(scene.aside("negotiations"), deals)
    for name, drafts in (("companies", companies), ("contacts", contacts), ("deals", deals)):
        touch_again(scene, drafts)
        _store(scene, name, drafts)
    for name, attached in draft_families(scene, contacts, deals).items():
        connect(scene, name, attached)
        _store(scene.aside(f"{name} custom"), name, attached)


def _store(scene: Scene, object_type: str, drafts: Sequence[Draft]) -> None:
    custom = [each for each in scene.spec.properties if each.object_type == object_type and not each.archived]
    custom_values.fill(drafts, custom, scene.rng)
    store = scene.portal.objects[object_type]
    store.put_many((draft.finish(store.object_type) for draft in drafts), scene.calendar.anchor_ms)


def _catalogue(object_type: str, spec: PortalSpec, lines: Iterable[PipelineSpec]) -> PropertyCatalogue:
    custom = [custom_values.definition(each) for each in spec.properties if each.object_type == object_type]
    catalogue = PropertyCatalogue(
        OBJECT_TYPES[object_type],
        [
            *STANDARD_PROPERTIES[object_type],
            *(_stage_dates(object_type, lines) if spec.stage_dates else ()),
            *(filler(number, spec.filler_name_length) for number in range(spec.filler_properties)),
            *custom,
        ],
    )
    for each in spec.properties:
        if each.object_type == object_type and each.archived:
            catalogue.archive(each.name, _ARCHIVED_PROPERTY_AT)
    return catalogue


def _stage_dates(object_type: str, lines: Iterable[PipelineSpec]) -> Iterable[PropertyDefinition]:
    if object_type == "contacts":
        return (stage_date(stage, label) for stage, label in LIFECYCLE_STAGES.items())
    return (stage_date(stage.id, stage.label) for line in lines for stage in line.stages)

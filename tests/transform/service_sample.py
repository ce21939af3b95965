"""Tickets and survey answers of the sample portals, generated as their contacts and deals are: the same ids in each.

The facts are kept beside the raw rows as Python values, so that `expected_service` need not read what dbt reads.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tests.transform.sample_portals import (
    BERLIN,
    FULL_READ_BEGAN,
    MISSED,
    NEW_YORK,
    NOWHERE,
    SYNCED,
    TOKYO,
    as_hubspot,
    moment,
)

if TYPE_CHECKING:
    from tests.transform.sample_portals import Portal

PORTALS: Final = (TOKYO, NEW_YORK, BERLIN, NOWHERE)
#: One id is a deal pipeline's too, and both names are the same.
PIPELINES: Final = {"default": "Support", "0": "Support"}
#: The state that HubSpot gives for each stage; one has none, and "gone" is in no pipeline.
STAGES: Final = {
    "1": {"ticketState": "OPEN", "isClosed": "false"},
    "4": {"ticketState": "CLOSED", "isClosed": "true"},
    "bare": {},
}
SURVEYS: Final = {"1000101": "Ticket satisfaction", "1000102": "Onboarding", "1000103": "Recommendation"}
#: In the first portal this type was fully read once more than the other.
CUSTOM_TYPES: Final = ("2-1", "2-2")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A live ticket's facts; `closed` is None unless its stage is a closed one."""

    portal: Portal
    record_id: str
    pipeline_id: str
    created: datetime
    closed: datetime | None
    first_response: timedelta | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A live answer to a CSAT survey."""

    portal: Portal
    survey_id: str
    submitted: datetime
    score: Decimal | None


@dataclass(slots=True)
class ServiceSample:
    """Raw rows by stream, and the facts behind those that are live."""

    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    tickets: list[Ticket] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    #: By stream, then (portal id, record id): archived, merged or missing.
    deleted: dict[str, dict[tuple[object, object], str]] = field(
        default_factory=lambda: {"tickets": {}, "feedback_submissions": {}}
    )
    #: (portal id, ticket id, contact id) of all associations, whatever became of either.
    ticket_contacts: set[tuple[int, str, str]] = field(default_factory=set)


def sample(*, seed: int = 11, records: int = 60) -> ServiceSample:
    """Generate the portals' service data; `records` is the number of tickets, and of answers, of each."""
    choose = random.Random(seed)  # noqa: S311 - repeatable, not unguessable
    result = ServiceSample()
    for portal in PORTALS:
        _add_catalogue(result, portal)
        for number in range(records):
            _add_ticket(result, portal, str(number), choose)
            _add_answer(result, portal, str(number), choose)
    return result


def named(thing: str, portal: Portal) -> str:
    """Name a pipeline or survey: the same id is called otherwise in each portal."""
    name = {**PIPELINES, **SURVEYS}.get(thing)
    return f"{name} of {portal.name}" if name else "UNKNOWN"


def _add_catalogue(result: ServiceSample, portal: Portal) -> None:
    began = moment(FULL_READ_BEGAN)
    later = moment(FULL_READ_BEGAN + timedelta(days=7))
    reads: list[tuple[str, str, str]] = [
        ("tickets", "tickets", began),
        ("feedback_submissions", "feedback_submissions", began),
        ("object_schemas", "custom_objects", began),
        *(("custom_objects", each, began) for each in CUSTOM_TYPES),
    ]
    if portal is TOKYO:
        reads.append(("custom_objects", CUSTOM_TYPES[0], later))
    catalogue: dict[str, list[dict[str, object]]] = {
        "pipelines": [
            {"object_type": "tickets", "id": pipeline, "label": named(pipeline, portal)}
            for pipeline in PIPELINES
        ],
        "pipeline_stages": [
            {
                "object_type": "tickets",
                "pipeline_id": pipeline,
                "id": stage,
                "label": stage,
                "metadata": metadata,
            }
            for pipeline in PIPELINES
            for stage, metadata in STAGES.items()
        ],
        "object_schemas": [
            {"id": each, "name": "car", "singular_label": "Car", "primary_display_property": "plate"}
            for each in CUSTOM_TYPES
        ],
        "custom_objects": [
            {
                "object_type_id": each,
                "id": "1",
                "object_name": "car",
                "properties": {"plate": f"plate {each}"},
            }
            for each in CUSTOM_TYPES
        ],
        "association_labels": [
            {
                "from_object_type": "tickets",
                "to_object_type": "companies",
                "category": "HUBSPOT_DEFINED",
                "type_id": 26,
                "label": "Primary",
            }
        ],
        "portal_syncs": [
            {
                "run_id": f"service {read_from}",
                "stream": stream,
                "object_type": object_type,
                "mode": "full",
                "status": "ok",
                "started_at": read_from,
                "finished_at": moment(SYNCED),
                "window_from": read_from,
            }
            for stream, object_type, read_from in reads
        ],
    }
    for stream, rows in catalogue.items():
        result.rows.setdefault(stream, []).extend(
            {"portal_id": portal.portal_id, "synced_at": moment(SYNCED), **row} for row in rows
        )


def _add_ticket(result: ServiceSample, portal: Portal, record_id: str, choose: random.Random) -> None:
    created = _instant(choose)
    pipeline = choose.choice(list(PIPELINES))
    stage = choose.choices([*STAGES, "gone"], [3, 5, 1, 1])[0]
    properties = {
        "createdate": as_hubspot(created, choose),
        "hs_pipeline": pipeline,
        "hs_pipeline_stage": stage,
    }
    closed = _instant(choose) if choose.random() < 0.8 else None  # a reopened ticket may keep it
    if closed:
        properties["closed_date"] = as_hubspot(closed, choose)
    first_response = _add_response(properties, created, choose)
    contacts = {str(choose.randrange(70)) for _ in range(choose.randrange(3))}
    result.ticket_contacts |= {(portal.portal_id, record_id, contact) for contact in contacts}
    associations = {"contacts": [{"id": contact, "types": []} for contact in sorted(contacts)]}
    for hours, value in enumerate(["1", "1", stage]):
        result.rows.setdefault("property_history", []).append(
            {
                "portal_id": portal.portal_id,
                "object_type": "tickets",
                "record_id": record_id,
                "property": "hs_pipeline_stage",
                "changed_at": moment(created + timedelta(hours=hours)),
                "value": value,
                "synced_at": moment(SYNCED),
            }
        )
    record = {"id": record_id, "properties": properties, "associations": associations}
    if _add_record(result, "tickets", portal, record, choose):
        is_closed = STAGES.get(stage, {}).get("ticketState") == "CLOSED"
        result.tickets.append(
            Ticket(portal, record_id, pipeline, created, closed if is_closed else None, first_response)
        )


def _add_response(properties: dict[str, str], created: datetime, choose: random.Random) -> timedelta | None:
    """Fill some of the three figures, some of them with what can be no time; return the one that counts."""
    found: timedelta | None = None
    for name in ("hs_time_to_first_response_in_operating_hours", "time_to_first_agent_reply"):
        milliseconds = choose.choice([None, 0, 1, 7_200_001, 5_000_000, -1, 1_767_225_600_000])
        if milliseconds is None:
            continue
        properties[name] = choose.choice([str(milliseconds), f"{Decimal(milliseconds):E}"])
        if found is None and 0 <= milliseconds < 1_000_000_000_000:
            found = timedelta(milliseconds=milliseconds)
    if choose.random() < 0.5:
        waited = choose.choice([timedelta(hours=25), timedelta(milliseconds=1), timedelta(seconds=-1)])
        properties["first_agent_reply_date"] = as_hubspot(created + waited, choose)
        if found is None and waited >= timedelta(0):
            found = waited
    return found


def _add_answer(result: ServiceSample, portal: Portal, record_id: str, choose: random.Random) -> None:
    submitted = _instant(choose)
    survey_id = choose.choice([*SURVEYS, None])
    survey_type = choose.choice(["CSAT", "csat", "Csat", "NPS", None])
    score = choose.choice([None, *range(1, 8)])
    properties: dict[str, str] = {}
    if survey_type:
        properties["hs_survey_type"] = survey_type
    if survey_id:
        properties["hs_survey_id"] = survey_id
        properties["hs_survey_name"] = named(survey_id, portal)
    if score is not None:
        properties["hs_value"] = choose.choice([str(score), f"{score}.0"])
    # What was answered is created a little later, unless nothing tells when it was answered.
    if choose.random() < 0.7:
        properties["hs_submission_timestamp"] = as_hubspot(submitted, choose)
        properties["hs_createdate"] = as_hubspot(submitted + timedelta(days=2), choose)
    else:
        properties["hs_createdate"] = as_hubspot(submitted, choose)
    record: dict[str, object] = {"id": record_id, "properties": properties}
    if _add_record(result, "feedback_submissions", portal, record, choose) and survey_type in {
        "CSAT",
        "csat",
        "Csat",
    }:
        result.answers.append(
            Answer(portal, survey_id or "UNKNOWN", submitted, None if score is None else Decimal(score))
        )


def _add_record(
    result: ServiceSample, stream: str, portal: Portal, record: dict[str, object], choose: random.Random
) -> bool:
    """Add a raw row and return whether it is live."""
    fate = choose.choices(["live", "archived", "merged", "missing"], [17, 1, 1, 1])[0]
    if fate != "live":
        result.deleted[stream][portal.portal_id, record["id"]] = fate
    result.rows.setdefault(stream, []).append(
        {
            "portal_id": portal.portal_id,
            "created_at": "2020-01-01T00:00:00.000Z",  # the property counts, not this
            "archived": fate in {"archived", "merged"},
            "merged_into": "0" if fate == "merged" else None,
            "synced_at": moment(MISSED if fate == "missing" else SYNCED),
            **record,
        }
    )
    return fate == "live"


def _instant(choose: random.Random) -> datetime:
    """Pick one of 40 days, leap day and both changes of New York's clocks among them, near midnight somewhere."""
    first = choose.choice([datetime(2024, 2, 20, tzinfo=UTC), datetime(2024, 10, 26, tzinfo=UTC)])
    day = first + timedelta(days=choose.randrange(20))
    midnight_somewhere = choose.choice([0, 4, 5, 15, 22, 23])
    return day + timedelta(hours=midnight_somewhere) - timedelta(milliseconds=choose.choice([0, 1]))

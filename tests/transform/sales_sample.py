"""What the sample portals' people did and sold: activities, owners, line items, and how deals moved through stages.

Made apart from `sample_portals`, with dice of its own, so that neither changes the other.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tests.transform.sample_portals import (
    FULL_READ_BEGAN,
    MISSED,
    PIPELINES,
    STAGES,
    SYNCED,
    as_hubspot,
    moment,
)

if TYPE_CHECKING:
    from tests.transform.sample_portals import Deal, Portal, Sample

#: By stream, and what the KPI of it is called; messages have none.
ACTIVITIES: Final = {
    "calls": "calls_logged",
    "meetings": "meetings_logged",
    "emails": "emails_logged",
    "notes": "notes_logged",
    "tasks": "tasks_logged",
    "communications": None,
}
OWNERS: Final = {"1": "Ann", "2": "Bob Old", "3": "cid@example.com"}


@dataclass(frozen=True, slots=True)
class Activity:
    """A live activity's facts."""

    portal_id: int
    stream: str
    owner: str | None
    happened: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a live deal was in a stage; `left` is None while it is there."""

    portal_id: int
    deal_id: str
    stage: str
    entered: datetime
    left: datetime | None


@dataclass(slots=True)
class SalesFacts:
    """The facts behind the live rows."""

    activities: list[Activity] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)


def add_sales(result: Sample, *, seed: int = 11, records: int = 25) -> SalesFacts:
    """Add rows to a sample; `records` is the number of activities of each kind, and line items, of each portal."""
    choose = random.Random(seed)  # noqa: S311 - repeatable, not unguessable
    facts = SalesFacts()
    for portal in result.portals:
        _add_people(result, portal)
        for stream in ACTIVITIES:
            for number in range(records):
                _add_activity(result, facts, portal, stream, str(number), choose)
        _add_commerce(result, portal, records)
    for deal in result.deals:
        _add_stays(result, facts, deal, choose)
    return facts


def _add_people(result: Sample, portal: Portal) -> None:
    _add(result, portal, "owners", id="2", first_name="Bob", last_name="Old", archived=True)
    team = {"id": "9", "name": "North", "primary": True}
    _add(result, portal, "owners", id="3", email="cid@example.com", user_id="33", teams={"teams": [team]})
    _add(result, portal, "users", id="33", email="cid@example.com", primary_team_id="9")
    _add(result, portal, "teams", id="9", name="North", users={"user_ids": ["33"]})
    _add(
        result,
        portal,
        "exchange_rates",
        id="1",
        from_currency_code="SEK",
        to_currency_code=portal.currency,
        conversion_rate="0.125",
        effective_at=moment(datetime(2025, 1, 1, tzinfo=UTC)),
    )
    for stream in (*ACTIVITIES, "users", "teams", "line_items", "products", "quotes"):
        _add(
            result,
            portal,
            "portal_syncs",
            run_id="first",
            stream=stream,
            object_type=stream,
            mode="backfill",
            status="ok",
            started_at=moment(FULL_READ_BEGAN),
            finished_at=moment(SYNCED),
            window_from=moment(FULL_READ_BEGAN),
        )


def _add_activity(
    result: Sample, facts: SalesFacts, portal: Portal, stream: str, record_id: str, choose: random.Random
) -> None:
    owner = choose.choice([*OWNERS, "999", None])
    happened = _instant(choose) if choose.random() < 0.95 else None
    properties = {"hs_call_duration": "60000", "hs_task_subject": "Call back", "hs_email_direction": "EMAIL"}
    if owner:
        properties["hubspot_owner_id"] = owner
    if happened:
        properties["hs_timestamp"] = as_hubspot(happened, choose)
    fate = choose.choices(["live", "archived", "missing"], [18, 1, 1])[0]
    if fate == "live":
        facts.activities.append(Activity(portal.portal_id, stream, owner, happened))
    _add(
        result,
        portal,
        stream,
        id=record_id,
        created_at="2020-01-01T00:00:00.000Z",
        archived=fate == "archived",
        properties=properties,
        associations={"contacts": [{"id": "1", "types": []}], "deals": [{"id": "2", "types": []}]},
        synced_at=moment(MISSED if fate == "missing" else SYNCED),
    )


def _add_commerce(result: Sample, portal: Portal, records: int) -> None:
    _add(result, portal, "products", id="1", properties={"name": "Saw", "price": "12.50"})
    _add(result, portal, "quotes", id="1", properties={"hs_title": "Offer", "hs_quote_amount": "100"})
    for number in range(records):
        _add(
            result,
            portal,
            "line_items",
            id=str(number),
            properties={"name": "Saw", "hs_product_id": "1", "quantity": "2", "amount": "25"},
            associations={"deals": [{"id": str(number), "types": []}]},
        )


def _add_stays(result: Sample, facts: SalesFacts, deal: Deal, choose: random.Random) -> None:
    """Let a deal walk to its stage; some portals read the history, in others only the calculated dates tell."""
    kind = choose.choice(["history", "dates", "none"])
    if kind == "none":
        return
    others = [stage for stage in STAGES if stage != deal.stage]
    # The calculated dates know one stay per stage, the history any number.
    path = choose.sample(others, choose.randrange(3)) if kind == "dates" else choose.choices(others, k=2)
    walk = [*(stage for number, stage in enumerate(path) if path[number - 1 : number] != [stage]), deal.stage]
    entered = [deal.created + timedelta(hours=7 * number, milliseconds=number) for number in range(len(walk))]
    facts.stays += [
        Stay(deal.portal_id, deal.deal_id, stage, since, left)
        for stage, since, left in zip(walk, entered, [*entered[1:], None], strict=True)
    ]
    if kind == "history":
        result.rows.setdefault("property_history", []).extend(
            {
                "portal_id": deal.portal_id,
                "object_type": "deals",
                "record_id": deal.deal_id,
                "property": "dealstage",
                "changed_at": moment(since + again),
                "value": stage,
                "synced_at": moment(SYNCED),
            }
            for stage, since in zip(walk, entered, strict=True)
            for again in (timedelta(0), timedelta(hours=1))  # the same stage once more is no move
        )
        return
    [row] = [
        row for row in result.rows["deals"] if (row["portal_id"], row["id"]) == (deal.portal_id, deal.deal_id)
    ]
    properties = row["properties"]
    assert isinstance(properties, dict)
    for stage, since in zip(walk, entered, strict=True):
        properties[f"hs_v2_date_entered_{stage}"] = as_hubspot(since, choose)


def _add(result: Sample, portal: Portal, table: str, /, **row: object) -> None:
    result.rows.setdefault(table, []).append(
        {"portal_id": portal.portal_id, "synced_at": moment(SYNCED), **row}
    )


def _instant(choose: random.Random) -> datetime:
    """Pick an instant of two months, often the border of a day somewhere, or a moment before it."""
    day = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=choose.randrange(60))
    return (
        day
        + timedelta(hours=choose.choice([4, 5, 15, 22, 23]))
        - timedelta(milliseconds=choose.choice([0, 1]))
    )


def pipeline_id(label: str) -> str:
    """The pipeline of a label."""
    return next(pipeline for pipeline, name in PIPELINES.items() if name == label)

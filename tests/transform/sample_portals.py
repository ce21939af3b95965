"""Four small portals, generated: the same ids in each, and events around midnight in all their time zones.

The facts are kept beside the raw rows as Python values, so that `expected_kpis` need not read what dbt reads.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

FULL_READ_BEGAN: Final = datetime(2026, 11, 1, tzinfo=UTC)
SYNCED: Final = FULL_READ_BEGAN + timedelta(minutes=1)
MISSED: Final = FULL_READ_BEGAN - timedelta(milliseconds=1)

STAGES: Final = {
    "qualified": {"probability": "0.4", "isClosed": "false"},
    "won": {"probability": "1.0", "isClosed": "true"},
    "lost": {"probability": "0.0", "isClosed": "true"},
}
PIPELINES: Final = {"default": "Sales", "612345": "Renewals"}


@dataclass(frozen=True, slots=True)
class Portal:
    """An account: what the tap tells about it, and the time zone and currency that its numbers are in."""

    portal_id: int
    name: str
    hubspot_time_zone: str
    time_zone: str
    currency: str
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Contact:
    """A live contact's facts."""

    portal_id: int
    source: str
    created: datetime
    mql: datetime | None
    customer: datetime | None


@dataclass(frozen=True, slots=True)
class Deal:
    """A live deal's facts; `home_value` is None where HubSpot gives no way to know it."""

    portal_id: int
    deal_id: str
    pipeline: str
    stage: str
    outcome: str
    created: datetime
    closed: datetime | None
    home_value: Decimal | None


@dataclass(slots=True)
class Sample:
    """Raw rows by stream, and the facts behind those that are live."""

    portals: list[Portal]
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    #: By stream, then (portal id, record id): archived, merged or missing.
    deleted: dict[str, dict[tuple[object, object], str]] = field(
        default_factory=lambda: {"contacts": {}, "deals": {}}
    )


TOKYO: Final = Portal(7052094, "Tokyo KK", "Asia/Tokyo", "Asia/Tokyo", "JPY")
NEW_YORK: Final = Portal(1458021, "New York Inc", "US/Eastern", "America/New_York", "USD")
BERLIN: Final = Portal(
    26110977, "Berlin GmbH", "Europe/Berlin", "Europe/Berlin", "EUR", status="reauth_required"
)
NOWHERE: Final = Portal(9000000000001, "Nowhere AG", "Mars/Olympus_Mons", "UTC", "CHF", status="disconnected")


def sample(*, seed: int = 7, records: int = 60) -> Sample:
    """Generate the portals; `records` is the number of contacts, and of deals, of each."""
    choose = random.Random(seed)  # noqa: S311 - repeatable, not unguessable
    result = Sample([TOKYO, NEW_YORK, BERLIN, NOWHERE])
    for portal in result.portals:
        _add_catalogue(result, portal)
        for number in range(records):
            _add_contact(result, portal, str(number), choose)
            _add_deal(result, portal, str(number), choose)
    return result


def moment(instant: datetime) -> str:
    """Write an instant as the tap does."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"


def as_hubspot(instant: datetime, choose: random.Random) -> str:
    """Write an instant as one of the texts that HubSpot uses for it."""
    written = [moment(instant), str(round(instant.timestamp() * 1000))]
    if not instant.microsecond:
        written.append(f"{instant:%Y-%m-%dT%H:%M:%SZ}")
    return choose.choice(written)


def _add_catalogue(result: Sample, portal: Portal) -> None:
    synced = moment(SYNCED)
    catalogue: dict[str, list[dict[str, object]]] = {
        "portals": [
            {
                "company_name": portal.name,
                "time_zone": portal.hubspot_time_zone,
                "company_currency": portal.currency,
                "connection_status": portal.status,
            }
        ],
        "pipelines": [
            {"object_type": "deals", "id": pipeline, "label": label, "display_order": order}
            for order, (pipeline, label) in enumerate(PIPELINES.items())
        ],
        "pipeline_stages": [
            {
                "object_type": "deals",
                "pipeline_id": pipeline,
                "id": stage,
                "label": stage,
                "metadata": metadata,
            }
            for pipeline in PIPELINES
            for stage, metadata in STAGES.items()
        ],
        "owners": [{"id": "1", "email": "ann@example.com", "first_name": "Ann", "type": "PERSON"}],
        "properties": [
            {"object_type": "deals", "name": "amount", "type": "number", "options": {"options": []}}
        ],
        "portal_syncs": [
            {
                "run_id": "first",
                "stream": stream,
                "object_type": stream,
                "mode": "backfill",
                "status": "ok",
                "started_at": moment(FULL_READ_BEGAN),
                "finished_at": synced,
                "window_from": moment(FULL_READ_BEGAN),
            }
            for stream in (
                "contacts",
                "companies",
                "deals",
                "owners",
                "pipelines",
                "pipeline_stages",
                "properties",
            )
        ],
        "companies": [{"id": "1", "properties": {"name": "Customer", "annualrevenue": "1.0E+6"}}],
    }
    for stream, rows in catalogue.items():
        result.rows.setdefault(stream, []).extend(
            {"portal_id": portal.portal_id, "synced_at": synced, **row} for row in rows
        )


def _add_contact(result: Sample, portal: Portal, record_id: str, choose: random.Random) -> None:
    created = _instant(choose)
    mql = _instant(choose) if choose.random() < 0.5 else None
    customer = _instant(choose) if choose.random() < 0.3 else None
    source = choose.choice(["ORGANIC_SEARCH", "PAID_SOCIAL", None])
    properties = {"email": f"{record_id}@example.com"}
    if source:
        properties["hs_analytics_source"] = source
    for name, instant in (
        ("createdate", created),
        (choose.choice(["hs_v2_date_entered_", "hs_lifecyclestage_"]) + "marketingqualifiedlead", mql),
        (choose.choice(["hs_v2_date_entered_", "hs_lifecyclestage_"]) + "customer", customer),
    ):
        if instant:
            suffix = "_date" if name.startswith("hs_lifecyclestage_") else ""
            properties[name + suffix] = as_hubspot(instant, choose)
    record: dict[str, object] = {"portal_id": portal.portal_id, "id": record_id, "properties": properties}
    if _add_record(result, "contacts", record, choose):
        result.contacts.append(Contact(portal.portal_id, source or "UNKNOWN", created, mql, customer))


def _add_deal(result: Sample, portal: Portal, record_id: str, choose: random.Random) -> None:
    created = _instant(choose)
    closed = _instant(choose) if choose.random() < 0.9 else None
    pipeline, stage = choose.choice(list(PIPELINES)), choose.choice(list(STAGES))
    properties = {
        "pipeline": pipeline,
        "dealstage": stage,
        "createdate": as_hubspot(created, choose),
    }
    if closed:
        properties["closedate"] = as_hubspot(closed, choose)
    outcome = {"won": "won", "lost": "lost"}.get(stage, "open")
    if choose.random() < 0.5:  # the calculated flags, which win over the stage
        outcome = choose.choice(["won", "lost", "open"])
        properties["hs_is_closed_won"] = str(outcome == "won").lower()
        properties["hs_is_closed"] = str(outcome != "open").lower()
    home_value = _add_amount(properties, portal, choose)
    record: dict[str, object] = {"portal_id": portal.portal_id, "id": record_id, "properties": properties}
    if _add_record(result, "deals", record, choose):
        result.deals.append(
            Deal(
                portal.portal_id, record_id, PIPELINES[pipeline], stage, outcome, created, closed, home_value
            )
        )


def _add_amount(properties: dict[str, str], portal: Portal, choose: random.Random) -> Decimal | None:
    amount = Decimal(choose.randrange(1, 10_000_000)) / 100
    kind = choose.choice(["none", "home given", "rate given", "home currency", "no currency", "unknown"])
    if kind == "none":
        return None
    properties["amount"] = choose.choice([str(amount), f"{amount:E}"])
    if kind == "no currency":
        return amount
    properties["deal_currency_code"] = portal.currency if kind == "home currency" else "SEK"
    if kind == "home currency":
        return amount
    if kind == "home given":
        properties["amount_in_home_currency"] = str(amount * 3)
        properties["hs_exchange_rate"] = "99"
        return amount * 3
    if kind == "rate given":
        properties["hs_exchange_rate"] = "0.125"
        return amount * Decimal("0.125")
    return None


def _add_record(result: Sample, stream: str, record: dict[str, object], choose: random.Random) -> bool:
    """Add a raw row and return whether it is live."""
    fate = choose.choices(["live", "archived", "merged", "missing"], [17, 1, 1, 1])[0]
    if fate != "live":
        result.deleted[stream][record["portal_id"], record["id"]] = fate
    result.rows.setdefault(stream, []).append(
        {
            "created_at": "2020-01-01T00:00:00.000Z",  # the property counts, not this
            "archived": fate in {"archived", "merged"},
            "merged_into": "0" if fate == "merged" else None,
            "synced_at": moment(MISSED if fate == "missing" else SYNCED),
            **record,
        }
    )
    return fate == "live"


def _instant(choose: random.Random) -> datetime:
    """Pick a full hour of two years, often one that is the border of a day somewhere, or a moment before it."""
    day = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=choose.randrange(650))
    midnight_somewhere = choose.choice([0, 4, 5, 15, 22, 23])
    return day + timedelta(hours=midnight_somewhere) - timedelta(milliseconds=choose.choice([0, 1]))

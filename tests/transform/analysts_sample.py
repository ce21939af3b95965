"""A little of all that the queries of docs/analysts.md ask for, in a portal that has contacts and deals already."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.transform.sample_portals import NEW_YORK, SYNCED, moment

_MONTHS: Final = [datetime(2026, month, 10, 12, tzinfo=UTC) for month in range(1, 11)]


def rows() -> dict[str, list[dict[str, object]]]:
    """Return raw rows by stream."""
    contents: dict[str, list[dict[str, object]]] = {
        "properties": [
            {
                "object_type": "contacts",
                "name": name,
                "label": label,
                "type": kind,
                "options": {"options": []},
            }
            for name, label, kind in (
                ("email", "E-mail", "string"),
                ("createdate", "Create date", "datetime"),
            )
        ],
        "marketing_emails": [
            {
                "id": "1",
                "name": "Newsletter",
                "is_published": True,
                "published_at": moment(_MONTHS[-1]),
                "statistics": {"counters": {"sent": 100, "delivered": 90, "open": 45, "click": 9}},
            }
        ],
        "campaigns": [{"id": "1", "name": "Spring", "currency_code": "USD"}],
        "campaign_spend_items": [
            {
                "campaign_id": "1",
                "id": str(month.month),
                "name": "Ads",
                "amount": "100",
                "currency_code": "USD",
                "created_at": moment(month),
            }
            for month in _MONTHS
        ],
        "deals": [
            {
                "id": "largest",
                "created_at": moment(_MONTHS[0]),
                "properties": {
                    "dealname": "Sawmill",
                    "pipeline": "default",
                    "dealstage": "qualified",
                    "hubspot_owner_id": "1",
                    "amount": "9000000",
                },
                "associations": {
                    "companies": [{"id": "1", "types": [{"category": "HUBSPOT_DEFINED", "type_id": 5}]}]
                },
            }
        ],
        "property_history": [
            {
                "object_type": "deals",
                "record_id": "largest",
                "property": "dealstage",
                "changed_at": "2020-01-01T00:00:00.000Z",
                "value": "qualified",
            }
        ],
        "portal_syncs": [
            {
                "run_id": "analysts",
                "stream": stream,
                "object_type": stream,
                "mode": "full",
                "started_at": moment(_MONTHS[0]),
                "finished_at": moment(SYNCED),
                "window_from": moment(_MONTHS[0]),
                **outcome,
            }
            for stream, outcome in (
                ("tickets", {"status": "ok", "records": 1, "expected_total": 1}),
                ("feedback_submissions", {"status": "failed", "reason": "HubSpot answered 500"}),
            )
        ],
        "tickets": [
            {
                "id": "1",
                "created_at": moment(_MONTHS[-1]),
                "properties": {"createdate": moment(_MONTHS[-1]), "time_to_first_agent_reply": "7200000"},
            }
        ],
        "feedback_submissions": [
            {
                "id": "1",
                "created_at": moment(_MONTHS[-1]),
                "properties": {"hs_survey_type": "CSAT", "hs_survey_id": "1", "hs_value": "5"},
            }
        ],
    }
    return {
        stream: [{"portal_id": NEW_YORK.portal_id, "synced_at": moment(SYNCED), **row} for row in records]
        for stream, records in contents.items()
    }

"""The account itself: its details, and how many records it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.clock import SECOND_MS, from_ms

if TYPE_CHECKING:
    from tests.hubspot_simulator.call import Call

_RECORD_LIMIT = 15_000_000


def account_details(call: Call) -> Answer:
    """Details of the account, the surest proof that a token works; not every portal's say its name."""
    spec = call.portal.spec
    naming = {"portalName": spec.name} if call.portal.options.details_have_name else {}
    offset = from_ms(call.now_ms).astimezone(ZoneInfo(spec.time_zone)).utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    minutes = abs(offset) // timedelta(minutes=1)
    return Answer(
        {
            "portalId": spec.portal_id,
            "accountType": spec.account_type,
            "timeZone": spec.time_zone,
            "companyCurrency": spec.currency,
            "additionalCurrencies": list(spec.additional_currencies),
            "utcOffset": f"{sign}{minutes // 60:02d}:{minutes % 60:02d}",
            "utcOffsetMilliseconds": round(offset.total_seconds()) * SECOND_MS,
            "uiDomain": call.portal.ui_domain,
            "dataHostingLocation": spec.hublet,
            **naming,
        }
    )


def record_limits(call: Call) -> Answer:
    """How many live records the account holds of each type: a cheap estimate before a full read."""
    portal = call.portal
    standard: list[dict[str, object]] = []
    custom: list[dict[str, object]] = []
    for name, kind in portal.types.items():
        usage = len(portal.objects[name])
        schema = portal.schemas.get(name)
        row = {
            "objectTypeId": kind.type_id,
            "singularLabel": schema.labels.singular if schema else kind.singular.title(),
            "pluralLabel": schema.labels.plural if schema else kind.name.title(),
            "limit": _RECORD_LIMIT,
            "usage": usage,
            "percentage": _percentage(usage),
        }
        (custom if kind.is_custom else standard).append(row)
    used = sum(len(portal.objects[name]) for name, kind in portal.types.items() if kind.is_custom)
    overall = {"overallLimit": _RECORD_LIMIT, "overallUsage": used, "overallPercentage": _percentage(used)}
    return Answer(
        {"hubspotDefinedObjectTypes": standard, "customObjectTypes": {"byObjectType": custom, **overall}}
    )


def _percentage(usage: int) -> float:
    return round(100 * usage / _RECORD_LIMIT, 4)

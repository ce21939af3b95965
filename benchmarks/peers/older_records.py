"""Deals of v1 and companies of v2: each property an object with its moment, pages by `offset`.

Shapes: https://legacydocs.hubspot.com/docs/methods/deals/get-all-deals, …/companies/get-all-companies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.errors import not_found, validation_error

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.records import Record

_DEFAULT_PAGE = 100
_LARGEST_PAGE = 250


def list_deals(call: Call) -> Answer:
    """`GET /deals/v1/deal/paged`: all live deals by id."""
    deals, offset, more = _page(call, "deals")
    names = None if call.flag("includeAllProperties") else call.names("properties")
    links = {"associatedVids": "contacts", "associatedCompanyIds": "companies"}
    results = []
    for deal in deals:
        result: dict[str, Any] = {"portalId": call.portal.portal_id, "dealId": deal.id, "isDeleted": False}
        result["properties"] = _properties(deal, names)
        if call.flag("includeAssociations"):
            result["associations"] = {
                name: [other for other, _ in call.portal.live_links("deals", deal.id, to_type)]
                for name, to_type in links.items()
            } | {"associatedDealIds": []}
        results.append(result)
    return Answer({"deals": results, "hasMore": more, "offset": offset})


def list_companies(call: Call) -> Answer:
    """`GET /companies/v2/companies/paged`: all live companies by id."""
    companies, offset, more = _page(call, "companies")
    names = call.names("properties")
    results = [_company(call, company, names) for company in companies]
    return Answer({"companies": results, "has-more": more, "offset": offset})


def get_company(call: Call) -> Answer:
    """`GET /companies/v2/companies/{id}`: with all its properties."""
    record = call.portal.objects["companies"].resolve(int(call.params["record_id"]))
    if record is None or record.archived:
        raise not_found("resource not found")
    return Answer(_company(call, record, None))


def _page(call: Call, object_type: str) -> tuple[list[Record], int, bool]:
    limit = int(call.query.get("limit", str(_DEFAULT_PAGE)))
    if limit > _LARGEST_PAGE:
        raise validation_error(f"limit: at most {_LARGEST_PAGE}")
    start = int(call.query.get("offset", "0"))
    records, next_id = call.portal.objects[object_type].page(start, limit, archived=False)
    return records, next_id or 0, next_id is not None


def _company(call: Call, company: Record, names: Collection[str] | None) -> dict[str, Any]:
    return {
        "portalId": call.portal.portal_id,
        "companyId": company.id,
        "isDeleted": False,
        "properties": _properties(company, names),
        "additionalDomains": [],
        "stateChanges": [],
        "mergeAudits": [],
    }


def _properties(record: Record, names: Collection[str] | None) -> dict[str, Any]:
    """The filled ones, of these names or, for None, all."""
    return {
        name: {
            "value": value,
            "timestamp": record.modified_ms,
            "source": "CRM_UI",
            "sourceId": None,
            "versions": [
                {"name": name, "value": value, "timestamp": record.modified_ms, "source": "CRM_UI"},
            ],
        }
        for name, value in record.properties.items()
        if value and (names is None or name in names)
    }

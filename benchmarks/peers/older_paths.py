"""The older paths that other programs still ask for, answered from the simulated portals as HubSpot answers them.

The simulator speaks the date-versioned paths and those of v3 and v4 that HubSpot's own client uses. What else the
other programs need is here, behind the simulator's own tokens and limits.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from benchmarks.peers.older_records import get_company, list_companies, list_deals
from tests.hubspot_simulator.associations import MOST_INPUTS
from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.catalogue_api import list_properties
from tests.hubspot_simulator.crm_batch import batch_answer, input_ids
from tests.hubspot_simulator.gateway import Gateway
from tests.hubspot_simulator.limits import Bucket
from tests.hubspot_simulator.schemas_api import list_schemas
from tests.hubspot_simulator.standard_properties.makers import moment, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.simulator import Simulator

# What every object type has, goals and other types of which no simulated portal has records included.
_STAMPS = (
    moment("hs_createdate", "Create date"),
    moment("hs_lastmodifieddate", "Last modified"),
    number("hs_object_id", "Record ID"),
)


def with_older_paths(app: ASGIApp, simulator: Simulator) -> Starlette:
    """The application of a simulator, with the older paths before its own."""
    return Starlette(routes=[*_routes(Gateway(simulator)), Mount("/", app=app)])


def _routes(gateway: Gateway) -> Iterator[Route]:
    def get(path: str, name: str, handler: Callable[[Call], Answer]) -> Route:
        return Route(path, gateway.bearer(name, handler, dialect="legacy"), methods=["GET"])

    yield get("/crm/v3/schemas", "schemas", list_schemas)
    yield get("/crm/v3/properties/{object_type}", "properties", _properties_v3)
    yield get("/properties/v1/{object_type}/properties", "properties", _properties_v1)
    yield get("/properties/v2/{object_type}/properties", "properties", _properties_v1)
    yield get("/companies/v2/properties", "properties", _company_properties)
    yield Route(
        "/crm/v3/associations/{from_type}/{to_type}/batch/read",
        gateway.bearer(
            "associations.batch_read", _associations_v3, bucket=Bucket.ASSOCIATIONS, dialect="legacy"
        ),
        methods=["POST"],
    )
    yield get("/deals/v1/deal/paged", "crm.list", list_deals)
    yield get("/companies/v2/companies/paged", "crm.list", list_companies)
    yield get("/companies/v2/companies/{record_id:int}", "crm.get", get_company)


def _properties_v3(call: Call) -> Answer:
    if call.portal.find_type(call.params["object_type"]) is None:
        return Answer({"results": _STAMPS})
    return list_properties(call)


def _properties_v1(call: Call) -> Answer:
    """A bare list, not an object around one."""
    return Answer(_properties_v3(call).body["results"])


def _associations_v3(call: Call) -> Answer:
    """Each linked record once for each type of link, by the type's name alone; no limit to them is documented."""
    kind, other = call.object_type("from_type"), call.object_type("to_type")
    call.require_any_scope(*kind.any_scopes, *other.any_scopes)
    plain = f"{kind.singular}_to_{other.singular}"
    results = []
    for given in input_ids(call.json(), MOST_INPUTS):
        links = call.portal.live_links(kind.name, int(given), other.name)
        to = [{"id": str(to_id), "type": label or plain} for to_id, labels in links for label in labels]
        if to:
            results.append({"from": {"id": given}, "to": to})
    return batch_answer(call, results, [])


def _company_properties(call: Call) -> Answer:
    return _properties_v1(dataclasses.replace(call, params={"object_type": "companies"}))

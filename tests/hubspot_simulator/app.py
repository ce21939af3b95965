"""All routes: the date-versioned API, the older paths that HubSpot's SDK still speaks, OAuth and the control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from tests.hubspot_simulator import consent, control
from tests.hubspot_simulator.account_api import account_details, record_limits
from tests.hubspot_simulator.api import VERSIONS, Api
from tests.hubspot_simulator.associations import batch_read_associations, labels
from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.catalogue_api import get_owner, list_owners, list_pipelines, list_properties
from tests.hubspot_simulator.crm_batch import batch_read
from tests.hubspot_simulator.crm_list import get_record, list_records
from tests.hubspot_simulator.crm_search import search
from tests.hubspot_simulator.errors import HubSpotError, error_body
from tests.hubspot_simulator.gateway import Gateway
from tests.hubspot_simulator.limits import Bucket
from tests.hubspot_simulator.marketing.routes import MARKETING_APIS
from tests.hubspot_simulator.schemas_api import get_schema, list_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.simulator import Simulator

_APIS = (
    Api("crm.list", "GET", list_records, "/crm/objects/{v}/{object_type}", "/crm/v3/objects/{object_type}"),
    Api(
        "crm.search",
        "POST",
        search,
        "/crm/objects/{v}/{object_type}/search",
        "/crm/v3/objects/{object_type}/search",
        Bucket.SEARCH,
    ),
    Api(
        "crm.batch_read",
        "POST",
        batch_read,
        "/crm/objects/{v}/{object_type}/batch/read",
        "/crm/v3/objects/{object_type}/batch/read",
    ),
    Api(
        "crm.get",
        "GET",
        get_record,
        "/crm/objects/{v}/{object_type}/{record_id}",
        "/crm/v3/objects/{object_type}/{record_id}",
    ),
    Api(
        "associations.batch_read",
        "POST",
        batch_read_associations,
        "/crm/associations/{v}/{from_type}/{to_type}/batch/read",
        "/crm/v4/associations/{from_type}/{to_type}/batch/read",
        Bucket.ASSOCIATIONS,
    ),
    Api(
        "associations.labels",
        "GET",
        labels,
        "/crm/associations/{v}/{from_type}/{to_type}/labels",
        "/crm/v4/associations/{from_type}/{to_type}/labels",
        Bucket.ASSOCIATIONS,
    ),
    Api(
        "properties",
        "GET",
        list_properties,
        "/crm/properties/{v}/{object_type}",
        "/crm/v3/properties/{object_type}",
    ),
    Api(
        "pipelines",
        "GET",
        list_pipelines,
        "/crm/pipelines/{v}/{object_type}",
        "/crm/v3/pipelines/{object_type}",
    ),
    Api(
        "schemas",
        "GET",
        list_schemas,
        "/crm-object-schemas/{v}/schemas",
        "/crm-object-schemas/v3/schemas",
    ),
    Api(
        "schemas",
        "GET",
        get_schema,
        "/crm-object-schemas/{v}/schemas/{object_type}",
        "/crm-object-schemas/v3/schemas/{object_type}",
    ),
    Api("owners", "GET", list_owners, "/crm/owners/{v}", "/crm/v3/owners/"),
    Api("owners.get", "GET", get_owner, "/crm/owners/{v}/{owner_id}", "/crm/v3/owners/{owner_id}"),
    Api("limits.records", "GET", record_limits, "/crm/limits/{v}/records", "/crm/v3/limits/records"),
    Api("account_info", "GET", account_details, "/account-info/{v}/details", "/account-info/v3/details"),
)


def create_app(simulator: Simulator) -> Starlette:
    """The ASGI application of one simulator."""
    gateway = Gateway(simulator)
    return Starlette(
        routes=[
            *_api_routes(gateway),
            *_oauth_routes(gateway, simulator),
            Mount("/_simulator", routes=control.routes(simulator)),
        ],
        exception_handlers={404: _no_such_path},
    )


def _api_routes(gateway: Gateway) -> Iterator[Route]:
    for api in (*_APIS, *MARKETING_APIS):
        endpoint = gateway.bearer(api.name, api.handler, bucket=api.bucket, scopes=api.scopes)
        for path in api.paths:
            yield Route(path, endpoint, methods=[api.method])
        if api.older_path:
            older = gateway.bearer(
                api.name, api.handler, bucket=api.bucket, scopes=api.scopes, dialect="legacy"
            )
            yield Route(api.older_path, older, methods=[api.method])


def _oauth_routes(gateway: Gateway, simulator: Simulator) -> Iterator[Route]:
    async def authorize(request: Request) -> Response:
        return consent.authorize(request, simulator)

    def uninstall(call: Call) -> Answer:
        simulator.revoke(call.portal.portal_id)
        return Answer(status=204)

    async def legacy_token_info(request: Request) -> Response:
        try:
            return JSONResponse(simulator.oauth.legacy_token_info(request.path_params["token"]))
        except HubSpotError as error:
            return JSONResponse(error.body, status_code=error.status)

    yield Route("/oauth/authorize", authorize)
    yield Route("/oauth/{portal_id:int}/authorize", authorize)
    for version in VERSIONS:
        root = f"/oauth/{version}/token"
        yield Route(root, gateway.form("oauth.token", simulator.oauth.token), methods=["POST"])
        yield Route(
            f"{root}/introspect",
            gateway.form("oauth.introspect", simulator.oauth.introspect),
            methods=["POST"],
        )
        yield Route(f"{root}/revoke", gateway.form("oauth.revoke", simulator.oauth.revoke), methods=["POST"])
        yield Route(
            f"/appinstalls/{version}/external-install",
            gateway.bearer("appinstalls", uninstall),
            methods=["DELETE"],
        )
    yield Route(
        "/oauth/v1/token", gateway.form("oauth.token", simulator.oauth.token, legacy=True), methods=["POST"]
    )
    yield Route("/oauth/v1/access-tokens/{token}", legacy_token_info)


async def _no_such_path(request: Request, _: Exception) -> Response:
    return JSONResponse(error_body("OBJECT_NOT_FOUND", f"No route for {request.url.path}"), status_code=404)

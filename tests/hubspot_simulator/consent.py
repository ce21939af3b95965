"""The pages of app.hubspot.com: consent, and the error page of a wrong authorize request."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse

from tests.hubspot_simulator.authorize import AuthorizeRefusedError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.simulator import Simulator

#: Query parameters that only the simulator knows; see README.
CONSENT_PARAM = "simulator_consent"
PORTAL_PARAM = "simulator_portal"

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} – HubSpot simulator</title><style>
 body {{ font: 16px/1.5 system-ui, sans-serif; background: #f5f8fa; color: #33475b; margin: 0 }}
 main {{ max-width: 32rem; margin: 8vh auto; background: #fff; border: 1px solid #cbd6e2; border-radius: 6px; padding: 2rem }}
 h1 {{ font-size: 1.3rem; margin-top: 0 }} label {{ display: block; padding: .4rem 0 }}
 code {{ background: #eaf0f6; border-radius: 3px; padding: 0 .3em; font-size: .85em }}
 button {{ font: inherit; padding: .5rem 1.4rem; border-radius: 4px; border: 1px solid #ff7a59; background: #ff7a59; color: #fff }}
 button[value=deny] {{ background: #fff; color: #33475b; border-color: #cbd6e2 }}
 small {{ color: #7c98b6 }}
</style></head><body><main>{body}<p><small>This is a simulated HubSpot. No real account is touched.</small></p></main></body></html>"""


def authorize(request: Request, simulator: Simulator) -> Response:
    """`/oauth/authorize` and `/oauth/{portal_id}/authorize`: show the consent page, or answer it at once."""
    query = request.query_params
    try:
        asked = simulator.authorization.check(query)
        chosen = _chosen_portal(request, simulator)
        answer = query.get(CONSENT_PARAM, simulator.consent)
        if answer == "clicked":
            return _consent_page(request, simulator, chosen, asked.scopes | asked.optional_scopes)
        if answer in {"deny", "denied"}:
            return RedirectResponse(simulator.authorization.deny(asked), status_code=302)
        portal = chosen or simulator.authorization.next_portal()
        return RedirectResponse(simulator.authorization.allow(asked, portal), status_code=302)
    except AuthorizeRefusedError as error:
        return _page(
            "Authorization failed", f"<h1>Authorization failed</h1><p>{escape(str(error))}</p>", status=400
        )


def _chosen_portal(request: Request, simulator: Simulator) -> Portal | None:
    chosen = request.query_params.get(PORTAL_PARAM) or request.path_params.get("portal_id")
    if chosen is None:
        return None
    portal = simulator.world.portals.get(int(chosen)) if str(chosen).isdecimal() else None
    if portal is None:
        raise AuthorizeRefusedError(f"You have no access to an account {chosen}.")
    return portal


def _consent_page(
    request: Request, simulator: Simulator, chosen: Portal | None, scopes: frozenset[str]
) -> Response:
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in request.query_params.multi_items()
        if name not in {CONSENT_PARAM, PORTAL_PARAM}
    )
    preset = chosen or simulator.authorization.next_portal()
    choices = "".join(
        f'<label><input type="radio" name="{PORTAL_PARAM}" value="{portal.portal_id}"'
        f"{' checked' if portal is preset else ''}> {escape(portal.spec.name)} "
        f"<small>{escape(portal.spec.domain)} · {portal.portal_id}</small></label>"
        for portal in simulator.world.portals.values()
        if chosen is None or portal is chosen
    )
    listed = " ".join(f"<code>{escape(scope)}</code>" for scope in sorted(scopes))
    app = escape(simulator.app.name)
    body = (
        f"<h1>{app} wants to connect to your HubSpot account</h1>"
        f'<form method="get" action="/oauth/authorize">{hidden}{choices}<p>It asks for: {listed}</p>'
        f'<p><button name="{CONSENT_PARAM}" value="automatic">Allow</button> '
        f'<button name="{CONSENT_PARAM}" value="deny">Cancel</button></p></form>'
    )
    return _page("Connect app", body)


def _page(title: str, body: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(title=title, body=body), status_code=status)

"""The audit log, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auth_service import audit
from auth_service.web.inputs import number
from auth_service.web.templating import templates
from auth_service.web.visitors import site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def audit_log(request: Request) -> Response:
    """Show a page of entries; `?before=` goes on to older ones, `?portal=` keeps to one portal."""
    before = number(request.query_params.get("before", ""))
    portal_id = number(request.query_params.get("portal", ""))
    # One more than is shown tells whether there is another page.
    found = audit.entries(site_of(request).engine, before=before, portal_id=portal_id, limit=audit.PAGE + 1)
    context = {
        "entries": found[: audit.PAGE],
        "more": len(found) > audit.PAGE,
        "first": before is None,
        "portal_id": portal_id,
    }
    return templates.TemplateResponse(request, "audit_log.html", context)

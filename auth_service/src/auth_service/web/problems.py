"""What a visitor sees when something fails: which status, which title, and what to do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from auth_service.errors import (
    AppCredentialsRejected,
    AppRequestRejected,
    ConnectError,
    ConsentRefused,
    DatabaseUnreachable,
    FlowRefused,
    GrantRefused,
    HubSpotAnswer,
    HubSpotUnavailable,
    PortalMismatch,
    SchemaError,
    ScopesMissing,
)
from auth_service.web.templating import templates

if TYPE_CHECKING:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.errors import AuthError

logger = logging.getLogger(__name__)

# Error -> status and title. The message of the error says what happened and what to do.
_PROBLEMS: dict[type[AuthError], tuple[int, str]] = {
    FlowRefused: (400, "This attempt is not open any more"),
    GrantRefused: (400, "HubSpot did not accept the connection"),
    ConsentRefused: (400, "HubSpot was not connected"),
    ScopesMissing: (400, "The portal granted too little"),
    PortalMismatch: (400, "This is another portal"),
    HubSpotUnavailable: (502, "HubSpot is not answering"),
    AppCredentialsRejected: (500, "HubSpot does not accept this app"),
    AppRequestRejected: (500, "HubSpot does not accept this request"),
    DatabaseUnreachable: (503, "The database is not answering"),
    SchemaError: (503, "The database is not ready"),
}
_UNEXPECTED = (500, "Something went wrong here")

_HTTP_PROBLEMS = {
    404: ("There is no such page", "The address may be old or mistyped. Open the list of portals instead."),
    405: ("That is not how this page works", "Open the list of portals and start from there."),
    413: ("That was too much", "This page takes no such amount of data. Open the list of portals instead."),
}


def expected(request: Request, error: Exception) -> Response:
    """Show an error that this package raises on purpose."""
    status, title = _PROBLEMS.get(cast("type[AuthError]", type(error)), _UNEXPECTED)
    logger.warning("%s: %s", type(error).__name__, error)
    return _page(
        request, status, title, str(error), try_again=isinstance(error, ConnectError | HubSpotAnswer)
    )


def refused(request: Request, error: Exception) -> Response:
    """Show why a request was refused before it reached a page."""
    error = cast("HTTPException", error)
    title, cure = _HTTP_PROBLEMS.get(error.status_code, ("This does not work", error.detail))
    response = _page(request, error.status_code, title, cure)
    response.headers.update(error.headers or {})
    return response


def bug(request: Request) -> Response:
    """Show that this program is at fault; nothing of the error reaches the page."""
    status, title = _UNEXPECTED
    return _page(request, status, title, "It was logged. Try again, or tell whoever runs this service.")


def _page(
    request: Request,
    status: int,
    title: str,
    message: str,
    *,
    try_again: bool = False,
) -> Response:
    context = {"title": title, "message": message, "try_again": try_again}
    return templates.TemplateResponse(request, "problem.html", context, status_code=status)

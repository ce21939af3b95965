"""What a visitor sees when something fails: which status, which title, and what to do."""

from __future__ import annotations

import logging
from http.client import INTERNAL_SERVER_ERROR
from typing import TYPE_CHECKING, cast

from auth_service.attempts import WINDOW
from auth_service.errors import (
    AppCredentialsRejected,
    AppRequestRejected,
    ConnectError,
    ConsentRefused,
    DatabaseForbids,
    DatabaseUnreachable,
    FlowRefused,
    ForgedRequest,
    GrantRefused,
    HubSpotAnswer,
    HubSpotUnavailable,
    InviteRefused,
    PortalMismatch,
    PortalNotConnected,
    SchemaError,
    ScopesMissing,
    SignInRefused,
    TokenTransient,
    TooManyAttempts,
)
from auth_service.web.templating import templates
from auth_service.web.visitors import request_id_of

if TYPE_CHECKING:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.errors import AuthError

logger = logging.getLogger(__name__)

# Error -> status and title. The message of the error says what happened and what to do.
_PROBLEMS: dict[type[AuthError], tuple[int, str]] = {
    InviteRefused: (404, "This invitation does not work"),
    SignInRefused: (403, "There is no sign-in here"),
    TooManyAttempts: (429, "That was too often"),
    ForgedRequest: (403, "This form is not from here"),
    FlowRefused: (400, "This attempt is not open any more"),
    GrantRefused: (400, "HubSpot did not accept the connection"),
    ConsentRefused: (400, "HubSpot was not connected"),
    ScopesMissing: (400, "The portal granted too little"),
    PortalMismatch: (400, "This is another portal"),
    HubSpotUnavailable: (502, "HubSpot is not answering"),
    AppCredentialsRejected: (500, "HubSpot does not accept this app"),
    AppRequestRejected: (500, "HubSpot does not accept this request"),
    PortalNotConnected: (409, "This portal is not connected"),
    TokenTransient: (503, "This has to wait a moment"),
    DatabaseForbids: (500, "The database does not allow this"),
    DatabaseUnreachable: (503, "The database is not answering"),
    SchemaError: (503, "The database is not ready"),
}
_UNEXPECTED = (500, "Something went wrong here")

_HTTP_PROBLEMS = {
    404: ("There is no such page", "The address may be old or mistyped."),
    405: ("That is not how this page works", "Open it by a link or a button of this service."),
    413: ("That was too much", "This page takes no such amount of data."),
}


def expected(request: Request, error: Exception) -> Response:
    """Show an error that this package raises on purpose."""
    status, title = _PROBLEMS.get(cast("type[AuthError]", type(error)), _UNEXPECTED)
    logger.warning("%s: %s", type(error).__name__, error)
    try_again = isinstance(error, ConnectError | HubSpotAnswer) and not isinstance(error, InviteRefused)
    response = _page(request, status, title, str(error), try_again=try_again)
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response


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
    context = {
        "title": title,
        "message": message,
        "try_again": try_again,
        "request_id": request_id_of(request) if status >= INTERNAL_SERVER_ERROR else None,
    }
    return templates.TemplateResponse(request, "problem.html", context, status_code=status)

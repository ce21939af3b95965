"""What machines that watch the service ask."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from auth_service import canary, schema
from auth_service.errors import AuthError
from auth_service.web.visitors import site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

logger = logging.getLogger(__name__)


def alive(_: Request) -> Response:
    """Say that the process runs."""
    return PlainTextResponse("alive\n")


def ready(request: Request) -> Response:
    """Say whether database, tables and keys are as they must be; why not, is in the log."""
    site = site_of(request)
    try:
        schema.require_current(site.engine)
        canary.verify_keys(site.engine, site.keyring)
    except AuthError as error:
        logger.error("not ready: %s", error)  # noqa: TRY400 - the line says it all
        return PlainTextResponse("not ready\n", status_code=503)
    return PlainTextResponse("ready\n")

"""The doors in front of the pages: who may enter, and which forms are let through.

Every route is made here, and is closed to all but admins unless it says otherwise. Pages are sync functions, run
in threads, because the database driver is sync.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from auth_service.web import forms
from auth_service.web.inputs import BIGINT_DIGITS
from auth_service.web.visitors import identify, site_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.web.forms import Form

    Page = Callable[[Request], Response]
    Action = Callable[[Request, Form], Response]


class _RowId(Convertor[int]):
    """A number in an address that fits into a row's id: PostgreSQL refuses longer ones."""

    regex = f"[0-9]{{1,{BIGINT_DIGITS}}}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("rowid", _RowId())


def page(path: str, shown: Page, *, name: str, open_to_all: bool = False, head: bool = True) -> Route:
    """Make a route that shows something.

    Args:
        path: Its address.
        shown: Makes the answer.
        name: By which it is logged and linked to.
        open_to_all: Whether it is for those without a login too.
        head: Whether it answers HEAD; a page that begins something must not, as link checkers send it.
    """

    def enter(request: Request) -> Response:
        if identify(request) is None and not open_to_all:
            return _sign_in_first(request)
        response = shown(request)
        forms.remember(request, response)
        return response

    route = Route(path, enter, name=name)
    route.methods = {"GET", "HEAD"} if head else {"GET"}
    return route


def action(path: str, done: Action, *, name: str, open_to_all: bool = False) -> Route:
    """Make a route that changes something: by POST only, and only with a form of this service."""

    def enter(request: Request, form: Form) -> Response:
        if identify(request) is None and not open_to_all:
            raise HTTPException(401, "Your session has ended. Nothing was done: sign in again.")
        response = done(request, form)
        forms.remember(request, response)
        return response

    async def read_and_enter(request: Request) -> Response:
        form = await forms.read(request)
        return await run_in_threadpool(enter, request, form)

    route = Route(path, read_and_enter, name=name)
    route.methods = {"POST"}
    return route


def probe(path: str, shown: Page, *, name: str) -> Route:
    """Make a route for machines that watch the service: it looks at nobody's cookies."""
    return Route(path, shown, name=name)


def to(request: Request, name: str, **parameters: object) -> Response:
    """Send the browser on to a page."""
    return RedirectResponse(request.url_for(name, **parameters).path, status_code=303)


def _sign_in_first(request: Request) -> Response:
    if site_of(request).password is None:
        raise HTTPException(401, "Only the login proxy leads in here. Open this service by its address.")
    return to(request, "sign_in")

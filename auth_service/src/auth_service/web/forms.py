"""Forms that only pages of this service can send: by the Origin of the request, and by a token in the form.

The token is derived from a secret in a cookie of the browser: the session's, or before there is one, the
visitor's. Another site can make a browser send the cookie, but cannot read it, so it cannot know the token.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from starlette.datastructures import FormData

from auth_service.errors import ForgedRequest
from auth_service.web import cookies
from auth_service.web.visitors import site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

FIELD = "form_token"
MOST_FIELDS = 20
LONGEST_TEXT = 4096
_MEDIA_TYPE = "application/x-www-form-urlencoded"


class Form:
    """The text fields of a form that was sent."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str) -> str:
        """Return a field without the space around it; empty if it is missing, doubled, or longer than any real one."""
        values = self._data.getlist(name)
        value = values[0] if len(values) == 1 else None
        return value.strip() if isinstance(value, str) and len(value) <= LONGEST_TEXT else ""

    def secret(self, name: str) -> str:
        """Return a field as it was typed: a password may begin with a space."""
        values = self._data.getlist(name)
        return values[0] if len(values) == 1 and isinstance(values[0], str) else ""


async def read(request: Request) -> Form:
    """Read the form of a request, and check that it came from a page of this service.

    Raises:
        ForgedRequest: It came from elsewhere, or without the token of this browser.
    """
    _check_origin(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    data = await request.form(max_fields=MOST_FIELDS) if media_type == _MEDIA_TYPE else FormData()
    form = Form(data)
    expected = _derive(_cookie_secret(request) or cookies.new_value())
    if not hmac.compare_digest(form.text(FIELD).encode(), expected.encode()):
        raise ForgedRequest(
            "This form is not the one that was handed to this browser: it is too old, or cookies are off. "
            "Nothing was done: open the page again."
        )
    return form


def token(request: Request) -> str:
    """Return the token that a form of this browser must carry; `remember` hands out the cookie it needs."""
    secret = _cookie_secret(request) or getattr(request.state, "new_visitor", None)
    if secret is None:
        secret = request.state.new_visitor = cookies.new_value()
    return _derive(secret)


def remember(request: Request, response: Response) -> None:
    """Give a visitor who was shown a form the cookie that its token belongs to."""
    if secret := getattr(request.state, "new_visitor", None):
        site_of(request).cookies.set(response, cookies.VISITOR, secret)


def _check_origin(request: Request) -> None:
    """Refuse what another site made the browser send.

    Pages here are shown with `Referrer-Policy: no-referrer`, so browsers say `Origin: null` of their own forms;
    what then tells them apart is `Sec-Fetch-Site`, which no page can set.
    """
    origins = request.headers.getlist("origin")
    sites = request.headers.getlist("sec-fetch-site")
    from_here = origins == [site_of(request).origin]
    unsaid = origins in ([], ["null"])
    if (from_here and sites in ([], ["same-origin"])) or (unsaid and sites == ["same-origin"]):
        return
    raise ForgedRequest(
        "This request comes from another site. Nothing was done: open this service by its own address, "
        "the one in PUBLIC_URL."
    )


def _cookie_secret(request: Request) -> str | None:
    jar = site_of(request).cookies
    return jar.find(request, cookies.SESSION) or jar.find(request, cookies.VISITOR)


def _derive(secret: str) -> str:
    return hmac.new(secret.encode(errors="replace"), b"form token", hashlib.sha256).hexdigest()

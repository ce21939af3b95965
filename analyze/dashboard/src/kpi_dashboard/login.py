"""The shared password, in front of everything that Streamlit serves.

Streamlit itself has no password: a script that asks for one forgets it at each reload. Here a cookie remembers, and
without it nothing is reached, neither the page's data (a WebSocket) nor downloads.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from kpi_dashboard import passwords

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
# What load balancers ask; it tells nothing but that the program runs.
_OPEN: Final = ("/_stcore/health",)

_SESSION_SECONDS: Final = 12 * 3600
_LONGEST_FORM: Final = 8 * 1024
_WINDOW_SECONDS: Final = 15 * 60
_ATTEMPTS_EACH, _ATTEMPTS_ALL = 10, 100

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · KPIs</title><style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ display: grid; place-items: center; min-height: 100vh; margin: 0; }}
form {{ display: grid; gap: .75rem; width: min(20rem, 85vw); }}
h1 {{ font-size: 1.25rem; margin: 0; }}
input, button {{ font: inherit; padding: .5rem .75rem; border-radius: .4rem; border: 1px solid #8888; }}
button {{ background: #0072b2; color: #fff; border-color: #0072b2; cursor: pointer; }}
p {{ margin: 0; color: light-dark(#a23b00, #ff9d66); }}
</style></head><body><form method="post" action="{action}">
<h1>KPIs of all portals</h1><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
{problem}<button>Sign in</button></form></body></html>"""

_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


@dataclass(slots=True)
class Attempts:
    """How often somebody has tried: so many in 15 minutes from one address, and from all."""

    _made: deque[tuple[float, str]] = field(default_factory=deque)

    def count(self, source: str, now: float) -> bool:
        """Note an attempt before it is made; False if there were too many and it must not be."""
        while self._made and self._made[0][0] < now - _WINDOW_SECONDS:
            self._made.popleft()
        here = sum(1 for _, other in self._made if other == source)
        if here >= _ATTEMPTS_EACH or len(self._made) >= _ATTEMPTS_ALL:
            return False
        self._made.append((now, source))
        return True

    def forgive(self, source: str) -> None:
        """Forget the attempts of an address that turned out to be right."""
        self._made = deque(attempt for attempt in self._made if attempt[1] != source)


class PasswordLogin:
    """ASGI middleware that lets nobody through who has not entered the password."""

    def __init__(self, app: ASGIApp, password_hash: str, *, secure: bool) -> None:
        self._app = app
        self._hash = password_hash
        self._secure = secure
        # Only over https, and then for this host alone, says the prefix.
        self._cookie = "__Host-kpi_dashboard" if secure else "kpi_dashboard"
        self._sessions: dict[str, float] = {}
        self._attempts = Attempts()
        # A hash takes 64 MiB while it is made: many sign-ins at once must not take many times that.
        self._one_at_a_time = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes with the cookie of a session; send everybody else to the password."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in _OPEN:
            await self._app(scope, receive, send)
            return
        signed_in = self._is_session(HTTPConnection(scope).cookies.get(self._cookie))
        if scope["type"] == "websocket":
            if signed_in:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 4401})
            return
        request = Request(scope, receive)
        if scope["path"] == SIGN_IN:
            response = await self._sign_in(request)
        elif scope["path"] == SIGN_OUT:
            response = self._sign_out(request)
        elif signed_in:
            await self._app(scope, receive, send)
            return
        elif request.headers.get("sec-fetch-mode", "navigate") == "navigate":
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            response = RedirectResponse(f"{SIGN_IN}?{urlencode({'next': wanted})}", 303, _HEADERS)
        else:
            response = PlainTextResponse("Sign in first", 401, _HEADERS)
        await response(scope, receive, send)

    async def _sign_in(self, request: Request) -> Response:
        where = _safe(request.query_params.get("next"))
        if request.method != "POST":
            return self._page(where)
        source = request.client.host if request.client else ""
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return self._page(where, "Please sign in on this page.", 403)
        if not self._attempts.count(source, time.monotonic()):
            return self._page(where, "There were too many attempts. Wait 15 minutes, then try again.", 429)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LONGEST_FORM:
                return self._page(where, "That is not the password.", 413)
        password = parse_qs(body.decode(errors="replace")).get("password", [""])[0]
        if not await run_in_threadpool(self._is_right, password):
            return self._page(where, "That is not the password.", 401)
        self._attempts.forgive(source)
        session = secrets.token_urlsafe(32)
        now = time.monotonic()
        self._sessions = {key: end for key, end in self._sessions.items() if end > now}
        self._sessions[session] = now + _SESSION_SECONDS
        response = RedirectResponse(where, 303, _HEADERS)
        response.set_cookie(
            self._cookie, session, _SESSION_SECONDS, secure=self._secure, httponly=True, samesite="lax"
        )
        return response

    def _sign_out(self, request: Request) -> Response:
        # Lax cookies come along with links of other sites: who follows one must not be signed out by it.
        if request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}:
            self._sessions.pop(request.cookies.get(self._cookie, ""), None)
        return RedirectResponse(SIGN_IN, 303, _HEADERS)

    def _is_session(self, cookie: str | None) -> bool:
        return cookie is not None and self._sessions.get(cookie, 0) > time.monotonic()

    def _is_right(self, password: str) -> bool:
        with self._one_at_a_time:
            return passwords.matches(password, self._hash)

    @staticmethod
    def _page(where: str, problem: str = "", status: int = 200) -> Response:
        said = f'<p role="alert">{escape(problem)}</p>' if problem else ""
        page = _PAGE.format(action=f"{SIGN_IN}?next={quote(where, safe='')}", problem=said)
        return HTMLResponse(page, status, _HEADERS)


def _safe(address: str | None) -> str:
    """A page of the dashboard, and never one of another site."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\", SIGN_IN)):
        return "/"
    return address

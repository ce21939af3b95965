"""The cookies: one for an admin's session, one for a visitor's forms, one for each connect attempt.

Each holds nothing but random bits, and is out of reach of scripts and of other sites' requests, except for
following a link here ("lax"): the way back from HubSpot is such a link.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auth_service.flows import LIFETIME, public_id

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.flows import StartedFlow

SESSION = "hubspot-auth-session"
VISITOR = "hubspot-auth-visitor"
_FLOW = "hubspot-flow-"

# Browsers send cookies in the order they were made: beyond this number the oldest attempts are given up,
# before the header grows too long for the server.
MOST_ATTEMPTS = 8
# As many letters as `secrets.token_urlsafe(32)` has; anything longer is not ours.
LONGEST_VALUE = 43


@dataclass(frozen=True, slots=True)
class Cookies:
    """Sets, finds and removes cookies.

    Args:
        secure: Whether browsers reach this service by https. Then names carry the prefix `__Host-`, which
            keeps other hosts of the same domain from planting such a cookie.
    """

    secure: bool

    def find(self, request: Request, name: str) -> str | None:
        """Return the value of a cookie, if the browser has it and it can be one of ours."""
        value = request.cookies.get(self._full(name))
        return value if value and len(value) <= LONGEST_VALUE else None

    def set(self, response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
        """Give a cookie to the browser, without `max_age` until it is closed."""
        response.set_cookie(
            self._full(name),
            value,
            max_age=max_age,
            path="/",
            secure=self.secure,
            httponly=True,
            # Not "strict": the browser must send it when HubSpot's page sends it back here.
            samesite="lax",
        )

    def remove(self, response: Response, name: str) -> None:
        """Take a cookie from the browser."""
        response.delete_cookie(self._full(name), path="/", secure=self.secure, httponly=True, samesite="lax")

    def set_flow(self, request: Request, response: Response, flow: StartedFlow) -> None:
        """Bind a new connect attempt to the browser, by a cookie of its own: attempts in two tabs both succeed."""
        self.remove_flows(request, response, keep=MOST_ATTEMPTS - 1)
        self.set(response, _flow_name(flow.state), flow.browser_secret, max_age=int(LIFETIME.total_seconds()))

    def find_flow(self, request: Request, state: str) -> str | None:
        """Return the secret this browser was given for an attempt, if any."""
        return self.find(request, _flow_name(state))

    def remove_flow(self, response: Response, state: str) -> None:
        """Forget a finished attempt."""
        self.remove(response, _flow_name(state))

    def remove_flows(self, request: Request, response: Response, *, keep: int = 0) -> None:
        """Forget the attempts of a browser, but for the newest."""
        prefix = self._full(_FLOW)
        names = [name.removeprefix(prefix) for name in request.cookies if name.startswith(prefix)]
        for name in names[: max(0, len(names) - keep)]:
            self.remove(response, _FLOW + name)

    def _full(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name


def new_value() -> str:
    """Make the value of a cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def _flow_name(state: str) -> str:
    return _FLOW + public_id(state)

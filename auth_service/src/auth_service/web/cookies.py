"""The cookie that binds a connect attempt to the browser that started it.

Each attempt has a cookie of its own, so that attempts in two tabs do not overwrite each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auth_service.flows import LIFETIME, public_id

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.flows import StartedFlow

# Browsers send cookies in the order they were made: beyond this number the oldest attempts are given up,
# before the header grows too long for the server.
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class FlowCookies:
    """Sets, finds and removes the cookies of connect attempts.

    Args:
        secure: Whether browsers reach this service by https. Then the name carries the prefix `__Host-`, which
            keeps other hosts of the same domain from planting such a cookie.
    """

    secure: bool

    @property
    def _prefix(self) -> str:
        return "__Host-hubspot-flow-" if self.secure else "hubspot-flow-"

    def set(self, request: Request, response: Response, flow: StartedFlow) -> None:
        """Give a new attempt's secret to the browser."""
        names = [name for name in request.cookies if name.startswith(self._prefix)]
        for name in names[: len(names) - MOST_ATTEMPTS + 1 if len(names) >= MOST_ATTEMPTS else 0]:
            self._expire(response, name)
        response.set_cookie(
            self._name(flow.state),
            flow.browser_secret,
            max_age=int(LIFETIME.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            # Not "strict": the browser must send it when HubSpot's page sends it back here.
            samesite="lax",
        )

    def find(self, request: Request, state: str) -> str | None:
        """Return the secret this browser was given for an attempt, if any."""
        return request.cookies.get(self._name(state))

    def remove(self, response: Response, state: str) -> None:
        """Forget a finished attempt."""
        self._expire(response, self._name(state))

    def _name(self, state: str) -> str:
        return self._prefix + public_id(state)

    def _expire(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")

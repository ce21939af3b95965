"""The HTTP shell around `hubspot_requests` and `hubspot_answers`: sends, bounds and never retries.

Whoever asks for a refresh holds a row lock meanwhile, so a call is bounded in time and size, and retrying is
left to those who hold nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import httpx2

from auth_service import hubspot_answers, hubspot_requests
from auth_service.errors import HubSpotUnavailable
from auth_service.settings import LOOPBACK_HOSTS

if TYPE_CHECKING:
    from types import TracebackType

    from auth_service.hubspot_answers import Answer, Introspection, TokenGrant

# Shorter than the lock and idle timeouts of `tokens`, so that a slow HubSpot never loses the lock's holder.
CONNECT_SECONDS = 4.0
READ_SECONDS = 8.0
WHOLE_ANSWER_SECONDS = 10.0
LARGEST_ANSWER_BYTES = 1_000_000


class OAuthClient:
    """Speaks to the OAuth and account-info endpoints as one HubSpot app. Safe to share between threads.

    Every method raises HubSpotUnavailable, AppCredentialsRejected or AppRequestRejected; those that use a
    grant also raise GrantRefused.
    """

    def __init__(
        self,
        *,
        api_url: str,
        client_id: str,
        client_secret: str,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.client_id = client_id
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._http = httpx2.Client(
            base_url=api_url,
            timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            headers={"Accept": "application/json", "User-Agent": "hubspot-portals-auth"},
            transport=transport,
            # A proxy from the environment never stands between this process and its own machine.
            trust_env=urlsplit(api_url).hostname not in LOOPBACK_HOSTS,
        )

    def exchange_code(self, code: str, *, redirect_uri: str, verifier: str) -> TokenGrant:
        """Turn an authorization code into tokens. A code works once."""
        form = hubspot_requests.code_form(code, redirect_uri=redirect_uri, verifier=verifier)
        return hubspot_answers.read_grant(self._post(hubspot_requests.TOKEN_PATH, form))

    def refresh(self, refresh_token: str) -> TokenGrant:
        """Ask for a new access token."""
        return hubspot_answers.read_grant(
            self._post(hubspot_requests.TOKEN_PATH, hubspot_requests.refresh_form(refresh_token))
        )

    def introspect(self, access_token: str) -> Introspection:
        """Ask what a token is for."""
        form = hubspot_requests.token_form(access_token, "access_token")
        return hubspot_answers.read_introspection(self._post(hubspot_requests.INTROSPECT_PATH, form))

    def revoke(self, refresh_token: str) -> None:
        """Make HubSpot forget a refresh token; access tokens made from it live on for up to 30 minutes."""
        answer = self._post(
            hubspot_requests.REVOKE_PATH, hubspot_requests.token_form(refresh_token, "refresh_token")
        )
        if answer.status not in {200, 204}:
            raise hubspot_answers.failure(answer)

    def uninstall(self, access_token: str) -> None:
        """Remove the app from the token's portal; HubSpot tells the portal's admins by mail."""
        request = self._http.build_request(
            "DELETE", hubspot_requests.UNINSTALL_PATH, headers={"Authorization": f"Bearer {access_token}"}
        )
        answer = self._send(request)
        if answer.status not in {200, 204}:
            raise hubspot_answers.failure(answer)

    def account_details(self, access_token: str) -> dict[str, Any]:
        """Read the portal's account information, as HubSpot says it."""
        request = self._http.build_request(
            "GET", hubspot_requests.ACCOUNT_PATH, headers={"Authorization": f"Bearer {access_token}"}
        )
        return hubspot_answers.read_account_details(self._send(request))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _post(self, path: str, form: dict[str, str]) -> Answer:
        return self._send(self._http.build_request("POST", path, data=self._credentials | form))

    def _send(self, request: httpx2.Request) -> Answer:
        deadline = time.monotonic() + WHOLE_ANSWER_SECONDS
        body = bytearray()
        try:
            response = self._http.send(request, stream=True)
            try:
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > LARGEST_ANSWER_BYTES or time.monotonic() > deadline:
                        raise HubSpotUnavailable(
                            "HubSpot's answer does not end: try again later", code="endless_answer"
                        )
            finally:
                response.close()
        except httpx2.TimeoutException:
            raise HubSpotUnavailable(
                "HubSpot did not answer in time: try again later", code="timeout"
            ) from None
        except httpx2.HTTPError as error:
            # Not chained: the text of a transport error may quote what was sent.
            raise HubSpotUnavailable(
                f"HubSpot could not be reached ({type(error).__name__}): try again later", code="network"
            ) from None
        return hubspot_answers.Answer(response.status_code, bytes(body), response.headers.get("retry-after"))

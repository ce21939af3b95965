"""What is said to HubSpot's OAuth endpoints: pure functions, no network.

Secrets travel in request bodies and headers only, never in an address.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

# Of every address that is asked, the tap's too; before another one, see the list in docs/upgrading.md.
API_VERSION = "2026-09"  # the v1 OAuth endpoints, with their secrets in URLs, end on 2027-02-16
TOKEN_PATH = f"/oauth/{API_VERSION}/token"
INTROSPECT_PATH = f"/oauth/{API_VERSION}/token/introspect"
REVOKE_PATH = f"/oauth/{API_VERSION}/token/revoke"
UNINSTALL_PATH = f"/appinstalls/{API_VERSION}/external-install"
ACCOUNT_PATH = f"/account-info/{API_VERSION}/details"


def authorize_url(  # noqa: PLR0913 - they are the parameters of the page
    app_url: str,
    *,
    client_id: str,
    redirect_uri: str,
    scopes: tuple[str, ...],
    optional_scopes: tuple[str, ...],
    state: str,
    challenge: str,
    portal_id: int | None = None,
) -> str:
    """Build the address of HubSpot's consent page; a portal id makes HubSpot preselect that portal."""
    query = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "optional_scope": " ".join(optional_scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    path = "/oauth/authorize" if portal_id is None else f"/oauth/{portal_id}/authorize"
    return f"{app_url}{path}?{urlencode(query, quote_via=quote)}"


def code_form(code: str, *, redirect_uri: str, verifier: str) -> dict[str, str]:
    """Build the form that exchanges an authorization code."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }


def refresh_form(refresh_token: str) -> dict[str, str]:
    """Build the form that asks for a new access token."""
    return {"grant_type": "refresh_token", "refresh_token": refresh_token}


def token_form(token: str, hint: str) -> dict[str, str]:
    """Build the form that introspects or revokes a token (`hint`: access_token or refresh_token)."""
    return {"token": token, "token_type_hint": hint}

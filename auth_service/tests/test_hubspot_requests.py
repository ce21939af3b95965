from __future__ import annotations

from auth_service.hubspot_requests import authorize_url


def test_the_address_of_the_consent_page() -> None:
    url = authorize_url(
        "https://app.hubspot.com",
        client_id="id",
        redirect_uri="https://connect.example.com/auth/hubspot/callback",
        scopes=("oauth", "a.read"),
        optional_scopes=("b.read",),
        state="s",
        challenge="c",
        portal_id=7,
    )
    assert url == (
        "https://app.hubspot.com/oauth/7/authorize?client_id=id"
        "&redirect_uri=https%3A%2F%2Fconnect.example.com%2Fauth%2Fhubspot%2Fcallback"
        "&scope=oauth%20a.read&optional_scope=b.read&state=s&code_challenge=c&code_challenge_method=S256"
    )

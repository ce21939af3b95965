"""What is read from HubSpot's answers; how the HTTP shell behaves is in test_hubspot_oauth.py."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.errors import (
    AppCredentialsRejected,
    AppRequestRejected,
    AuthError,
    GrantRefused,
    HubSpotUnavailable,
)
from auth_service.hubspot_answers import (
    MEANINGS,
    Answer,
    Meaning,
    failure,
    read_account_details,
    read_grant,
    read_introspection,
)


def answer(http_status: int = 200, retry_after: str | None = None, /, **content: object) -> Answer:
    return Answer(http_status, json.dumps(content).encode(), retry_after)


GRANT = {"access_token": "A", "refresh_token": "R", "expires_in": 1800}


def test_a_full_grant_is_read() -> None:
    grant = read_grant(answer(**GRANT, hub_id=7, scopes=["oauth", "tickets"], token_type="bearer", user_id=1))
    assert (grant.access_token, grant.refresh_token, grant.expires_in) == ("A", "R", 1800)
    assert (grant.portal_id, grant.scopes) == (7, {"oauth", "tickets"})


def test_a_grant_with_only_what_oauth_demands_is_read() -> None:
    grant = read_grant(answer(access_token="A", expires_in=1800))
    assert (grant.refresh_token, grant.portal_id, grant.scopes) == (None, None, None)


def test_scopes_may_come_as_the_text_of_rfc_6749() -> None:
    assert read_grant(answer(**GRANT, scopes="oauth tickets")).scopes == {"oauth", "tickets"}


@pytest.mark.parametrize(
    "change",
    [
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "two words"},
        {"access_token": "line\r\nX-Injected: 1"},
        {"access_token": "tökén"},
        {"refresh_token": ""},
        {"refresh_token": ["R"]},
        {"expires_in": None},
        {"expires_in": 0},
        {"expires_in": -1},
        {"expires_in": True},
        {"expires_in": "soon"},
        {"expires_in": 2**40},
    ],
    ids=repr,
)
def test_a_grant_that_cannot_be_used_is_unreadable_not_refused(change: dict[str, object]) -> None:
    with pytest.raises(HubSpotUnavailable, match="could not be read") as raised:
        read_grant(answer(**GRANT | change))
    assert raised.value.code == "unreadable_answer"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'"A"',
        b"{",
        b"\xff",
        b'{"x": NaN}',
        b'{"a": "\\u0000"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_object_is_unreadable(body: bytes) -> None:
    for read in (read_grant, read_introspection, read_account_details):
        with pytest.raises(HubSpotUnavailable, match="could not be read"):
            read(Answer(200, body))


def test_half_a_surrogate_pair_is_unreadable_because_no_database_stores_it() -> None:
    with pytest.raises(HubSpotUnavailable):
        read_account_details(Answer(200, b'{"portalId": 1, "portalName": "\\ud800"}'))


def test_a_live_token_is_introspected() -> None:
    found = read_introspection(
        answer(active=True, hub_id=7, hub_domain="acme.example", scopes=["oauth"], token="A")
    )
    assert (found.portal_id, found.hub_domain, found.scopes) == (7, "acme.example", {"oauth"})


@pytest.mark.parametrize("content", [{"active": False}, {"active": "true", "hub_id": 7}, {"hub_id": 7}])
def test_a_token_that_is_not_live_has_no_portal(content: dict[str, object]) -> None:
    assert read_introspection(answer(**content)).portal_id is None


def test_account_details_are_kept_as_hubspot_says_them() -> None:
    details = {"portalId": 7, "timeZone": "US/Eastern", "additionalCurrencies": [], "newField": {"a": [1]}}
    assert read_account_details(answer(**details)) == details


@pytest.mark.parametrize("portal_id", [None, "7", 0, -1, True, 2**63])
def test_account_details_without_a_portal_are_unreadable(portal_id: object) -> None:
    with pytest.raises(HubSpotUnavailable):
        read_account_details(answer(portalId=portal_id))


# --- failures ---------------------------------------------------------------------------------------------------

KINDS = {
    Meaning.APP_CREDENTIALS: AppCredentialsRejected,
    Meaning.APP_REQUEST: AppRequestRejected,
    Meaning.GRANT: GrantRefused,
}


@pytest.mark.parametrize("code", MEANINGS)
@pytest.mark.parametrize("field", ["error", "status"])
def test_a_known_code_means_what_the_table_says_in_either_field(code: str, field: str) -> None:
    assert type(failure(answer(400, **{field: code}))) is KINDS[MEANINGS[code]]


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        ("invalid_grant", "BAD_REFRESH_TOKEN", GrantRefused),
        ("invalid_grant", "BAD_AUTH_CODE", GrantRefused),
        ("access_denied", "BAD_HUB", GrantRefused),
        ("invalid_client", "BAD_CLIENT_ID", AppCredentialsRejected),
        ("invalid_client", "BAD_CLIENT_SECRET", AppCredentialsRejected),
        ("invalid_request", "BAD_REDIRECT_URI", AppRequestRejected),
        ("invalid_grant", "BAD_CODE_VERIFIER", AppRequestRejected),
        ("invalid_scope", "BAD_SCOPES", AppRequestRejected),
        ("invalid_grant", "BAD_CLIENT_SECRET", AppCredentialsRejected),
        ("invalid_grant", "something new", GrantRefused),
        ("something new", "something new", HubSpotUnavailable),
    ],
)
def test_where_the_fields_disagree_the_app_is_blamed_before_the_grant(
    error: str, status: str, kind: type[AuthError]
) -> None:
    assert type(failure(answer(400, error=error, status=status))) is kind


@pytest.mark.parametrize("status", [408, 423, 425, 429, 477, 500, 502, 503, 504, 521, 524, 301])
def test_a_passing_trouble_is_no_refusal_whatever_its_body_says(status: int) -> None:
    error = failure(answer(status, error="invalid_grant"))
    assert isinstance(error, HubSpotUnavailable)
    assert error.code == f"http_{status}"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), (None, None), ("", None), ("soon", None), ("-1", None), ("²", None)],
)
def test_the_wait_is_read_in_seconds(header: str | None, seconds: float | None) -> None:
    error = failure(answer(429, header))
    assert isinstance(error, HubSpotUnavailable)
    assert error.retry_after == seconds


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    [
        "access_token",
        "refresh_token",
        "expires_in",
        "hub_id",
        "scopes",
        "active",
        "hub_domain",
        "portalId",
        "error",
    ]
)
bodies = st.binary() | st.dictionaries(fields, json_values).map(lambda content: json.dumps(content).encode())


@given(st.integers(100, 599), bodies, st.none() | st.text())
def test_whatever_arrives_is_read_or_is_an_error_of_ours(
    status: int, body: bytes, retry_after: str | None
) -> None:
    for read in (read_grant, read_introspection, read_account_details):
        with suppress(AuthError):
            read(Answer(status, body, retry_after))

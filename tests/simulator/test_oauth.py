from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.support import DE, US, Api, tiny

if TYPE_CHECKING:
    from httpx2 import Response

    from tests.hubspot_simulator import Simulator

SCOPES = ("oauth", "crm.objects.contacts.read")
VERIFIER = "a-verifier-of-at-least-forty-three-characters-in-length"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Browser:
    """An app and a browser together: what an OAuth client does against both hosts."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.client = Api(simulator).client
        self.redirect_uri = simulator.redirect_uris[0]

    def authorize(self, portal_id: int | None = None, **changes: str) -> Response:
        params = {
            "client_id": self.simulator.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
            "state": "the state",
            **changes,
        }
        path = f"/oauth/{portal_id}/authorize" if portal_id else "/oauth/authorize"
        return self.client.get(path, params=params)

    def code(self, portal_id: int = US, **changes: str) -> str:
        return returned(self.authorize(portal_id, **changes))["code"]

    def token(self, grant_type: str, **fields: str) -> Response:
        form = {
            "grant_type": grant_type,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            **fields,
        }
        return self.client.post("/oauth/2026-09/token", data=form)

    def exchange(self, code: str, **fields: str) -> Response:
        return self.token("authorization_code", **{"code": code, "redirect_uri": self.redirect_uri, **fields})

    def post(self, path: str, token: str) -> Response:
        form = {
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "token": token,
        }
        return self.client.post(f"/oauth/2026-09/token/{path}", data=form)


def returned(answer: Response) -> dict[str, str]:
    assert answer.status_code == 302
    return {name: value for name, [value] in parse_qs(urlsplit(answer.headers["location"]).query).items()}


@pytest.fixture
def browser(simulator: Simulator) -> Browser:
    return Browser(simulator)


def assert_refused(answer: Response, status: str, error: str) -> None:
    body = answer.json()
    assert answer.status_code == 400
    assert (body["status"], body["error"]) == (status, error)
    assert body["message"] == body["error_description"]


# The browser's part


def test_the_state_comes_back_unchanged(browser: Browser) -> None:
    assert returned(browser.authorize(US, state="§ & =?"))["state"] == "§ & =?"


def test_a_portal_in_the_path_is_the_one_that_is_connected(browser: Browser) -> None:
    grant = browser.exchange(browser.code(DE)).json()

    assert grant["hub_id"] == DE


def test_automatic_consent_takes_one_portal_after_the_other(browser: Browser) -> None:
    connected = [browser.exchange(returned(browser.authorize())["code"]).json()["hub_id"] for _ in range(2)]

    assert connected == [US, DE]


def test_a_portal_can_be_chosen_with_the_simulator_s_own_parameter(browser: Browser) -> None:
    code = returned(browser.authorize(simulator_portal=str(DE)))["code"]

    assert browser.exchange(code).json()["hub_id"] == DE


def test_cancelling_comes_back_with_an_error_and_the_state(browser: Browser) -> None:
    params = returned(browser.authorize(US, simulator_consent="deny"))

    assert (params["error"], params["state"]) == ("access_denied", "the state")
    assert "code" not in params


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"client_id": "another"}, "no app"),
        ({"redirect_uri": "http://localhost:8090/auth/hubspot/callback/"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:8090/auth/hubspot/callback?x=1"}, "redirect_uri"),
        ({"scope": "oauth"}, "crm.objects.contacts.read"),
        ({"simulator_portal": "5"}, "account 5"),
    ],
)
def test_a_wrong_authorize_request_shows_a_page_and_never_redirects(
    browser: Browser, changes: dict[str, str], text: str
) -> None:
    answer = browser.authorize(None, **changes)

    assert answer.status_code == 400
    assert text in answer.text


def test_optional_scopes_are_dropped_silently_where_the_subscription_lacks_them(browser: Browser) -> None:
    optional = "crm.objects.deals.read marketing.campaigns.read"

    american = browser.exchange(browser.code(US, optional_scope=optional)).json()
    german = browser.exchange(browser.code(DE, optional_scope=optional)).json()

    assert set(american["scopes"]) - set(german["scopes"]) == {"marketing.campaigns.read"}


def test_a_required_scope_that_the_subscription_lacks_shows_an_error_page(browser: Browser) -> None:
    answer = browser.authorize(DE, scope=" ".join([*SCOPES, "marketing.campaigns.read"]))

    assert answer.status_code == 400


def test_clicked_consent_shows_a_page_whose_form_leads_back() -> None:
    browser = Browser(tiny(consent="clicked"))
    page = browser.authorize(state='"><script>')

    assert page.status_code == 200
    assert "Allow" in page.text
    assert "Kessler Pumpen" in page.text
    assert "<script>" not in page.text
    assert "code" in returned(browser.authorize(simulator_portal=str(DE), simulator_consent="automatic"))


def test_a_preselected_portal_is_the_only_choice_on_the_page() -> None:
    page = Browser(tiny(consent="clicked")).authorize(DE)

    assert "Kessler Pumpen" in page.text
    assert "Alder" not in page.text


@pytest.mark.parametrize(
    "uri", ["http://example.com/cb", "https://10.0.0.1/cb", "http://127.0.0.1:8090/cb", "ftp://x.y/"]
)
def test_redirect_uris_that_hubspot_would_not_save_are_refused_at_the_start(uri: str) -> None:
    with pytest.raises(ValueError, match="refuses the redirect URI"):
        tiny(redirect_uris=[uri])


# Codes


def test_a_code_becomes_tokens_of_its_portal(browser: Browser) -> None:
    grant = browser.exchange(browser.code(US)).json()

    assert (grant["token_type"], grant["expires_in"], grant["hub_id"]) == ("bearer", 1800, US)
    assert set(grant["scopes"]) == set(SCOPES)
    assert grant["access_token"].startswith("na1-")
    details = Api(browser.simulator, token=grant["access_token"]).get("/account-info/2026-09/details").json()
    assert details["portalId"] == US


def test_tokens_carry_their_hublet(browser: Browser) -> None:
    assert browser.exchange(browser.code(DE)).json()["access_token"].startswith("eu1-")


def test_a_code_works_once(browser: Browser) -> None:
    code = browser.code()
    browser.exchange(code)

    assert_refused(browser.exchange(code), "BAD_AUTH_CODE", "invalid_grant")


def test_a_code_lives_for_a_minute(browser: Browser) -> None:
    code = browser.code()
    browser.simulator.clock.advance(60)

    assert_refused(browser.exchange(code), "BAD_AUTH_CODE", "invalid_grant")


def test_the_redirect_uri_must_be_repeated_exactly(browser: Browser) -> None:
    answer = browser.exchange(browser.code(), redirect_uri=browser.redirect_uri + "/")

    assert_refused(answer, "BAD_REDIRECT_URI", "invalid_request")


@pytest.mark.parametrize("verifier", ["", "another-verifier"])
def test_a_challenge_asks_for_its_verifier(browser: Browser, verifier: str) -> None:
    code = browser.code(code_challenge=CHALLENGE, code_challenge_method="S256")

    assert_refused(browser.exchange(code, code_verifier=verifier), "BAD_CODE_VERIFIER", "invalid_grant")


def test_the_right_verifier_is_accepted(browser: Browser) -> None:
    code = browser.code(code_challenge=CHALLENGE, code_challenge_method="S256")

    assert browser.exchange(code, code_verifier=VERIFIER).status_code == 200


def test_a_plain_challenge_is_its_own_verifier(browser: Browser) -> None:
    assert browser.exchange(browser.code(code_challenge=VERIFIER), code_verifier=VERIFIER).status_code == 200


def test_a_refused_verifier_uses_the_code_up(browser: Browser) -> None:
    code = browser.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    browser.exchange(code, code_verifier="wrong")

    assert_refused(browser.exchange(code, code_verifier=VERIFIER), "BAD_AUTH_CODE", "invalid_grant")


# Refresh tokens


def test_refreshing_gives_a_new_access_token_and_the_same_refresh_token(browser: Browser) -> None:
    first = browser.exchange(browser.code()).json()
    second = browser.token("refresh_token", refresh_token=first["refresh_token"]).json()

    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]


def test_refreshing_leaves_the_older_access_token_alive(browser: Browser) -> None:
    first = browser.exchange(browser.code()).json()
    browser.token("refresh_token", refresh_token=first["refresh_token"])

    assert Api(browser.simulator, token=first["access_token"]).page().status_code == 200


def test_refresh_tokens_can_be_made_to_rotate(browser: Browser) -> None:
    browser.simulator.portal(US).options.rotate_refresh_tokens = True
    first = browser.simulator.issue_refresh_token(US)
    second = browser.token("refresh_token", refresh_token=first).json()["refresh_token"]

    assert second != first
    assert_refused(browser.token("refresh_token", refresh_token=first), "BAD_REFRESH_TOKEN", "invalid_grant")
    assert browser.token("refresh_token", refresh_token=second).status_code == 200


def test_refresh_tokens_do_not_expire(browser: Browser) -> None:
    refresh_token = browser.simulator.issue_refresh_token(US)
    browser.simulator.clock.advance(400 * 86_400)

    assert browser.token("refresh_token", refresh_token=refresh_token).status_code == 200


@pytest.mark.parametrize("text", ["", "na1-nonsense", "na1-e30.00", "na1-é.x"])
def test_text_that_is_no_refresh_token_is_refused(browser: Browser, text: str) -> None:
    assert_refused(browser.token("refresh_token", refresh_token=text), "BAD_REFRESH_TOKEN", "invalid_grant")


def test_an_access_token_does_not_refresh(browser: Browser) -> None:
    access_token = browser.simulator.issue_access_token(US)

    assert_refused(
        browser.token("refresh_token", refresh_token=access_token), "BAD_REFRESH_TOKEN", "invalid_grant"
    )


def test_a_deleted_portal_is_an_unknown_hub(browser: Browser) -> None:
    refresh_token = browser.simulator.issue_refresh_token(US)
    browser.simulator.portal(US).deleted = True

    assert_refused(browser.token("refresh_token", refresh_token=refresh_token), "BAD_HUB", "access_denied")


# Clients and grants


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"client_id": "another"}, "BAD_CLIENT_ID"), ({"client_secret": "wrong"}, "BAD_CLIENT_SECRET")],
)
def test_wrong_app_credentials_say_invalid_client_and_nothing_about_the_portal(
    browser: Browser, wrong: dict[str, str], status: str
) -> None:
    refresh_token = browser.simulator.issue_refresh_token(US)

    answer = browser.token("refresh_token", refresh_token=refresh_token, **wrong)

    assert_refused(answer, status, "invalid_client")
    assert browser.token("refresh_token", refresh_token=refresh_token).status_code == 200


def test_an_unknown_grant_type_is_refused(browser: Browser) -> None:
    assert_refused(browser.token("password"), "BAD_GRANT_TYPE", "unsupported_grant_type")


def test_parameters_in_the_query_string_do_not_count(browser: Browser) -> None:
    answer = browser.client.post(
        "/oauth/2026-09/token",
        params={
            "grant_type": "refresh_token",
            "client_id": browser.simulator.client_id,
            "refresh_token": "x",
        },
    )

    assert_refused(answer, "BAD_CLIENT_ID", "invalid_client")


# Introspect, revoke, uninstall


def test_introspection_describes_a_good_token(browser: Browser) -> None:
    refresh_token = browser.simulator.issue_refresh_token(DE, SCOPES)
    access_token = browser.simulator.issue_access_token(DE, SCOPES)
    browser.simulator.clock.advance(100)

    refresh, access = (browser.post("introspect", token).json() for token in (refresh_token, access_token))

    assert (refresh["active"], refresh["hub_id"], refresh["token_use"]) == (True, DE, "refresh_token")
    assert (access["expires_in"], access["hub_domain"]) == (1_700, "kessler-pumpen.example")
    assert set(access["scopes"]) == set(SCOPES)
    assert access["client_id"] == browser.simulator.client_id
    assert "expires_in" not in refresh


def test_introspection_of_anything_else_says_inactive_and_no_more(browser: Browser) -> None:
    expired = browser.simulator.issue_access_token(US, expires_in=0)

    assert [browser.post("introspect", token).json() for token in ("x", expired)] == [{"active": False}] * 2


def test_introspection_needs_the_app_s_credentials(browser: Browser) -> None:
    answer = browser.client.post("/oauth/2026-09/token/introspect", data={"token": "x"})

    assert_refused(answer, "BAD_CLIENT_ID", "invalid_client")


def test_revoking_kills_the_refresh_token_but_not_issued_access_tokens(browser: Browser) -> None:
    grant = browser.exchange(browser.code()).json()
    other = browser.simulator.issue_refresh_token(US)

    assert browser.post("revoke", grant["refresh_token"]).status_code == 200

    refused = browser.token("refresh_token", refresh_token=grant["refresh_token"])
    assert_refused(refused, "BAD_REFRESH_TOKEN", "invalid_grant")
    assert Api(browser.simulator, token=grant["access_token"]).page().status_code == 200
    assert browser.token("refresh_token", refresh_token=other).status_code == 200
    assert browser.simulator.portal(US).installation.installed


def test_uninstalling_kills_every_token_of_the_portal_and_of_no_other(browser: Browser) -> None:
    grant = browser.exchange(browser.code()).json()
    foreign = browser.simulator.issue_refresh_token(DE)
    api = Api(browser.simulator, token=grant["access_token"])

    assert api.delete("/appinstalls/2026-09/external-install").status_code == 204

    assert api.page().status_code == 401
    refused = browser.token("refresh_token", refresh_token=grant["refresh_token"])
    assert_refused(refused, "BAD_REFRESH_TOKEN", "invalid_grant")
    assert browser.token("refresh_token", refresh_token=foreign).status_code == 200


def test_a_portal_can_be_connected_again_after_an_uninstall(browser: Browser) -> None:
    browser.exchange(browser.code())
    browser.simulator.revoke(US)

    again = browser.exchange(browser.code()).json()

    assert Api(browser.simulator, token=again["access_token"]).page().status_code == 200
    assert browser.token("refresh_token", refresh_token=again["refresh_token"]).status_code == 200


def test_revoking_can_leave_access_tokens_to_live_out_their_half_hour(browser: Browser) -> None:
    grant = browser.exchange(browser.code()).json()

    browser.simulator.revoke(US, keep_access_tokens=True)

    assert Api(browser.simulator, token=grant["access_token"]).page().status_code == 200
    refused = browser.token("refresh_token", refresh_token=grant["refresh_token"])
    assert_refused(refused, "BAD_REFRESH_TOKEN", "invalid_grant")


def test_tokens_never_reach_the_request_log(browser: Browser) -> None:
    grant = browser.exchange(browser.code()).json()
    browser.token("refresh_token", refresh_token=grant["refresh_token"])
    browser.client.get(f"/oauth/v1/access-tokens/{grant['access_token']}")

    written = repr(list(browser.simulator.requests))

    assert browser.simulator.requests.count(route="oauth.token", portal_id=US, status=200) == 2
    assert not any(
        secret in written for secret in (grant["access_token"], grant["refresh_token"], "demo-secret")
    )

"""The doctor: one line for each thing, with the cure, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import select, update

from auth_service import canary, connections, doctor
from auth_service.crypto import new_key
from auth_service.database import transaction
from auth_service.passwords import PasswordHash
from auth_service.settings import Settings
from auth_service.tables import portal_connections, token_keys_canary

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from auth_service.tests.conftest import Connect, FakeHubSpot

Examine = Callable[..., dict[str, doctor.Finding]]


@pytest.fixture
def examine(token_database_url: str, keys: str, hubspot: FakeHubSpot, tmp_path: Path) -> Examine:
    """Examine good settings but for the changes; give the findings that are not right, or all of them."""
    good = {
        "DATABASE_URL": token_database_url,
        "TOKEN_KEYS": keys,
        "HUBSPOT_CLIENT_ID": hubspot.client_id,
        "HUBSPOT_CLIENT_SECRET": hubspot.client_secret,
        "HUBSPOT_API_URL": "https://api.hubapi.example",
        "HUBSPOT_APP_URL": "https://app.hubspot.example",
        "PUBLIC_URL": "https://connect.example.com",
        "ADMIN_PASSWORD_HASH": str(PasswordHash.of("MARKER-password", log2_cost=14)),
    }
    page = httpx2.Response(200)

    def answer(request: httpx2.Request) -> httpx2.Response:
        return page if request.url.host.startswith("app.") else hubspot(request)

    def examine(*, consent_page: httpx2.Response | None = None, **changes: str) -> dict[str, doctor.Finding]:
        nonlocal page
        page = consent_page or page
        settings = Settings.from_environment(good | changes, tmp_path)
        found = list(doctor.examine(settings, transport=httpx2.MockTransport(answer)))
        assert all("\n" not in finding.says and "MARKER" not in finding.says for finding in found)
        return {finding.check: finding for finding in found}

    return examine


def wrong(found: dict[str, doctor.Finding]) -> dict[str, str]:
    return {check: finding.says for check, finding in found.items() if finding.ok is False}


def unseen(found: dict[str, doctor.Finding]) -> set[str]:
    return {check for check, finding in found.items() if finding.ok is None}


def test_a_good_configuration_is_good_in_every_line(examine: Examine, connect: Connect) -> None:
    connect()
    found = examine()
    assert wrong(found) == {}
    assert list(found) == [
        "settings",
        "database",
        "tables",
        "keys",
        "portals",
        "scopes",
        "HubSpot app",
        "redirect URL",
    ]
    assert "https://connect.example.com/auth/hubspot/callback" in found["redirect URL"].says


def test_looking_changes_nothing(examine: Examine, engine: Engine) -> None:
    assert "new to this database: k1" in examine()["keys"].says
    with transaction(engine) as connection:
        assert connection.execute(select(token_keys_canary)).all() == []


@pytest.mark.usefixtures("engine")
def test_a_missing_setting_is_named_and_what_needs_it_is_not_looked_at(examine: Examine) -> None:
    found = examine(HUBSPOT_CLIENT_SECRET="", TOKEN_KEYS="")
    assert wrong(found)["settings"].startswith("HUBSPOT_CLIENT_SECRET is not set")
    assert unseen(found) == {"keys", "HubSpot app"}


def test_a_database_that_does_not_answer_is_one_line(examine: Examine) -> None:
    found = examine(DATABASE_URL="postgresql://user:MARKER@127.0.0.1:1/none")
    assert "does not answer" in wrong(found)["database"]
    assert "tables" not in found
    assert found["HubSpot app"].ok


def test_missing_tables_say_how_they_are_made(examine: Examine, database_url: str) -> None:
    found = examine(DATABASE_URL=database_url)
    assert "run: hubspot-auth migrate" in wrong(found)["tables"]


def test_a_wrong_key_is_found(examine: Examine, engine: Engine, keyring: Keyring) -> None:
    canary.verify_keys(engine, keyring)
    assert "is not the key that this database knows" in wrong(examine(TOKEN_KEYS=f"k1:{new_key()}"))["keys"]


def test_portals_to_reconnect_and_scopes_that_lack_are_named(
    examine: Examine, connect: Connect, engine: Engine
) -> None:
    connect(1)
    connect(2)
    with transaction(engine) as connection:
        connections.mark_reauth_required(connection, 1, "invalid_grant")
        connection.execute(update(portal_connections).values(scopes=["oauth"]))
    found = wrong(examine())
    assert "portal 1 (Company 1) is no longer let in by HubSpot (invalid_grant)" in found["portals"]
    assert "portal 2 did not grant crm.objects.companies.read, " in found["scopes"]


@pytest.mark.usefixtures("engine")
def test_a_wrong_client_secret_is_found(examine: Examine) -> None:
    found = wrong(examine(HUBSPOT_CLIENT_SECRET="wrong"))
    assert "check HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET" in found["HubSpot app"]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("status", [400, 404])
def test_a_consent_page_that_refuses_the_app_says_which_redirect_url_it_needs(
    examine: Examine, status: int
) -> None:
    found = wrong(examine(consent_page=httpx2.Response(status)))
    assert "enter the redirect URL https://connect.example.com/auth/hubspot/callback" in found["redirect URL"]


@pytest.mark.usefixtures("engine")
def test_an_address_without_a_name_cannot_be_a_redirect_url(examine: Examine) -> None:
    assert "takes no IP address" in wrong(examine(PUBLIC_URL="https://192.0.2.1"))["redirect URL"]


@pytest.mark.usefixtures("engine")
def test_hubspot_out_of_reach_is_one_line(examine: Examine, hubspot: FakeHubSpot) -> None:
    hubspot.scripted["/oauth/2026-09/token/introspect"] = [httpx2.ConnectError("MARKER")]
    assert "HubSpot could not be reached" in wrong(examine())["HubSpot app"]

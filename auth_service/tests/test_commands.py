"""The subcommands, as processes: what they print, how they end, and that no secret is an argument."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from auth_service import audit, canary, invites, schema
from auth_service.connections import get_connection, mark_reauth_required
from auth_service.crypto import Keyring, new_key
from auth_service.database import create_engine, transaction
from auth_service.passwords import PasswordHash
from auth_service.tokens import TokenStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.tests.conftest import Connect, FakeHubSpot

COMMAND = Path(sys.executable).with_name("hubspot-auth")
PORTAL = 1458021
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(token_database_url: str, keys: str, served_hubspot: str, hubspot: FakeHubSpot, tmp_path: Path) -> Run:
    """Run the command against the fake HubSpot in an empty folder; `changes` alter its environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": token_database_url,
        "TOKEN_KEYS": keys,
        "HUBSPOT_CLIENT_ID": hubspot.client_id,
        "HUBSPOT_CLIENT_SECRET": hubspot.client_secret,
        "HUBSPOT_API_URL": served_hubspot,
        "HUBSPOT_APP_URL": served_hubspot,
        "PUBLIC_URL": "https://connect.example.com/hubspot",
        "ADMIN_PASSWORD_HASH": str(PasswordHash.of("MARKER-password", log2_cost=14)),
    }

    def run(*arguments: str, typed: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            env=environment | changes,
            cwd=tmp_path,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


# --- portals ----------------------------------------------------------------------------------------------------


def test_a_portal_is_shown_without_its_secrets(run: Run, connect: Connect) -> None:
    grant = connect(PORTAL)
    shown = run("portals", "show", str(PORTAL))
    assert f"company name        Company {PORTAL}" in shown.stdout
    as_json = run("portals", "show", str(PORTAL), "--json")
    assert json.loads(as_json.stdout)["portal_id"] == PORTAL
    assert grant.access_token not in shown.stdout + as_json.stdout


@pytest.mark.usefixtures("engine")
def test_a_portal_that_was_never_connected_is_one_line_and_exit_code_1(run: Run) -> None:
    result = run("portals", "show", "7")
    assert (result.returncode, result.stderr) == (1, "hubspot-auth: portal 7 was never connected\n")


def test_a_portal_is_disconnected_after_asking(
    run: Run, connect: Connect, engine: Engine, hubspot: FakeHubSpot
) -> None:
    grant = connect(PORTAL)
    refused = run("portals", "disconnect", str(PORTAL), typed="n\n")
    assert (refused.returncode, get_connection(engine, PORTAL).status) == (1, "active")
    done = run("portals", "disconnect", str(PORTAL), typed="y\n")
    assert (done.returncode, done.stdout) == (0, f"portal {PORTAL}: tokens erased, revoked at HubSpot\n")
    assert hubspot.revoked == [grant.refresh_token]
    assert get_connection(engine, PORTAL).status == "disconnected"
    assert audit.entries(engine)[0].actor_type == "command"


def test_a_revoke_that_fails_is_said_and_exit_code_1(run: Run, connect: Connect, engine: Engine) -> None:
    connect(PORTAL)
    done = run("portals", "disconnect", str(PORTAL), "--yes", "--json", HUBSPOT_API_URL="http://127.0.0.1:1")
    assert done.returncode == 1
    assert json.loads(done.stdout)["revoked"] is False
    assert "HubSpot did not revoke them" in done.stderr
    assert get_connection(engine, PORTAL).status == "disconnected"


def test_a_static_token_is_read_from_standard_input_only(
    run: Run, engine: Engine, keyring: Keyring, hubspot: FakeHubSpot
) -> None:
    hubspot.access_tokens["pat-MARKER"] = PORTAL
    result = run("portals", "add-static", "--portal", str(PORTAL), typed="pat-MARKER\n")
    assert (result.returncode, result.stdout) == (0, f"portal {PORTAL}: connected with a static token\n")
    assert "MARKER" not in result.stdout + result.stderr
    assert TokenStore(engine, keyring, None).access_token(PORTAL) == "pat-MARKER"
    assert run("portals", "add-static", "--token", "pat-MARKER").returncode == 2


@pytest.mark.usefixtures("engine")
def test_a_static_token_that_is_none_is_one_line_and_exit_code_1(run: Run) -> None:
    result = run("portals", "add-static", typed="two words\n")
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)


# --- invites ----------------------------------------------------------------------------------------------------


def test_an_invite_is_made_listed_and_revoked(run: Run, engine: Engine) -> None:
    link = run("invite", "create", "Northwind", "--portal", "7", "--days", "3").stdout.strip()
    prefix, _, token = link.rpartition("/")
    assert prefix == "https://connect.example.com/hubspot/invite"
    found = invites.find(engine, token)
    assert (found.label, found.expected_portal_id) == ("Northwind", 7)
    assert (found.expires_at - found.created_at).days == 3
    listed = run("invite", "list", "--json")
    assert json.loads(listed.stdout)[0]["status"] == "open"
    assert token not in listed.stdout + run("invite", "list").stdout
    assert run("invite", "revoke", str(found.id)).returncode == 0
    again = run("invite", "revoke", str(found.id))
    assert (again.returncode, "is not open" in again.stderr) == (1, True)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "arguments", [("",), ("x" * 201,), ("a\x1b[2Jb",), ("x", "--days", "0"), ("x", "--days", "91")]
)
def test_an_invite_that_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("invite", "create", *arguments).returncode == 2


# --- keys -------------------------------------------------------------------------------------------------------


def test_the_key_is_changed_step_by_step(
    run: Run, connect: Connect, engine: Engine, keyring: Keyring, keys: str
) -> None:
    canary.verify_keys(engine, keyring)
    token = connect(PORTAL).access_token
    new = f"k2:{new_key()}"
    both = f"{new},{keys}"
    canary.verify_keys(engine, Keyring.parse(both))
    refused = run("keys", "retire", "k1", TOKEN_KEYS=both)
    assert (refused.returncode, "is in use (1 portals" in refused.stderr) == (2, True)
    dry = run("keys", "rotate", "--dry-run", "--json", TOKEN_KEYS=both)
    assert json.loads(dry.stdout)["portals"] == {"k1": 1}
    rotated = run("keys", "rotate", TOKEN_KEYS=both)
    assert rotated.stdout == "1 portals were encrypted with key 'k2' instead of 'k1'\n"
    statuses = json.loads(run("keys", "status", "--json", TOKEN_KEYS=both).stdout)
    assert {key["key_id"]: key["can_retire"] for key in statuses} == {"k2": False, "k1": True}
    assert run("keys", "retire", "k1", TOKEN_KEYS=both).returncode == 0
    assert "k1" in run("keys", "status", TOKEN_KEYS=both).stdout
    assert TokenStore(engine, Keyring.parse(new), None).access_token(PORTAL) == token


def test_a_rotation_that_leaves_something_ends_with_exit_code_1(
    run: Run, connect: Connect, engine: Engine, keys: str
) -> None:
    connect(PORTAL)
    with transaction(engine) as connection:
        connection.execute(text("UPDATE hubspot_auth.portal_connections SET access_token_ciphertext = 'x'"))
    result = run("keys", "rotate", TOKEN_KEYS=f"k2:{new_key()},{keys}")
    assert result.returncode == 1
    assert f"portal_connections {PORTAL} does not decrypt" in result.stderr


def test_a_lost_key_is_given_up_once_that_is_confirmed(run: Run, connect: Connect) -> None:
    connect(PORTAL)
    new = f"k2:{new_key()}"
    refused = run("keys", "give-up", "k1", TOKEN_KEYS=new, typed="n\n")
    assert (refused.returncode, "1 portals will have to be connected again" in refused.stderr) == (1, True)
    assert "active" in run("portals", "show", str(PORTAL)).stdout
    done = run("keys", "give-up", "k1", "--yes", TOKEN_KEYS=new)
    assert done.stdout == "key 'k1': given up; 1 portals have to be connected again in the browser\n"
    assert "reauth_required" in run("portals", "show", str(PORTAL), TOKEN_KEYS=new).stdout


# --- doctor and roles -------------------------------------------------------------------------------------------


def test_the_doctor_ends_with_0_only_if_all_is_well(run: Run, engine: Engine, connect: Connect) -> None:
    connect(PORTAL)
    result = run("doctor")
    assert result.returncode == 0
    assert [line[0] for line in result.stdout.splitlines()] == ["✔"] * 8
    with transaction(engine) as connection:
        mark_reauth_required(connection, PORTAL, "invalid_grant")
    ill = run("doctor", "--json")
    assert ill.returncode == 1
    findings = {finding["check"]: finding["ok"] for finding in json.loads(ill.stdout)}
    assert findings["portals"] is False
    assert "MARKER" not in result.stdout + ill.stdout + result.stderr + ill.stderr


def test_the_roles_are_granted_and_each_limit_printed(run: Run, database_url: str) -> None:
    engine = create_engine(database_url)
    schema.upgrade(engine)
    engine.dispose()
    result = run("grant-roles", DATABASE_URL=database_url)
    assert result.returncode == 0
    assert "✔ hubspot_analyst       cannot read connections" in result.stdout
    assert all(
        proof["role"] for proof in json.loads(run("grant-roles", "--json", DATABASE_URL=database_url).stdout)
    )


def test_the_exit_codes_are_documented(run: Run) -> None:
    assert "Exit codes: 0, done; 1, done in part or refused" in run("--help").stdout

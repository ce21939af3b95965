"""The command, as a process: what people and supervisors see of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from auth_service import canary, scopes
from auth_service.crypto import Keyring, new_key
from auth_service.passwords import PasswordHash

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.tests.conftest import Connect

COMMAND = Path(sys.executable).with_name("hubspot-auth")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(token_database_url: str, keys: str, password_hash: PasswordHash) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": token_database_url,
        "TOKEN_KEYS": keys,
        "HUBSPOT_CLIENT_ID": "client-id",
        "HUBSPOT_CLIENT_SECRET": "MARKER-secret",
        "PUBLIC_URL": "http://localhost:8090",
        "ADMIN_PASSWORD_HASH": str(password_hash),
    }


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run the command in an empty folder; `without` and `changes` alter its environment."""

    def run(
        *arguments: str, without: tuple[str, ...] = (), stdin: str = "", **changes: str
    ) -> subprocess.CompletedProcess[str]:
        variables = {name: value for name, value in {**environment, **changes}.items() if name not in without}
        return subprocess.run(
            [COMMAND, *arguments],
            env=variables,
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def assert_cannot_start(result: subprocess.CompletedProcess[str], *says: str) -> None:
    assert result.returncode == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == len(says), result.stderr
    for line, expected in zip(lines, says, strict=True):
        assert re.match(f"hubspot-auth: {expected}", line), line
    assert "MARKER" not in result.stderr


# --- serve ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_service_starts_answers_and_ends_when_told_to(
    environment: dict[str, str], tmp_path: Path, ending: signal.Signals
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe, socket.create_server(("127.0.0.1", 0)) as other:
        port, metrics_port = probe.getsockname()[1], other.getsockname()[1]
    service = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)],
        env=environment | {"AUTH_METRICS_ADDRESS": f"127.0.0.1:{metrics_port}"},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                answer = httpx2.get(f"http://127.0.0.1:{port}/readyz?code=MARKER-code", trust_env=False)
                break
            except httpx2.TransportError:
                time.sleep(0.02)
        assert answer.status_code == 200
        assert "server" not in answer.headers
        assert httpx2.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).status_code == 404
        metrics = httpx2.get(f"http://127.0.0.1:{metrics_port}/metrics", trust_env=False).text
        assert 'http_server_requests_total{method="GET",route="readyz",status="200"} 1.0' in metrics
        assert "hubspot_auth_database_up 1.0" in metrics
        service.send_signal(ending)
        _, log = service.communicate(timeout=30)
    finally:
        service.kill()
    assert service.returncode == 0
    assert "Traceback" not in log
    assert "MARKER" not in log
    assert "GET readyz 200" in log


@pytest.mark.usefixtures("engine")
def test_an_address_that_is_taken_is_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert_cannot_start(result, f"cannot listen on 127.0.0.1 port {port} .*: choose another --host or --port")


def test_every_missing_setting_is_one_line(run: Run) -> None:
    needed = ("HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET", "TOKEN_KEYS", "PUBLIC_URL", "ADMIN_PASSWORD_HASH")
    result = run("serve", without=needed)
    assert_cannot_start(
        result,
        "HUBSPOT_CLIENT_ID is not set",
        "HUBSPOT_CLIENT_SECRET is not set",
        "TOKEN_KEYS is not set",
        "PUBLIC_URL is not set",
        "ADMIN_PASSWORD_HASH is not set",
    )


def test_a_missing_database_is_one_line(run: Run) -> None:
    assert_cannot_start(
        run("serve", without=("DATABASE_URL",)), "DATABASE_URL is not set and there is no embedded"
    )


def test_wrong_settings_are_one_line_each_and_not_shown(run: Run) -> None:
    result = run(
        "serve", DATABASE_URL="mysql://MARKER", TOKEN_KEYS="k1:MARKER", PUBLIC_URL="http://MARKER.example"
    )
    assert_cannot_start(
        result, "DATABASE_URL is not", "TOKEN_KEYS key 'k1' is not base64", "PUBLIC_URL must start"
    )


def test_without_a_password_nothing_is_served(run: Run) -> None:
    result = run("serve", without=("ADMIN_PASSWORD_HASH",))
    assert_cannot_start(result, "ADMIN_PASSWORD_HASH is not set.*hubspot-auth admin hash-password")


def test_a_password_in_place_of_its_hash_is_refused_and_not_shown(run: Run) -> None:
    result = run("serve", ADMIN_PASSWORD_HASH="MARKER-password")
    assert_cannot_start(result, "ADMIN_PASSWORD_HASH is not a password hash: make one with")


def test_a_database_without_tables_is_one_line(run: Run, database_url: str) -> None:
    result = run("serve", DATABASE_URL=database_url)
    assert_cannot_start(result, "this database has no token tables yet: run: hubspot-auth migrate")


def test_a_database_that_is_down_is_one_line(run: Run) -> None:
    result = run("serve", DATABASE_URL="postgresql://user:MARKER@127.0.0.1:1/none")
    assert_cannot_start(result, "the database of DATABASE_URL does not answer")


def test_a_wrong_key_is_found_at_start(run: Run, engine: Engine, keyring: Keyring) -> None:
    canary.verify_keys(engine, keyring)
    result = run("serve", TOKEN_KEYS=f"k1:{new_key()}")
    assert_cannot_start(result, "TOKEN_KEYS key 'k1' is not the key that this database knows by that id")


# --- the other commands -----------------------------------------------------------------------------------------


def test_migrate_needs_nothing_but_the_database(run: Run, database_url: str) -> None:
    without = ("TOKEN_KEYS", "HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET", "PUBLIC_URL")
    outputs = [run("migrate", without=without, DATABASE_URL=database_url).stdout for _ in range(2)]
    assert outputs == ["token tables: version 0002\n", "token tables: version 0002 (nothing to do)\n"]


def test_portals_are_listed_for_people(run: Run, connect: Connect) -> None:
    connect(1458021)
    lines = run("portals", "list").stdout.splitlines()
    assert lines[0].split()[:3] == ["PORTAL", "NAME", "STATUS"]
    granted = len(scopes.REQUIRED) + len(scopes.OPTIONAL)
    connected_at = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert re.match(rf"1458021 +Company 1458021 +active +{granted} +{connected_at} .* -$", lines[1])


def test_portals_are_listed_for_programs_without_their_secrets(run: Run, connect: Connect) -> None:
    grant = connect(1458021)
    result = run("portals", "list", "--json")
    (portal,) = json.loads(result.stdout)
    assert portal["portal_id"] == 1458021
    assert portal["status"] == "active"
    assert portal["account_details"] == {"portalId": 1458021}
    assert portal["scopes"] == sorted(portal["scopes"])
    assert portal["created_at"].endswith("Z")
    assert not {name for name in portal if "token" in name or "key" in name}
    assert grant.access_token not in result.stdout


def test_a_password_from_a_pipe_is_hashed_and_not_shown(run: Run) -> None:
    result = run("admin", "hash-password", stdin="MARKER-a-good-password\n")
    assert result.returncode == 0
    assert PasswordHash.parse(result.stdout.strip()).matches("MARKER-a-good-password")
    assert "MARKER" not in result.stdout + result.stderr


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaaa", "x" * 2000])
def test_a_password_that_is_easy_to_guess_is_refused(run: Run, password: str) -> None:
    result = run("admin", "hash-password", stdin=f"{password}\n")
    assert (result.returncode, result.stdout) == (2, "")
    assert "the password is too easy to guess: use " in result.stderr


def test_a_generated_key_can_be_used_and_is_new_each_time(run: Run) -> None:
    entries = [run("keys", "generate").stdout.strip(), run("keys", "generate", "--id", "k2").stdout.strip()]
    assert Keyring.parse(",".join(entries)).key_ids[1] == "k2"
    assert len({entry.partition(":")[2] for entry in entries}) == 2


def test_a_key_id_that_would_not_be_read_back_is_refused(run: Run) -> None:
    result = run("keys", "generate", "--id", "a:b")
    assert result.returncode == 2
    assert "use 1 to 32 letters" in result.stderr

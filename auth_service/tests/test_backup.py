"""Backups: a dump is worth nothing without TOKEN_KEYS, and everything with them."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.engine import make_url

from auth_service import canary
from auth_service.crypto import Keyring, new_key
from auth_service.database import create_engine
from auth_service.errors import DecryptionError, KeyringError
from auth_service.tokens import TokenStore
from embedded_postgres.programs import folder

if TYPE_CHECKING:
    from auth_service.tests.conftest import Browser, Connect, FakeHubSpot
    from auth_service.web.site import Site

PORTAL = 1458021


def run(program: str, url: str, *arguments: str, stdin: str = "") -> str:
    parts = make_url(url)
    environment = {
        **os.environ,
        "PGHOST": parts.host or "",
        "PGPORT": str(parts.port),
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or "",
        "PGDATABASE": parts.database or "",
    }
    done = subprocess.run(
        [folder() / program, *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_a_dump_holds_no_secret(
    browser: Browser, connect: Connect, hubspot: FakeHubSpot, token_database_url: str, keys: str
) -> None:
    connect(PORTAL)
    page = browser.submit("/invites", label="Jo", days="1").text
    consent_url = browser.get("/auth/hubspot").headers["location"]
    browser.get(hubspot.consent(consent_url))
    dump = run("pg_dump", token_database_url)
    assert str(PORTAL) in dump
    secrets = {
        *(word for word in page.replace('"', "/").split("/") if len(word) == 43),  # the invite's token
        *(value for name, value in browser.cookies.items() if "__Host" in name),
        *hubspot.access_tokens,
        *hubspot.refresh_tokens,
        hubspot.client_secret,
        keys.partition(":")[2],
    }
    assert len(secrets) >= 7
    for secret in secrets:
        assert secret not in dump
        assert secret.encode().hex() not in dump


def test_a_restored_backup_is_useless_without_the_key_and_works_with_it(
    site: Site, connect: Connect, token_database_url: str, database_url: str
) -> None:
    grant = connect(PORTAL)
    canary.verify_keys(site.engine, site.keyring)
    run("psql", database_url, "--quiet", "--set=ON_ERROR_STOP=1", stdin=run("pg_dump", token_database_url))
    restored = create_engine(database_url)
    for key_id in ("k1", "k2"):
        wrong = Keyring.parse(f"{key_id}:{new_key()}")
        with pytest.raises(KeyringError):
            canary.verify_keys(restored, wrong)
        with pytest.raises(DecryptionError):
            TokenStore(restored, wrong, site.oauth).access_token(PORTAL)
    canary.verify_keys(restored, site.keyring)
    store = TokenStore(restored, site.keyring, site.oauth)
    assert store.access_token(PORTAL) == grant.access_token
    assert store.access_token(PORTAL, rejected=grant.access_token) not in {None, grant.access_token}
    restored.dispose()

"""Races and crashes with real processes on a real PostgreSQL: threads and SQLite would prove nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from auth_service.database import transaction
from auth_service.tables import portal_connections as table

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.tests.conftest import Connect, FakeHubSpot
    from auth_service.tokens import TokenStore

PORTAL = 1458021
WORKER = Path(__file__).with_name("refresh_worker.py")
StartWorker = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start_worker(
    token_database_url: str, keys: str, served_hubspot: str, hubspot: FakeHubSpot
) -> StartWorker:
    environment = {
        **os.environ,
        "DATABASE_URL": token_database_url,
        "TOKEN_KEYS": keys,
        "HUBSPOT_CLIENT_ID": hubspot.client_id,
        "HUBSPOT_CLIENT_SECRET": hubspot.client_secret,
    }

    def start_worker(*options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, WORKER, str(PORTAL), served_hubspot, *options],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    return start_worker


@pytest.mark.parametrize("refresh_token", ["constant", "rotating"])
def test_many_processes_cause_one_refresh(
    start_worker: StartWorker, connect: Connect, hubspot: FakeHubSpot, refresh_token: str
) -> None:
    hubspot.rotates_refresh_tokens = refresh_token == "rotating"
    connect(expires_in=10)
    workers = [start_worker() for _ in range(8)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = {worker.communicate()[0].strip() for worker in workers}
    assert [worker.returncode for worker in workers] == [0] * 8
    assert hubspot.calls() == 1
    assert len(answers) == 1
    assert hubspot.access_tokens[answers.pop()] == PORTAL


def test_a_process_killed_before_it_stores_the_answer_leaves_a_good_row(
    start_worker: StartWorker, connect: Connect, hubspot: FakeHubSpot, engine: Engine, store: TokenStore
) -> None:
    connect(expires_in=10)

    def row() -> dict[str, object]:
        with transaction(engine) as connection:
            return dict(connection.execute(select(table)).mappings().one())

    before = row()
    worker = start_worker("--die-after-answer")
    worker.communicate("go\n")
    assert worker.returncode == -signal.SIGKILL
    assert row() == before
    assert store.access_token(PORTAL)  # the lock died with its holder
    assert hubspot.calls() == 2

"""The embedded server, as the operator's commands see it: each test drives the real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from embedded_postgres import EmbeddedPostgresError, EmbeddedServer, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = Path(sys.executable).with_name("embedded-postgres")


@pytest.fixture
def home() -> Iterator[Path]:
    # Not pytest's tmp_path: its name is too long for a socket, and the account that runs the server can't enter it.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    yield folder / "postgres"
    EmbeddedServer(folder / "postgres").stop()
    shutil.rmtree(folder)


def call(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "EMBEDDED_POSTGRES_PORT"}
    }
    return subprocess.run(
        [COMMAND, "--home", home, *arguments],
        env=clean | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def query(server: EmbeddedServer, sql: str) -> object:
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def postmaster_pid(server: EmbeddedServer) -> int:
    return int((server.cluster / "postmaster.pid").read_text().splitlines()[0])


def test_the_server_is_postgresql_18_and_outlives_the_command_that_started_it(home: Path) -> None:
    assert call(home, "status").returncode == 3
    started = call(home, "start")
    assert started.returncode == 0, started.stderr
    assert "PostgreSQL started" in started.stdout

    assert call(home, "status").returncode == 0
    assert str(query(EmbeddedServer(home), "SELECT version()")).startswith("PostgreSQL 18")
    assert query(EmbeddedServer(home), "SHOW max_connections") == "100", "enough for several taps and loaders"
    assert "is running" in call(home, "start").stdout
    assert call(home, "psql", "-Atc", "SELECT 6 * 7").stdout.strip() == "42"

    assert "stopped" in call(home, "stop").stdout
    assert "was not running" in call(home, "stop").stdout
    assert call(home, "status").returncode == 3


def test_it_listens_on_a_unix_socket_as_well_as_on_the_loopback_port(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    folder = query(server, "SHOW unix_socket_directories")
    port = query(server, "SHOW port")
    password = server.url.split(":")[2].partition("@")[0]
    with psycopg.connect(
        f"host={folder} port={port} user=hubspot dbname=hubspot password={password}"
    ) as connection:
        assert connection.info.host == folder
    assert query(server, "SHOW listen_addresses") == "127.0.0.1"


def test_a_login_needs_the_password_of_the_service_file_which_only_its_owner_can_read(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    assert server.service_file.stat().st_mode & 0o077 == 0
    port = query(server, "SHOW port")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"host=127.0.0.1 port={port} user=hubspot dbname=hubspot password=wrong")


def test_a_killed_server_starts_again_with_every_committed_row(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    query(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    process = psutil.Process(postmaster_pid(server))
    process.send_signal(signal.SIGKILL)
    gone_or_zombie = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    while process.is_running() and process.status() not in gone_or_zombie:
        time.sleep(0.01)

    assert server.status() is Status.STOPPED
    server.start()
    assert query(server, "SELECT count(*) FROM kept") == 1000


def test_a_pid_file_whose_number_now_belongs_to_another_program_does_not_stop_the_start(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    server.stop()
    (server.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{server.cluster}\n")

    assert server.status() is Status.STOPPED
    assert server.start()
    assert postmaster_pid(server) != os.getpid()
    assert psutil.pid_exists(os.getpid())


def test_a_creation_that_was_killed_is_begun_anew(home: Path) -> None:
    server = EmbeddedServer(home)
    server.cluster.mkdir(parents=True)
    (server.cluster / "half").write_text("written")
    server.start()
    assert query(server, "SELECT 1") == 1


def test_starts_at_the_same_moment_make_one_server(home: Path) -> None:
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda _: call(home, "start"), range(4)))
    assert [answer.returncode for answer in answers] == [0, 0, 0, 0]
    assert sum("PostgreSQL started" in answer.stdout for answer in answers) == 1


def test_the_port_stays_the_same_until_it_is_taken_or_another_is_asked_for(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    first = int(str(query(server, "SHOW port")))
    server.stop()
    server.start()
    assert int(str(query(server, "SHOW port"))) == first
    server.stop()

    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", first))
        squatter.listen()
        server.start()
        assert int(str(query(server, "SHOW port"))) != first
        server.stop()
        refused = call(home, "start", EMBEDDED_POSTGRES_PORT=str(first))
        assert refused.returncode == 1
        assert refused.stderr.strip() == (
            f"Error: port {first} is taken: choose another EMBEDDED_POSTGRES_PORT, or unset it for a free one."
        )

    assert call(home, "start", EMBEDDED_POSTGRES_PORT=str(first)).returncode == 0
    assert int(str(query(server, "SHOW port"))) == first


def test_asking_for_another_port_than_the_running_one_says_what_to_do(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    with pytest.raises(EmbeddedPostgresError, match="stop it first, or unset EMBEDDED_POSTGRES_PORT"):
        server.start(port=1)


@pytest.mark.parametrize("command", ["start", "stop", "status"])
def test_with_a_database_url_of_ones_own_nothing_is_touched(home: Path, command: str) -> None:
    answer = call(home, command, DATABASE_URL="postgresql+psycopg://somebody@db.example/warehouse")
    assert answer.returncode == 0
    assert "DATABASE_URL is set" in answer.stdout
    assert not home.exists()


def test_psql_opens_the_database_of_database_url(home: Path, database_url: str) -> None:
    answer = call(home, "psql", "-Atc", "SELECT current_database()", DATABASE_URL=database_url)
    assert answer.stdout.strip() == database_url.rpartition("/")[2]
    assert not home.exists()


def test_psql_without_a_running_server_says_how_to_start_it(home: Path) -> None:
    answer = call(home, "psql")
    assert answer.returncode == 1
    assert answer.stderr.strip().endswith("meltano invoke postgres:start")
    assert "Traceback" not in answer.stderr


def test_a_start_that_fails_shows_the_end_of_the_servers_log(home: Path) -> None:
    server = EmbeddedServer(home, settings={"shared_buffers": "nonsense"})
    with pytest.raises(EmbeddedPostgresError, match=r"shared_buffers[\s\S]*nonsense"):
        server.start()


def test_a_folder_too_deep_for_a_socket_still_works(home: Path) -> None:
    server = EmbeddedServer(home / ("deep" * 30))
    server.start()
    try:
        assert query(server, "SELECT 1") == 1
    finally:
        server.stop()

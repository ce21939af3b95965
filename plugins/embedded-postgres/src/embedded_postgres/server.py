"""One PostgreSQL cluster in one folder: create it, start it, stop it, say how it is."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import fcntl
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from embedded_postgres import processes, programs
from embedded_postgres.account import Account
from embedded_postgres.errors import EmbeddedPostgresError
from embedded_postgres.ports import choose_port
from warehouse_connection import service_file
from warehouse_connection.service_file import Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATABASE = USER = "hubspot"

# A socket address holds 108 bytes on Linux and 104 elsewhere, the file name `/.s.PGSQL.65535` included.
_LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.65535")

# Starting replays the write-ahead log after a kill, which may take a while on a big load.
_START_TIMEOUT_SECONDS = 120


class Status(enum.Enum):
    """How the server is."""

    RUNNING = "running"
    STOPPED = "stopped"
    ABSENT = "not created yet"


class EmbeddedServer:
    """The cluster below `home` (the project's `.data/postgres`).

    Safe against concurrent callers: whoever starts or stops holds a file lock. Other programs connect through
    `service_file`, or with `url`.
    """

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        """Name the cluster; nothing is touched yet.

        Args:
            home: folder of the cluster and of its service file.
            settings: server settings over PostgreSQL's defaults, e.g. `{"fsync": "off"}` for throw-away clusters.
        """
        self.home = home.absolute()
        self.cluster = self.home / "cluster"
        self.log = self.cluster / "server.log"
        self.service_file = self.home / "pg_service.conf"
        self._settings = dict(settings or {})

    @property
    def url(self) -> str:
        """SQLAlchemy URL for psycopg 3, password included: never print it.

        Raises:
            EmbeddedPostgresError: the server was never started.
        """
        service = service_file.read(self.service_file)
        if service is None:
            msg = f"there is no embedded PostgreSQL in {self.home}: meltano invoke postgres:start"
            raise EmbeddedPostgresError(msg)
        return f"postgresql+psycopg://{service.user}:{service.password}@{service.host}:{service.port}/{service.dbname}"

    def describe(self) -> str:
        """Say in one line where the server listens and where it lives (no secret)."""
        service = service_file.read(self.service_file)
        where = (
            f"{service.host}:{service.port}, database {service.dbname}" if service else "service file missing"
        )
        return f"{where}, data in {self.home}"

    def status(self) -> Status:
        """Say how the server is, without changing anything."""
        if not (self.cluster / "PG_VERSION").exists():
            return Status.ABSENT
        return Status.RUNNING if processes.postmaster(self.cluster) else Status.STOPPED

    def start(self, port: int | None = None) -> bool:
        """Start the server and wait until it answers; create the cluster when there is none.

        Args:
            port: loopback port; by default the one of the last time, or any free one.

        Returns:
            True if it was started, False if it ran already.

        Raises:
            EmbeddedPostgresError: it did not start; the message names the log.
        """
        with self._lock():
            service = service_file.read(self.service_file)
            if processes.postmaster(self.cluster):
                if service is None:
                    msg = f"{self.service_file} is gone, but the server runs: stop it (meltano invoke postgres:stop) first."
                    raise EmbeddedPostgresError(msg)
                if port not in (None, service.port):
                    msg = (
                        f"the embedded PostgreSQL runs on port {service.port}, not {port}: "
                        "stop it first, or unset EMBEDDED_POSTGRES_PORT."
                    )
                    raise EmbeddedPostgresError(msg)
                return False
            account = Account.for_cluster(self.cluster)
            account.open_way_to(programs.folder())
            if not (self.cluster / "PG_VERSION").exists():
                service = self._create(account)
            if service is None:
                msg = f"{self.service_file} with the cluster's password is gone: restore it, or delete {self.home}."
                raise EmbeddedPostgresError(msg)
            chosen = choose_port(port, service.port)
            self._clear_lock_files()
            self._write_settings(chosen, account)
            self._pg_ctl(account, "start", "-w", "-t", str(_START_TIMEOUT_SECONDS), "-l", str(self.log))
            service = dataclasses.replace(service, port=chosen)
            service_file.write(self.service_file, service)
            self._ensure_database(service)
            return True

    def stop(self) -> bool:
        """Stop the server; open transactions are rolled back.

        Returns:
            True if it was stopped, False if it did not run.

        Raises:
            EmbeddedPostgresError: it did not stop.
        """
        with self._lock():
            if not processes.postmaster(self.cluster):
                return False
            self._pg_ctl(Account.for_cluster(self.cluster), "stop", "-w", "-m", "fast")
            return True

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _create(self, account: Account) -> Service:
        """Make the cluster with a password of its own: a loopback port is open to every user of the machine."""
        service = Service(port=0, user=USER, password=secrets.token_urlsafe(24), dbname=DATABASE)
        account.make_folder(self.cluster)
        account.open_way_to(self.cluster)
        leftovers = list(self.cluster.iterdir())
        if leftovers:  # a creation that was killed: there is no data in it yet
            programs.run(account, ["rm", "-rf", *map(str, leftovers)])
        with tempfile.NamedTemporaryFile("w") as password_file:
            password_file.write(service.password)
            password_file.flush()
            if account.uid is not None:
                os.chown(password_file.name, account.uid, -1)
            programs.run(
                account,
                [
                    str(programs.folder() / "initdb"),
                    f"--pgdata={self.cluster}",
                    f"--username={service.user}",
                    f"--pwfile={password_file.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--set=include_if_exists=embedded.conf",
                ],
            )
        service_file.write(self.service_file, service)
        return service

    def _write_settings(self, port: int, account: Account) -> None:
        sockets = self._socket_folder()
        account.make_folder(sockets)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(sockets),
            "timezone": "UTC",
            "log_timezone": "UTC",
            # initdb tries out what the machine allows, and may settle for 20: too few for a sync in shards.
            "max_connections": "100",
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            # dbt builds four models side by side, each with these workers more: with PostgreSQL's own two of them, a machine of two
            # cores is busy with changing between a dozen processes.
            "max_parallel_workers_per_gather": str(min(2, max(1, (os.cpu_count() or 1) // 2))),
            **self._settings,
        }
        lines = ["# Written at every start."] + [
            f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
        ]
        (self.cluster / "embedded.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _ensure_database(self, service: Service) -> None:
        """Make the database; asked at every start, because a kill may have come between initdb and here."""
        with psycopg.connect(
            host=service.host,
            port=service.port,
            user=service.user,
            password=service.password,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _clear_lock_files(self) -> None:
        """Remove the lock files of a server that was killed, once none of its processes is left.

        PostgreSQL trusts a lock file as long as its pid exists, which a zombie's or a reused pid does.
        """
        processes.wait_for_orphans(self.cluster.resolve())
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        for lock in self._socket_folder().glob(".s.PGSQL.*"):
            lock.unlink()

    def _socket_folder(self) -> Path:
        folder = self.home / "socket"
        if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER:
            return folder
        return Path(tempfile.gettempdir()) / f"embedded-postgres-{self.cluster.stat().st_ino}"

    def _pg_ctl(self, account: Account, *arguments: str) -> None:
        command = [str(programs.folder() / "pg_ctl"), "-D", str(self.cluster), *arguments]
        try:
            programs.run(account, command)
        except EmbeddedPostgresError as error:
            msg = f"{error} The server's log, {self.log}, ends:\n{self._log_tail()}"
            raise EmbeddedPostgresError(msg) from None

    def _log_tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-4:])
        except FileNotFoundError:
            return "(no log)"

"""A throw-away PostgreSQL, input for the loader, and what it costs to load it."""

from __future__ import annotations

import json
import statistics
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from benchmarks.loader import singer_file
from benchmarks.programs import Command, cpu_of_server, run
from embedded_postgres import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.loader.cases import Case
    from benchmarks.programs import Usage

LOADER = Path(__file__).parents[2] / ".meltano/loaders/target-postgres/venv/bin/target-postgres"
OTHER_SINKS = Path(__file__).with_name("other_sinks.py")
SCHEMA = "hubspot_raw"

_OWN_COLUMNS = sql.SQL(
    "concat_ws('|', portal_id, id, created_at, updated_at, archived, archived_at, merged_into,"
    " properties, associations, synced_at)"
)


@dataclass(frozen=True)
class Figures:
    """Microseconds a row: elapsed, of the loader's CPU, of PostgreSQL's; and the loader's peak memory in MiB."""

    wall: float
    loader: float
    server: float
    peak: float

    def without(self, start: Figures) -> Figures:
        """Take off what a start costs."""
        return Figures(
            self.wall - start.wall, self.loader - start.loader, self.server - start.server, self.peak
        )

    @classmethod
    def least(cls, measured: Sequence[Figures]) -> Figures:
        """Return the least of each, of rounds that other work on the machine disturbs."""
        return cls(*(min(kind) for kind in zip(*map(astuple, measured), strict=True)))

    @classmethod
    def median(cls, measured: Sequence[Figures]) -> Figures:
        """Return the medians of some rounds; of memory, the highest."""
        return cls(
            statistics.median(figures.wall for figures in measured),
            statistics.median(figures.loader for figures in measured),
            statistics.median(figures.server for figures in measured),
            max(figures.peak for figures in measured),
        )


class Bench:
    """The server and the input; each method leaves a server on which nobody else works."""

    def __init__(self, home: Path, records: int, streams: int) -> None:
        self.home = home
        self.streams = singer_file.stream_names(streams)
        self.records = records // streams * streams
        # Autovacuum would hit some cases and spare others.
        self.server = EmbeddedServer(home / "postgres", settings={"autovacuum": "off", "max_wal_size": "4GB"})
        self.server.start()
        self._sources: dict[tuple[str, int], Path] = {}

    def close(self) -> None:
        """Stop the server."""
        self.server.stop()

    def source(self, kind: str, version: int = 1) -> Path:
        """Return an input file; versions have the same keys and other values."""
        if (kind, version) not in self._sources:
            self._sources[kind, version] = self._write(kind, version)
        return self._sources[kind, version]

    def settings(self, case: Case) -> Mapping[str, Any]:
        """The loader's settings, those that the project always needs included."""
        always = {"default_target_schema": SCHEMA, "activate_version": False}
        return {"sqlalchemy_url": self.server.url, **always, **case.settings}

    def loader(self, case: Case) -> Command:
        """The command that loads standard input."""
        config = self.home / "config.json"
        config.touch(mode=0o600)
        config.write_text(json.dumps(self.settings(case)), encoding="utf-8")
        program = [LOADER.with_name("python"), OTHER_SINKS, case.sinks] if case.sinks else [LOADER]
        environment = {"TARGET_POSTGRES_LOGLEVEL": "WARNING", "PGOPTIONS": case.planner}
        return Command([*program, "--config", config], self.home, environment)

    def drop_tables(self) -> None:
        """Begin with nothing."""
        self._execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA)))

    def grow_tables(self, rows: int) -> None:
        """Put as many rows as that besides the loaded ones into each table."""
        for stream in self.streams:
            # The copied row brings its values; only the key is its own.
            self._execute(
                sql.SQL(
                    "INSERT INTO {0} SELECT filled.* FROM (SELECT t AS model FROM {0} AS t LIMIT 1) AS one,"
                    " generate_series(1, {1}) AS n,"
                    " jsonb_populate_record(model, jsonb_build_object('portal_id', 0, 'id', n)) AS filled"
                ).format(sql.Identifier(SCHEMA, stream), sql.Literal(rows))
            )
        self._execute(sql.SQL("VACUUM (ANALYZE)"))

    def load(self, case: Case, version: int) -> Figures:
        """Load the input of a case, and say what it cost."""
        source = self.source(case.source, version)
        self._execute(sql.SQL("VACUUM"))
        (usage,), server = self.measured(lambda: run([self.loader(case)], self.home / "log", source))
        micro = 1e6 / self.records
        return Figures(usage.wall * micro, usage.cpu * micro, server * micro, usage.peak)

    def measured(self, work: Callable[[], list[Usage]]) -> tuple[list[Usage], float]:
        """Do some work; return what its programs used, and PostgreSQL's CPU seconds meanwhile."""
        self._execute(sql.SQL("CHECKPOINT"))
        before = cpu_of_server(self.server.cluster)
        usages = work()
        return usages, cpu_of_server(self.server.cluster) - before

    def fingerprint(self) -> str:
        """Summarise the loaded rows, without what tells when and how they were loaded."""
        with self._connect() as connection:
            return "|".join(
                str(
                    connection.execute(
                        sql.SQL(
                            "SELECT count(*), md5(string_agg({0}, '' ORDER BY portal_id, id)) FROM {1}"
                        ).format(_OWN_COLUMNS, sql.Identifier(SCHEMA, stream))
                    ).fetchone()
                )
                for stream in self.streams
            )

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.server.url.replace("+psycopg", ""), autocommit=True)

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _write(self, kind: str, version: int) -> Path:
        path = self.home / f"{kind}-{version}"
        if kind in {"batches", "compressed"}:
            return singer_file.write_batches(
                path, self.streams, self.records, version=version, compressed=kind == "compressed"
            )
        records = 0 if kind == "schemas" else self.records
        is_interleaved = kind == "interleaved"
        singer_file.write_lines(path, self.streams, records, version=version, interleaved=is_interleaved)
        return path

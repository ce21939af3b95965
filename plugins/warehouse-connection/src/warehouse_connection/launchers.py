"""Start dbt and target-postgres on the project's database.

Both take the connection apart into settings of their own, and both answer a wrong one with a traceback. A launcher
resolves the database once, checks that it answers, passes it on in the environment (not in the process list), and is
the program from then on.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from warehouse_connection.connection import connect
from warehouse_connection.load_lock import locks_of, try_locks
from warehouse_connection.location import WarehouseError, resolve_url
from warehouse_connection.seeds import SeedsError, copied_seeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

_LOCK_PATIENCE_SECONDS = 60

# dbt's sessions sort and join whole tables, in queries too many and too different to be worth compiling; and what
# they write they can write again, so no commit need wait for the disk.
_DBT_SESSION = "-c work_mem=128MB -c maintenance_work_mem=256MB -c jit=off -c synchronous_commit=off"

# Where each program has a role of its own, what dbt makes belongs to dbt's: tables that an administrator's build had made
# anew would be his, and the next sync could not replace them. Only erasure needs his own rights. Where one user loads
# and builds, though the roles are there, dbt's can't read all that was loaded.
_OWNER = "hubspot_transform"
_ACTS_FOR_OWNER = """
    SELECT
        current_user <> %(owner)s
        AND EXISTS (
            SELECT FROM pg_tables
            WHERE schemaname = 'hubspot_staging' AND tableowner = %(owner)s AND pg_has_role(tableowner, 'MEMBER')
        )
        AND NOT EXISTS (
            SELECT FROM pg_class
            WHERE relnamespace = to_regnamespace('hubspot_raw') AND relkind IN ('r', 'p')
            AND NOT has_table_privilege(to_regrole(%(owner)s), oid, 'SELECT')
        )
"""
_ERASURE = {"purge_portal", "purge_deleted"}


def dbt() -> NoReturn:
    """Become `dbt` with the variables that `transform/profiles.yml` and `transform/dbt_project.yml` read."""
    with _one_line_errors():
        seeds = copied_seeds()
        with connect(resolve_url()) as connection:
            info = connection.info
            parameters = info.get_parameters()
            role = "" if _ERASURE.intersection(sys.argv) else _role(connection)
            variables = {
                "DBT_HOST": info.host,
                "DBT_PORT": str(info.port),
                "DBT_USER": info.user,
                "DBT_PASSWORD": info.password,
                "DBT_DBNAME": info.dbname,
                "DBT_SSLMODE": parameters.get("sslmode", "prefer"),
                # Of two values the last one counts: the user's.
                "PGOPTIONS": f"{_DBT_SESSION} {role} {parameters.get('options', '')}".rstrip(),
            }
        if seeds:
            variables["DBT_SEEDS_FOLDER"] = seeds
        _become("dbt", sys.argv[1:], variables)


def _role(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    acts_for_owner = connection.execute(_ACTS_FOR_OWNER, {"owner": _OWNER}).fetchone()
    return f"-c role={_OWNER}" if acts_for_owner == (True,) else ""


def target_postgres() -> None:
    """Be `target-postgres`, with the database as one more source of its configuration."""
    with _one_line_errors():
        url = resolve_url()
        if not {"--about", "--help", "--version"} & set(sys.argv):
            _hold_load_locks(url)
    # Meltano's logging set-up would let the loader repeat every INSERT and COPY statement; without it, the
    # loader's own setting TARGET_POSTGRES_LOGLEVEL is in force.
    os.environ.pop("SINGER_SDK_LOG_CONFIG", None)
    os.environ["TARGET_POSTGRES_SQLALCHEMY_URL"] = url
    # Only the loader's environment has what it needs, and it is too much for those who want --help or an error.
    from warehouse_connection.run_log_last import TargetInOrder  # noqa: PLC0415

    TargetInOrder.cli([*sys.argv[1:], "--config=ENV"], prog_name="target-postgres")


def _hold_load_locks(url: str) -> None:
    """Hold off loaders that write rows of the same portals, for as long as this process lives.

    The locks belong to a database session: they are released when the process ends, however it ends.

    Raises:
        WarehouseError: another loader is at work.
    """
    schema = os.environ.get("TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA", "")
    locks = locks_of(os.environ)
    connection = connect(url)
    connection.autocommit = True
    deadline = time.monotonic() + _LOCK_PATIENCE_SECONDS
    while not try_locks(connection, schema, locks):
        if time.monotonic() > deadline:
            msg = f"another run is loading into schema {schema} of this database: let it end first."
            raise WarehouseError(msg)
        time.sleep(1)
    atexit.register(connection.close)  # and nobody else does: an object that is forgotten would be closed


def _become(program: str, arguments: list[str], variables: dict[str, str]) -> NoReturn:
    executable = Path(sys.executable).with_name(program)  # of the same environment, whatever PATH says
    os.execve(executable, [program, *arguments], {**os.environ, **variables})  # noqa: S606 - the program is ours


@contextlib.contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except (WarehouseError, SeedsError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        sys.exit(2)

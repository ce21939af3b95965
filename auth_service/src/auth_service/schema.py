"""The version of the token tables: bring it up to date, or refuse to work with another one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from auth_service.database import transaction
from auth_service.errors import SchemaError
from auth_service.tables import SCHEMA

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any fixed number: two `migrate` at once must take turns.
_MIGRATION_LOCK = 4_810_514_262_026


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Create or update the token tables; all of it happens, or nothing."""
    with transaction(engine) as connection:
        _take_turns(connection)
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the token tables back to an earlier version ("base": remove them, with every token in them)."""
    with transaction(engine) as connection:
        _take_turns(connection)
        command.downgrade(_config(connection), revision)


def current_version(engine: Engine) -> str | None:
    """Return the version of the token tables, or None if the database has none."""
    with transaction(engine) as connection:
        options = {"version_table_schema": SCHEMA}
        return MigrationContext.configure(connection, opts=options).get_current_revision()


def require_current(engine: Engine) -> None:
    """Check that the token tables are the ones this program was written for.

    Raises:
        SchemaError: They are missing, older or newer.
        DatabaseUnreachable: The database does not answer.
    """
    scripts = ScriptDirectory(str(_MIGRATIONS))
    needed = scripts.get_current_head()
    found = current_version(engine)
    if found == needed:
        return
    if found is None:
        raise SchemaError("this database has no token tables yet: run: hubspot-auth migrate")
    if found in {script.revision for script in scripts.walk_revisions()}:
        raise SchemaError(
            f"the token tables are at version {found}, this program needs {needed}: run: hubspot-auth migrate"
        )
    raise SchemaError(
        f"the token tables are at version {found}, newer than this program ({needed}): upgrade auth-service"
    )


def _take_turns(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

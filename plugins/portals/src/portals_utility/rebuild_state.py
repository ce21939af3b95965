"""`hubspot-portals rebuild-state`: bookmarks from the run log, where the state is lost or does not fit the database."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from portals_utility.bookmarks import differences, state_of
from portals_utility.errors import PortalsError
from portals_utility.proof import read_proofs
from run_recovery import recover
from run_recovery.shard_states import Busy, read_states, replace_states
from warehouse_connection.connection import connect
from warehouse_connection.location import WarehouseError, resolve_url

if TYPE_CHECKING:
    from portals_utility.proof import Proof

_EXTRACT_LOAD = "tap-hubspot-multi-to-target-postgres"


@click.command(name="rebuild-state")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--replace", is_flag=True, help="Do so although there is a state; it is gone then.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the state and change nothing, for `meltano state set`."
)
def rebuild_state(*, dry_run: bool, replace: bool, as_json: bool) -> None:
    """Make the bookmarks of all portals anew, from what the run log proves was read into the database.

    For when the state is lost, or newer than a database that was restored. The next sync reads on from there; streams
    whose bookmark can't be told from the run log, it reads from the start.
    """
    try:
        with connect(resolve_url()) as connection:
            proofs = read_proofs(connection)
        if as_json:
            click.echo(json.dumps({"singer_state": state_of(proofs, datetime.now(UTC))}))
        else:
            _rebuild(proofs, dry_run=dry_run, replace=replace)
    except (PortalsError, WarehouseError, Busy) as error:
        raise click.ClickException(str(error)) from None
    except SQLAlchemyError as error:
        raise click.ClickException(f"Meltano's database can't be used ({type(error).__name__}).") from None


def _rebuild(proofs: list[Proof], *, dry_run: bool, replace: bool) -> None:
    uri, pipeline = _meltano()
    engine = create_engine(uri.replace("postgresql://", "postgresql+psycopg://", 1), hide_parameters=True)
    try:
        if not dry_run:
            recover(engine)  # the mark of a run that was killed is no run
        names, before = read_states(engine, pipeline)
        for line in differences(before, proofs):
            click.echo(line)
        portals = len({proof.portal_id for proof in proofs})
        click.echo(
            f"The run log proves {len(proofs)} bookmarks of {portals} portals; all else is read once more."
        )
        if dry_run:
            click.echo("Nothing is changed.")
            return
        if names and not replace:
            raise PortalsError(f"there is a state already ({', '.join(names)}): to replace it, say --replace")
        replace_states(engine, pipeline, names, state_of(proofs, datetime.now(UTC)))
        click.echo(f"Written as {pipeline}.")
    finally:
        engine.dispose()


def _meltano() -> tuple[str, str]:
    """Meltano's own database, and the name of the pipeline's state."""
    uri, environment = (os.environ.get(f"MELTANO_{name}") for name in ("DATABASE_URI", "ENVIRONMENT"))
    if not uri or not environment:
        raise PortalsError("call it through Meltano, `meltano invoke portals:rebuild-state`")
    state_id = f"{environment}:{_EXTRACT_LOAD}"
    if os.environ.get("MELTANO_STATE_BACKEND_URI", "systemdb") != "systemdb":
        raise PortalsError(
            "Meltano's state is not in its own database: write the state yourself, "
            f'`meltano state set --force {state_id} "$(meltano invoke portals:rebuild-state --json)"`'
        )
    return uri, state_id

"""What the commands have in common: the marts, and errors of one line."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import click

from kpi_marts.connection import MartsUnavailable, open_pool
from kpi_marts.reader import Marts
from kpi_scorecard.errors import ScorecardError

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_DELIVERED, CANNOT_START = 1, 2

EXIT_CODES = (
    "Exit codes: 0 done; 1 a channel did not take its message (the next run tries again); "
    "2 the settings, the rules or the database have to be put right first."
)


class OneLineErrors(click.Group):
    """Shows errors that are raised on purpose as lines, never as tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (MartsUnavailable, ScorecardError) as error:
            for line in str(error).splitlines():
                click.echo(f"kpi-scorecard: {line}", err=True)
            ctx.exit(CANNOT_START)


@contextlib.contextmanager
def marts(program: str) -> Iterator[Marts]:
    """Open the marts, all portals visible.

    Raises:
        MartsUnavailable: they can't be read.
    """
    pool = open_pool(program, connections=1)
    try:
        yield Marts(pool)
    finally:
        pool.close()

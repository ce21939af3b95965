"""How often something may be tried from one place, counted in the database for all processes together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from auth_service.database import transaction
from auth_service.errors import TooManyAttempts
from auth_service.tables import attempts as table

if TYPE_CHECKING:
    from sqlalchemy import Engine

WINDOW = timedelta(minutes=15)
LONGEST_SOURCE = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts at an action there may be in 15 minutes, from one address and from all."""

    action: str
    each: int
    all: int

    def count(self, engine: Engine, source: str) -> None:
        """Note an attempt, before it is made: attempts made at once are counted all the same.

        Raises:
            TooManyAttempts: There were too many; this one must not be made.
        """
        source = source[:LONGEST_SOURCE]
        made_here = func.count().filter(table.c.source == source)
        with transaction(engine) as connection:
            # Attempts at the same action take turns, so that each sees the ones before it.
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(self.action))))
            connection.execute(delete(table).where(table.c.at < func.now() - WINDOW))
            here, everywhere = connection.execute(
                select(made_here, func.count()).where(table.c.action == self.action)
            ).one()
            if here >= self.each or everywhere >= self.all:
                raise TooManyAttempts(
                    f"There were too many attempts. Wait {WINDOW // timedelta(minutes=1)} minutes, then try again."
                )
            connection.execute(insert(table).values(action=self.action, source=source))

    def forgive(self, engine: Engine, source: str) -> None:
        """Forget the attempts of a source that turned out to be right."""
        with transaction(engine) as connection:
            connection.execute(
                delete(table).where(table.c.action == self.action, table.c.source == source[:LONGEST_SOURCE])
            )

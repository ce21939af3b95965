"""Every question goes through here, and sees only the rows of portals that the asker may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import psycopg
from psycopg.rows import class_row
from psycopg_pool import PoolTimeout

from kpi_marts.connection import MartsUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from psycopg_pool import ConnectionPool

    Connection = psycopg.Connection[tuple[object, ...]]

Row = TypeVar("Row")

_BY_PORTAL: Final = (
    "dim_owners",
    "dim_pipeline_stages",
    "dim_pipelines",
    "dim_portals",
    "fct_deal_stage_history",
    "fct_deals",
    "fct_marketing_emails",
    "fct_sales_velocity",
    "kpi_daily",
    "kpi_monthly",
    "kpi_samples",
    "kpi_weekly",
    "mapping_gaps",
    "portal_health",
    "portal_scorecard",
    "portal_value",
)
_OF_GROUPS: Final = ("dim_portal_groups", "group_scorecard")
_OF_NOBODY: Final = ("dim_exchange_rates", "dim_kpis")

_VISIBLE_ROWS: Final = "(SELECT * FROM hubspot_marts.{} WHERE portal_id = ANY(%(visible_portals)s))"
# A group is all of its portals: who may not see one of them does not learn of it, nor of a part of its sum.
_VISIBLE_GROUPS: Final = (
    "(SELECT * FROM hubspot_marts.{} WHERE group_name NOT IN "
    "(SELECT group_name FROM hubspot_marts.dim_portal_groups WHERE portal_id <> ALL(%(visible_portals)s)))"
)


class Marts:
    """The marts, as far as they are the asker's to see.

    Args:
        pool: From `connection.open_pool`.
        visible_portals: Ids of the portals whose rows there are; None for all.
    """

    def __init__(
        self, pool: ConnectionPool[Connection], visible_portals: Collection[int] | None = None
    ) -> None:
        self._pool = pool
        self._visible = None if visible_portals is None else sorted(visible_portals)
        names = (*_BY_PORTAL, *_OF_GROUPS, *_OF_NOBODY)
        self._tables = {name: f"hubspot_marts.{name}" for name in names}
        if self._visible is not None:
            self._tables |= {name: _VISIBLE_ROWS.format(name) for name in _BY_PORTAL}
            self._tables |= {name: _VISIBLE_GROUPS.format(name) for name in _OF_GROUPS}

    def only(self, visible_portals: Collection[int]) -> Marts:
        """The same marts with fewer portals."""
        seen = set(visible_portals)
        return Marts(self._pool, seen if self._visible is None else seen & set(self._visible))

    def ask(self, sql: str, row: type[Row], parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Ask one question.

        Args:
            sql: A query that names the marts in braces (`FROM {kpi_daily} AS daily`): it has no other way to them.
            row: What to make of each row: a class whose arguments are the query's columns.
            parameters: Values of the query's `%(name)s`.

        Raises:
            MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
        """
        query = sql.format_map(self._tables)
        try:
            with (
                self._pool.connection() as connection,
                connection.cursor(row_factory=class_row(row)) as cursor,
            ):
                cursor.execute(query.encode(), {**(parameters or {}), "visible_portals": self._visible})
                return cursor.fetchall()
        except (
            psycopg.errors.UndefinedTable,
            psycopg.errors.UndefinedColumn,
            psycopg.errors.InvalidSchemaName,
        ):
            msg = "the marts are not there, or those of an older version: run `meltano invoke dbt:build`"
            raise MartsUnavailable(msg) from None
        except psycopg.errors.InsufficientPrivilege:
            msg = "the database user may not read hubspot_marts: run `hubspot-auth grant-roles`, then `meltano invoke dbt:build`"
            raise MartsUnavailable(msg) from None
        except psycopg.errors.QueryCanceled:
            msg = "the database took too long: ask for fewer portals or a shorter time"
            raise MartsUnavailable(msg) from None
        except (psycopg.OperationalError, PoolTimeout):
            msg = "the database does not answer: check that it runs (`meltano invoke postgres:status`) and try again"
            raise MartsUnavailable(msg) from None

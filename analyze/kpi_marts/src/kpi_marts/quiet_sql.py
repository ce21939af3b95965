"""The SQL of periods in which nothing happened: zero, where a KPI is then zero and the period has been read.

As in the scorecard: from the month in which a portal's KPI began, to the last day that is known of the portal. With
dimensions, of those that have anything in the window: of all that ever were there would be too many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_marts.periods import Period

if TYPE_CHECKING:
    from kpi_marts.questions import Question

_COLUMNS = (
    "dimension_id",
    "dimension",
    "common_dimension",
    "sub_dimension_id",
    "sub_dimension",
    "common_sub_dimension",
)
_NAMES = ", ".join(_COLUMNS)
_NAMES_OF_LINES = ", ".join(f"lines.{column}" for column in _COLUMNS)
_NO_NAMES = ", ".join(f"''::text AS {column}" for column in _COLUMNS)


def total(numerator: str) -> str:
    """The sum of what is known: money that has no rate is not zero because a day beside it was quiet."""
    return (
        f"CASE WHEN every(facts.is_quiet) THEN 0 ELSE sum({numerator}) FILTER (WHERE NOT facts.is_quiet) END"
    )


def with_zeros(question: Question, facts: str) -> str:
    """The facts, and the zeros beside them.

    Args:
        question: What is asked.
        facts: Query of the facts, of portals that `portals` names with `known_until`.
    """
    of_dimensions = question.dimension is not None or not question.by.isdisjoint(
        {"dimension", "sub_dimension"}
    )
    lines = f"SELECT DISTINCT portal_id, kpi, {_NAMES} FROM found" if of_dimensions else "SELECT * FROM begun"
    return f"""
        WITH found AS ({facts}),
        begun AS (
            SELECT portal_id, kpi, {_NO_NAMES}, min(month) AS month
            FROM {{kpi_monthly}}
            WHERE kpi = ANY(%(empty_is_zero)s)
            GROUP BY portal_id, kpi
        )
        SELECT *, false AS is_quiet FROM found
        UNION ALL
        SELECT lines.portal_id, lines.kpi, {_NAMES_OF_LINES}, quiet.day::date, 0::numeric, NULL::numeric, true
        FROM ({lines}) AS lines
        JOIN begun USING (portal_id, kpi)
        JOIN (SELECT DISTINCT portal_id, known_until FROM portals) AS read_portals
            ON read_portals.portal_id = lines.portal_id AND read_portals.known_until IS NOT NULL
        CROSS JOIN LATERAL generate_series(
            {_first(question)},
            least(%(until)s, %(known_until)s, read_portals.known_until)::timestamp,
            {_step(question)}
        ) AS quiet (day)
    """


def _first(question: Question) -> str:
    begin = "greatest(%(since)s, begun.month)::timestamp"
    # One zero is enough for the whole window, whose figures are all of its first day.
    return begin if question.period is Period.ALL else f"date_trunc('{question.period}', {begin})"


def _step(question: Question) -> str:
    return "interval '10000 years'" if question.period is Period.ALL else f"interval '1 {question.period}'"

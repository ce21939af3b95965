"""The SQL of a question: one branch for each way in which KPIs add up (`dim_kpis.aggregation`).

Sums, ratios and means are sums of `kpi_daily`, divided last; a stock is that of the period's last day that has one; a
median is taken of the records themselves, and the trailing velocity worked out from the deals of all portals together,
for neither can be made of the portals' own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_marts import answer_columns, quiet_sql
from kpi_marts.periods import Period

if TYPE_CHECKING:
    from datetime import date

    from kpi_marts.questions import Question

_ADDED_UP = ("sum", "ratio", "mean")
_DIVIDED = ("ratio", "mean", "monthly")

# What every branch begins with, before its measures.
_NAMES = """
    facts.portal_id, facts.kpi, facts.dimension_id, facts.dimension, facts.common_dimension,
    facts.sub_dimension_id, facts.sub_dimension, facts.common_sub_dimension
"""

# Open deals × win rate × mean won value ÷ mean sales cycle, of the sums over portals; see the macro sales_velocity.
_VELOCITY = """
    CASE WHEN sum(valued_deals) > 0 AND sum(cycle_days) > 0 THEN
        sum(open_deals) * sum(won) * sum({won_value}) * sum(cycles)
        / ((sum(won) + sum(lost)) * sum(valued_deals) * sum(cycle_days))
    END
"""


def parameters(question: Question, known_until: date | None = None) -> dict[str, object]:
    """Values for `statement`."""
    kpis = question.kpis
    return {
        "since": question.since,
        "until": question.until,
        "portal_ids": None if question.portal_ids is None else sorted(question.portal_ids),
        "group_names": None if question.group_names is None else sorted(question.group_names),
        "dimension": question.dimension,
        "currency": question.currency,
        "kpis": [kpi.kpi for kpi in kpis],
        "added_up": [kpi.kpi for kpi in kpis if kpi.aggregation in _ADDED_UP],
        "monthly": [kpi.kpi for kpi in kpis if kpi.aggregation == "monthly"],
        "last": [kpi.kpi for kpi in kpis if kpi.aggregation == "last"],
        "median": [kpi.kpi for kpi in kpis if kpi.aggregation == "median"],
        "divided": [kpi.kpi for kpi in kpis if kpi.aggregation in _DIVIDED],
        "money": [kpi.kpi for kpi in kpis if kpi.is_money],
        "empty_is_zero": [kpi.kpi for kpi in kpis if kpi.empty_is_zero],
        "known_until": known_until,
        "comparable": [kpi.kpi for kpi in kpis if kpi.has_comparable_dimension],
    }


def statement(question: Question, *, with_zeros: bool = False) -> str:
    """The query, whose columns are arguments of `Point`."""
    asked = {kpi.aggregation for kpi in question.kpis}
    facts = []
    if asked & set(_ADDED_UP):
        facts.append(_daily(question))
    if "monthly" in asked and question.period in {Period.MONTH, Period.ALL}:
        facts.append(_monthly(question))
    if "last" in asked:
        facts.append(_stocks(question))
    branches = []
    if facts:
        branches.append(_summed(question, " UNION ALL ".join(facts), with_zeros=with_zeros))
    if "median" in asked:
        branches.append(_medians(question))
    if "trailing" in asked:
        branches.append(_velocities(question))
    if not branches:  # cac by day or week
        return "SELECT '' AS kpi, current_date AS start WHERE false"
    return f"""
        WITH portals AS ({_portals(question)}), points AS ({" UNION ALL ".join(branches)})
        SELECT * FROM points
        ORDER BY array_position(%(kpis)s::text[], kpi), {answer_columns.key_names(question)} start
    """


def _portals(question: Question) -> str:
    by_group = "group" in question.by
    conditions = ["true"]
    if question.portal_ids is not None:
        conditions.append("portals.portal_id = ANY(%(portal_ids)s)")
    if question.group_names is not None and by_group:
        conditions.append("memberships.group_name = ANY(%(group_names)s)")
    if question.group_names is not None and not by_group:
        conditions.append(
            "portals.portal_id IN (SELECT portal_id FROM {dim_portal_groups} WHERE group_name = ANY(%(group_names)s))"
        )
    return f"""
        SELECT
            portals.portal_id, portals.portal_name,
            (portals.last_synced_at AT TIME ZONE portals.time_zone)::date AS known_until
            {", memberships.group_name" if by_group else ""}
        FROM {{dim_portals}} AS portals
        {"JOIN {dim_portal_groups} AS memberships ON memberships.portal_id = portals.portal_id" if by_group else ""}
        WHERE {" AND ".join(conditions)}
    """


def _daily(question: Question) -> str:
    return f"""
        SELECT {_NAMES}, facts.date, facts.numerator, facts.denominator
        FROM {{kpi_daily}} AS facts
        WHERE
            facts.kpi = ANY(%(added_up)s) AND facts.date BETWEEN %(since)s AND %(until)s
            {_of_dimension(question)}
    """


def _monthly(question: Question) -> str:
    return f"""
        SELECT {_NAMES}, facts.month AS date, facts.numerator, facts.denominator
        FROM {{kpi_monthly}} AS facts
        WHERE
            facts.kpi = ANY(%(monthly)s) AND facts.month BETWEEN %(since)s AND %(until)s
            {_of_dimension(question)}
    """


def _stocks(question: Question) -> str:
    return f"""
        SELECT {_NAMES}, facts.date, facts.numerator, facts.denominator
        FROM {{kpi_daily}} AS facts
        JOIN (
            SELECT portal_id, kpi, max(date) AS date
            FROM {{kpi_daily}}
            WHERE kpi = ANY(%(last)s) AND date BETWEEN %(since)s AND %(until)s
            GROUP BY portal_id, kpi, {answer_columns.start(question, "date")}
        ) AS last_days USING (portal_id, kpi, date)
        WHERE facts.kpi = ANY(%(last)s) {_of_dimension(question)}
    """


def _summed(question: Question, facts: str, *, with_zeros: bool) -> str:
    numerator, rates = "facts.numerator", ""
    if question.currency is not None:
        numerator = (
            "CASE WHEN facts.kpi = ANY(%(money)s) THEN facts.numerator / rates.rate ELSE facts.numerator END"
        )
        rates = _rates("facts.date")
    total = f"sum({numerator})"
    if with_zeros:
        # Rates are of days; without them there is less to put together once zeros are among it, unless days are asked for.
        if question.currency is None and question.period is not Period.DAY:
            facts = _by_period(question, facts)
        facts, total = quiet_sql.with_zeros(question, facts), quiet_sql.total(numerator)
    return f"""
        SELECT
            {answer_columns.columns(question)},
            CASE
                WHEN facts.kpi = ANY(%(divided)s) THEN {total} / nullif(sum(facts.denominator), 0)
                ELSE {total}
            END AS value,
            {total} AS numerator,
            sum(facts.denominator) AS denominator
        FROM ({facts}) AS facts
        JOIN portals ON portals.portal_id = facts.portal_id
        {rates}
        GROUP BY {answer_columns.keys(question)}
    """


def _by_period(question: Question, facts: str) -> str:
    start = answer_columns.start(question, "facts.date")
    return f"""
        SELECT
            {_NAMES}, {start} AS date, sum(facts.numerator) AS numerator, sum(facts.denominator) AS denominator
        FROM ({facts}) AS facts
        GROUP BY {_NAMES}, {start}
    """


def _medians(question: Question) -> str:
    return f"""
        SELECT
            {answer_columns.columns(question)},
            (percentile_cont(0.5) WITHIN GROUP (ORDER BY facts.sample))::numeric AS value,
            NULL::numeric AS numerator,
            NULL::numeric AS denominator
        FROM {{kpi_samples}} AS facts
        JOIN portals ON portals.portal_id = facts.portal_id
        WHERE
            facts.kpi = ANY(%(median)s) AND facts.date BETWEEN %(since)s AND %(until)s
            {_of_dimension(question)}
        GROUP BY {answer_columns.keys(question)}
    """


def _velocities(question: Question) -> str:
    by_pipeline = "dimension" in question.by or question.dimension is not None
    rates, won_value = "", "facts.won_value"
    if question.currency is not None:
        rates, won_value = _rates("facts.date"), "facts.won_value / rates.rate"
    velocity = _VELOCITY.format(won_value=won_value)
    return f"""
        SELECT {answer_columns.columns(question)}, {velocity} AS value, {velocity} AS numerator, NULL::numeric AS denominator
        FROM (
            SELECT DISTINCT ON (velocities.portal_id, velocities.pipeline_id, {answer_columns.start(question, "velocities.date")})
                velocities.*,
                'sales_velocity' AS kpi,
                velocities.pipeline_id AS dimension_id,
                velocities.pipeline_label AS dimension,
                coalesce(pipelines.common_pipeline, velocities.pipeline_label) AS common_dimension,
                '' AS sub_dimension_id,
                '' AS sub_dimension,
                '' AS common_sub_dimension
            FROM {{fct_sales_velocity}} AS velocities
            LEFT JOIN {{dim_pipelines}} AS pipelines
                ON pipelines.portal_id = velocities.portal_id
                AND pipelines.pipeline_id = velocities.pipeline_id
                AND pipelines.object_type = 'deals'
            WHERE
                velocities.velocity IS NOT NULL
                AND velocities.pipeline_id {"<>" if by_pipeline else "="} ''
                AND velocities.date BETWEEN %(since)s AND %(until)s
            ORDER BY
                velocities.portal_id, velocities.pipeline_id, {answer_columns.start(question, "velocities.date")},
                velocities.date DESC
        ) AS facts
        JOIN portals ON portals.portal_id = facts.portal_id
        {rates}
        WHERE true {_of_dimension(question)}
        GROUP BY {answer_columns.keys(question)}
    """


def _rates(day: str) -> str:
    return f"""
        LEFT JOIN {{dim_exchange_rates}} AS rates
            ON rates.currency = %(currency)s AND {day} >= rates.valid_from AND {day} < rates.valid_until
    """


def _of_dimension(question: Question) -> str:
    if question.dimension is None:
        return ""
    return "AND (facts.dimension_id = %(dimension)s OR facts.common_dimension = %(dimension)s)"

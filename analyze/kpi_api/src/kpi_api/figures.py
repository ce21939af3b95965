"""Answers `/kpis/{kpi}`: one KPI over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from kpi_api.asking import of_portals, wrong
from kpi_api.windows import window
from kpi_marts.periods import Period
from kpi_marts.questions import Question, answer

if TYPE_CHECKING:
    from kpi_api.asking import Asker, Found
    from kpi_api.queries import Figures
    from kpi_marts.catalogue import Kpi
    from kpi_marts.questions import By


def figures(asker: Asker, query: Figures) -> Found:
    """Ask for the figures."""
    kpi = asker.kpi(query.kpi)
    asked = asker.portals(query.portal_id, query.group)
    _require_that_it_has(kpi, query)
    since, until = window(query.since, query.to, asker.directory, asked)
    kept_apart: list[By] = [by for by in query.by if by != "total"]
    question = Question(
        kpis=[kpi],
        since=since,
        until=until,
        period=query.period,
        by=frozenset(kept_apart),
        portal_ids=asked,
        group_names=set(query.group) or None,
        dimension=None if query.dimension is UNSET else query.dimension,
        currency=_currency(asker, kpi, query),
    )
    return of_portals(
        asker,
        asked,
        answer(asker.marts, question, known_until=until),
        kpi=kpi.kpi,
        label=kpi.label,
        unit=kpi.unit,
        currency=(question.currency or kpi.reporting_currency) if kpi.is_money else None,
        since=since,
        to=until,
        period=query.period,
        by=sorted(kept_apart),
    )


def _require_that_it_has(kpi: Kpi, query: Figures) -> None:
    """Refuse what the KPI does not have, rather than answer with nothing."""
    possible = ["portal", "group", "total", *(["dimension"] if kpi.dimension else [])]
    if kpi.sub_dimension:
        possible.append("sub_dimension")
    for by in query.by:
        if by not in possible:
            raise wrong("by", f"{kpi.kpi} has no {by}.", possible)
    if "sub_dimension" in query.by and "dimension" not in query.by:
        raise wrong("by", f"{kpi.sub_dimension}s are a {kpi.dimension}'s: ask by=dimension as well.")
    if query.dimension is not UNSET and not kpi.dimension:
        raise wrong("dimension", f"{kpi.kpi} has no dimension.")
    if kpi.aggregation == "monthly" and query.period not in {Period.MONTH, Period.ALL}:
        raise wrong("period", f"{kpi.kpi} is known by month only.", [Period.MONTH, Period.ALL])


def _currency(asker: Asker, kpi: Kpi, query: Figures) -> str | None:
    """The currency to convert into; None if there is nothing to convert."""
    if query.currency is UNSET:
        return None
    if query.currency not in asker.directory.currencies:
        raise wrong(
            "currency", f"There is no exchange rate for {query.currency}.", asker.directory.currencies
        )
    return query.currency if kpi.is_money and query.currency != kpi.reporting_currency else None

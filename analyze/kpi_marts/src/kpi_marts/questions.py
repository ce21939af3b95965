"""KPIs over time: what one may ask, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from kpi_marts import kpi_sql
from kpi_marts.periods import Period, window_before

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kpi_marts.catalogue import Kpi
    from kpi_marts.reader import Marts

By = Literal["portal", "group", "dimension", "sub_dimension"]


@dataclass(frozen=True, slots=True)
class Question:
    """Some KPIs of some portals in a window of days, which are each portal's own.

    Args:
        kpis: From `catalogue.kpis`.
        since: First day.
        until: Last day. With `Period.WEEK` and `Period.MONTH`, periods that the window cuts have the days inside only.
        period: How long each figure's time is. `cac` is of months: it has none by day or week.
        by: What to keep apart; everything else is added up as the KPI's definition says.
        portal_ids: Only these portals; None for all.
        group_names: Only portals of these groups; None for all.
        dimension: Only what is called so, by the portal's id of it or by the name all portals share.
        currency: Of money; None for the reporting currency. What has no rate on its day is left out.
    """

    kpis: Sequence[Kpi]
    since: date
    until: date
    period: Period = Period.MONTH
    by: frozenset[By] = frozenset()
    portal_ids: Collection[int] | None = None
    group_names: Collection[str] | None = None
    dimension: str | None = None
    currency: str | None = None

    def before(self) -> Question:
        """The same of the window before, to compare with."""
        since, until = window_before(self.since, self.until)
        return replace(self, since=since, until=until)


@dataclass(frozen=True, slots=True)
class Point:
    """One figure. What it is not kept apart by is None.

    Args:
        kpi: Name of the KPI.
        start: First day of the period, also where the window begins later; of `Period.ALL`, that of the window.
        portal_id: Id of the portal.
        portal_name: Name of the portal.
        group_name: Name of the group.
        dimension_id: What tells one dimension from another, in all portals that were asked for.
        dimension: What people call it.
        sub_dimension_id: The same of the stage.
        sub_dimension: The same of the stage.
        value: The KPI; None if it is not known, or there is nothing to divide by.
        numerator: What adds up to the value, or is divided; None of medians.
        denominator: What it is divided by; None of sums.
    """

    kpi: str
    start: date
    portal_id: int | None = None
    portal_name: str | None = None
    group_name: str | None = None
    dimension_id: str | None = None
    dimension: str | None = None
    sub_dimension_id: str | None = None
    sub_dimension: str | None = None
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def series(self) -> tuple[object, ...]:
        """What the points of one line have in common."""
        return (self.kpi, self.portal_id, self.group_name, self.dimension_id, self.sub_dimension_id)


def answer(marts: Marts, question: Question, *, known_until: date | None = None) -> list[Point]:
    """Ask for the figures, line by line and each line in the order of time.

    Args:
        marts: What one may see.
        question: What to ask.
        known_until: Where given, periods without an event count zero up to this day, of KPIs that are then zero, and no
            further than each portal has been read.

    Raises:
        MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
    """
    return marts.ask(
        kpi_sql.statement(question, with_zeros=known_until is not None),
        Point,
        kpi_sql.parameters(question, known_until),
    )

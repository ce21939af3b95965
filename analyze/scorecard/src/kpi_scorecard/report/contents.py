"""What a monthly report says: every figure of one portal and month, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_marts.catalogue import kpis
from kpi_marts.figures import judgement
from kpi_marts.health import stream_health
from kpi_marts.periods import add_months
from kpi_marts.scorecards import portal_scores
from kpi_scorecard.report.breakdowns import breakdowns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from kpi_marts.catalogue import Kpi
    from kpi_marts.health import StreamHealth
    from kpi_marts.portals import Portal
    from kpi_marts.reader import Marts
    from kpi_marts.scorecards import Score
    from kpi_scorecard.report.breakdowns import Breakdown

# The month, and a year back the same one.
TREND_MONTHS = 13

_HEADLINES = (
    "new_contacts",
    "new_customers",
    "deals_won",
    "won_value",
    "win_rate",
    "pipeline_value",
    "first_response_hours_median",
    "csat_score",
)
# Of each team the KPIs that are drawn, month by month.
_CHARTS = {
    "marketing": ("new_contacts", "mqls", "sessions", "cac"),
    "sales": ("won_value", "deals_created", "win_rate", "sales_cycle_days_median"),
    "service": ("tickets_created", "first_response_hours_median", "csat_score", "csat_satisfied_rate"),
}
_MOVES = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI of the month.

    Args:
        kpi: Which one.
        score: Value, month before, change and target; None if nothing is known of the month.
        trend: Values of the months up to this one, None where nothing is known.
        year_ago: Value of the same month a year before.
    """

    kpi: Kpi
    score: Score | None
    trend: Sequence[tuple[date, Decimal | None]]
    year_ago: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The KPI's value."""
        return self.score.value if self.score else None

    @property
    def previous(self) -> Decimal | None:
        """That of the month before."""
        return self.score.previous if self.score else None

    @property
    def change(self) -> Decimal | None:
        """Relative change since then."""
        return self.score.change if self.score else None

    @property
    def target(self) -> Decimal | None:
        """What was aimed at."""
        return self.score.target if self.score else None

    @property
    def reached_target(self) -> bool | None:
        """Whether it is as good as was aimed at; None without a target or a value."""
        if self.target is None or self.value is None:
            return None
        return self.value <= self.target if self.kpi.better == "down" else self.value >= self.target

    @property
    def is_known_at_all(self) -> bool:
        """Whether any month has a value."""
        return any(value is not None for _, value in self.trend)


@dataclass(frozen=True, slots=True)
class Team:
    """A chapter of the report."""

    name: str
    charts: Sequence[Figure]
    figures: Sequence[Figure]
    breakdowns: Sequence[Breakdown]


@dataclass(frozen=True, slots=True)
class Report:
    """A portal's month.

    Args:
        portal: Whose.
        month: Its first day.
        is_over: Whether the data reach to its end.
        currency: Of all money.
        headlines: The KPIs everybody asks for.
        better: What has moved most for the better since the month before.
        worse: And for the worse.
        teams: A chapter each.
        streams: How fresh and complete the data are.
        made_at: When the report was made.
    """

    portal: Portal
    month: date
    is_over: bool
    currency: str
    headlines: Sequence[Figure]
    better: Sequence[Figure]
    worse: Sequence[Figure]
    teams: Sequence[Team]
    streams: Sequence[StreamHealth]
    made_at: datetime

    @property
    def figures(self) -> list[Figure]:
        """All of them, team by team."""
        return [figure for team in self.teams for figure in team.figures]

    @property
    def with_target(self) -> list[Figure]:
        """Those that something was aimed at."""
        return [figure for figure in self.figures if figure.reached_target is not None]


def last_whole_month(portal: Portal) -> date | None:
    """First day of the last month that is known to its end; None before the first sync."""
    return None if portal.last_synced_date is None else add_months(portal.last_synced_date, -1)


def gather(marts: Marts, portal: Portal, month: date, made_at: datetime) -> Report:
    """Read a portal's month.

    Args:
        marts: What one may see.
        portal: Whose month.
        month: First day of it.
        made_at: The time it is.

    Raises:
        MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
    """
    catalogue = kpis(marts)
    first = add_months(month, 1 - TREND_MONTHS)
    scores: dict[tuple[str, date], Score] = {
        (score.kpi, score.month): score
        for score in portal_scores(marts, catalogue.values(), first, month, [portal.portal_id])
    }
    figures = {kpi.kpi: _figure(kpi, scores, month) for kpi in catalogue.values()}
    next_month = add_months(month, 1)
    tables = breakdowns(marts, catalogue, portal.portal_id, month, next_month - timedelta(days=1))
    moved = sorted(
        (figure for figure in figures.values() if figure.change is not None),
        key=lambda figure: -abs(float(figure.change or 0)),
    )
    return Report(
        portal=portal,
        month=month,
        is_over=portal.last_synced_date is not None and portal.last_synced_date >= next_month,
        currency=next(kpi.reporting_currency for kpi in catalogue.values() if kpi.reporting_currency),
        headlines=[figures[name] for name in _HEADLINES],
        better=[figure for figure in moved if judgement(figure.change, figure.kpi) == "better"][:_MOVES],
        worse=[figure for figure in moved if judgement(figure.change, figure.kpi) == "worse"][:_MOVES],
        teams=[
            Team(
                name=team,
                charts=[figures[name] for name in charts],
                figures=[figure for figure in figures.values() if figure.kpi.team == team],
                breakdowns=[table for table in tables if table.team == team],
            )
            for team, charts in _CHARTS.items()
        ],
        streams=stream_health(marts, [portal.portal_id]),
        made_at=made_at,
    )


def _figure(kpi: Kpi, scores: Mapping[tuple[str, date], Score], month: date) -> Figure:
    months = [add_months(month, back) for back in range(1 - TREND_MONTHS, 1)]
    trend = [(day, score.value if (score := scores.get((kpi.kpi, day))) else None) for day in months]
    return Figure(kpi=kpi, score=scores.get((kpi.kpi, month)), trend=trend, year_ago=trend[0][1])

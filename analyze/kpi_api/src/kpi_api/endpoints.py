"""Every path that answers with data: what it takes, what it answers, and who makes the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpi_api import answers, figures, lists, queries, scorecard

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

    from kpi_api.asking import Asker, Found


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path.

    Args:
        path: As Starlette writes it; what is in braces is a field of `query`.
        summary: What one finds there.
        query: Declares the parameters.
        answer: What the answer is.
        row: What each row of it is, and of the table.
        find: Makes the answer's rows.
    """

    path: str
    summary: str
    query: type[queries.Rendered]
    answer: type[answers.Listing]
    row: type[msgspec.Struct]
    # Each takes its own query: the one that stands beside it in the table below.
    find: Callable[[Asker, Any], Found]

    @property
    def name(self) -> str:
        """Its name in the log and in the OpenAPI document."""
        return self.find.__name__


ENDPOINTS = (
    Endpoint(
        "/portals",
        "Portals, and how fresh each is",
        queries.OfPortals,
        answers.PortalList,
        answers.PortalRow,
        lists.portals,
    ),
    Endpoint(
        "/groups",
        "Groups of portals",
        queries.Rendered,
        answers.GroupList,
        answers.GroupRow,
        lists.groups,
    ),
    Endpoint(
        "/kpis",
        "The catalogue: every KPI with definition, unit and dimensions",
        queries.Rendered,
        answers.KpiList,
        answers.KpiRow,
        lists.kpis,
    ),
    Endpoint(
        "/kpis/{kpi}",
        "One KPI over time, by portal, group or dimension",
        queries.Figures,
        answers.FigureList,
        answers.FigureRow,
        figures.figures,
    ),
    Endpoint(
        "/deals/value-by-company",
        "Total deal value per company, which is a portal here",
        queries.OfPortals,
        answers.DealValueList,
        answers.DealValueRow,
        lists.values_by_company,
    ),
    Endpoint(
        "/scorecard",
        "Every KPI of portals or groups by month, with the month before and the target",
        queries.Scorecard,
        answers.ScoreList,
        answers.ScoreRow,
        scorecard.scorecard,
    ),
    Endpoint(
        "/health/streams",
        "How fresh and complete every stream of every portal is",
        queries.OfPortals,
        answers.StreamList,
        answers.StreamRow,
        lists.streams,
    ),
)

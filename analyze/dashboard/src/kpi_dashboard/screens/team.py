"""What the pages of the teams have in common: every KPI as a tile, and one of them in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from kpi_dashboard import charts, marts, series, status
from kpi_dashboard.cards import card, draw, tile, unit
from kpi_dashboard.colours import looks
from kpi_dashboard.filters import names
from kpi_dashboard.times import span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpi_dashboard.colours import Look
    from kpi_dashboard.filters import View
    from kpi_marts.catalogue import Kpi
    from kpi_marts.questions import Point

# Each team has 8 or 16 KPIs: the rows are full.
_TILES_A_ROW: Final = 8
_TILE_WIDTH: Final = 145
_HEADLINES: Final = (
    "new_contacts",
    "mqls",
    "new_customers",
    "won_value",
    "win_rate",
    "pipeline_value",
    "first_response_hours_median",
    "csat_satisfied_rate",
)
_PICK: Final = "pick"
_BARS: Final = "bars"


def kpis_of(team: str) -> list[Kpi]:
    """A team's KPIs in the order of the definitions."""
    return [kpi for kpi in marts.catalogue().values() if kpi.team == team]


def headlines() -> list[Kpi]:
    """The few that say most about a portal, of all teams."""
    return [kpi for name, kpi in marts.catalogue().items() if name in _HEADLINES]


def heading(title: str, view: View, team: str | None = None) -> None:
    """The page's title with the window, what is broken, and how fresh and complete the figures are."""
    compared = f", compared with {span(*view.before)}" if view.compares else ""
    st.markdown(f"## {title} &ensp;:gray[:small[{view.days}{compared}]]")
    status.show_troubles(view.portal_ids)
    status.show_freshness(view.portal_ids, team)


def tiles(view: View, kpis: Sequence[Kpi]) -> None:
    """Every KPI of all chosen portals together."""
    question = view.question(kpis)
    now = {point.kpi: point for point in marts.ask(question)}
    before = {point.kpi: point for point in marts.ask(question.before())} if view.compares else {}
    line: dict[str, list[Point]] = {}
    for point in marts.ask(view.question(kpis, period=view.period), view.known_until):
        line.setdefault(point.kpi, []).append(point)
    with st.grid(_TILES_A_ROW, min_column_width=_TILE_WIDTH, gap="xsmall"):
        for kpi in kpis:
            tile(kpi, now.get(kpi.kpi), before.get(kpi.kpi), line.get(kpi.kpi, []), view.currency)


def detail(view: View, kpis: Sequence[Kpi], first: str) -> None:
    """One KPI side by side and over time: by portal, by group, or by what it is divided into."""
    by_name = {kpi.kpi: kpi for kpi in kpis}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "KPI in detail",
            list(by_name),
            list(by_name).index(first),
            format_func=lambda name: by_name[name].label,
            key="kpi",
            bind="query-params",
            width=260,
        )
        kpi = by_name[chosen]
        splits = series.splits(kpi, groups=bool(marts.groups()))
        split = st.segmented_control(
            "Side by side",
            list(splits),
            default=series.PORTAL,
            required=True,
            key="split",
            bind="query-params",
        )
    split = split if split in splits else series.PORTAL
    by = series.asked_by(splits[split], view)
    question = view.question([kpi], *by)
    now = series.ranked(marts.ask(question))
    called = series.series_names(now, split)
    drawn = series.series_looks(list(called.values()), split)
    left, right = st.columns([3, 2])
    with left:
        over_time(view, kpi, split, now)
    with right:
        before = series.values_before(marts.ask(question.before())) if view.compares else {}
        shown = now[: charts.BARS_AT_MOST]
        rows = charts.bar_rows(
            [(called[line], point.value, before.get(line)) for point in shown if (line := series.key(point))],
            kpi,
            view.currency,
        )
        card(
            f"{kpi.label} by {split.lower()}",
            counted_in=unit(kpi, view.currency),
            about=f"{kpi.definition} {view.days}; the tick is the time before.",
            rows=[
                {split.lower(): called[line], kpi.kpi: point.value, "before": before.get(line)}
                for point in now
                if (line := series.key(point))
            ],
            show=lambda: _bars(rows, kpi, split, drawn, len(now)),
        )


def _bars(rows: list[dict[str, object]], kpi: Kpi, split: str, drawn: Mapping[str, Look], of: int) -> None:
    by_portal = split == series.PORTAL and bool(kpi.dimension)
    chart = charts.bars(rows, kpi, drawn, selection=_PICK if by_portal else None)
    if by_portal:
        st.altair_chart(
            chart,
            width="stretch",
            alt=f"{kpi.label} by portal",
            key=_BARS,
            on_select=lambda: _look_inside(kpi),
            selection_mode=_PICK,
        )
        st.caption(f"Click on a bar to see the portal by {kpi.dimension}.")
    else:
        draw(chart, f"{kpi.label} by {split.lower()}")
    if of > len(rows):
        st.caption(f"The {len(rows)} largest of {of}; the CSV has all.")


def _look_inside(kpi: Kpi) -> None:
    picked = st.session_state[_BARS]["selection"].get(_PICK) or []
    ids = {name: portal_id for portal_id, name in names(marts.portals()).items()}
    if picked and (portal_id := ids.get(picked[0].get("name"))):
        st.session_state["portal"] = [portal_id]
        st.session_state["split"] = kpi.dimension.capitalize()


def over_time(view: View, kpi: Kpi, split: str, ranked: Sequence[Point]) -> None:
    """A card with the lines of the largest, as many as one can tell apart."""
    by = series.asked_by(series.splits(kpi, groups=True)[split], view)
    points = marts.ask(view.question([kpi], *by, period=view.period), view.known_until)
    called = series.series_names(points, split)
    drawn = series.series_looks(list(called.values()), split)
    most = {series.key(point) for point in ranked[: charts.LINES_AT_MOST]}
    lines = [point for point in points if series.key(point) in most]
    rows = charts.value_rows(
        [(called[series.key(point)], point.start, point.value) for point in lines],
        kpi,
        view.currency,
        view.period,
    )

    def show() -> None:
        draw(charts.lines(rows, kpi, view.period, drawn, beside=len(ranked)), f"{kpi.label} over time")
        if len(ranked) > len(most):
            st.caption(f"The {len(most)} largest of {len(ranked)}; the CSV has all.")

    card(
        f"{kpi.label} over time",
        counted_in=f"{unit(kpi, view.currency)}, by {view.period}",
        about=kpi.definition,
        rows=[
            {split.lower(): called[series.key(point)], view.period.value: point.start, kpi.kpi: point.value}
            for point in points
        ],
        show=show,
        empty=_why_no_line(kpi, view),
    )


def _why_no_line(kpi: Kpi, view: View) -> str:
    if not kpi.is_known_by(view.period):
        return "This KPI is of months: choose By month."
    return "Nothing is known of this time: choose another one, or other portals."


def total_lines(view: View, kpis: Iterable[Kpi], title: str, about: str) -> None:
    """A card with several KPIs of one unit over time, of all chosen portals together."""
    kpis = list(kpis)
    points = marts.ask(view.question(kpis, period=view.period), view.known_until)
    called = {kpi.kpi: kpi.label for kpi in kpis}
    rows = charts.value_rows(
        [(called[point.kpi], point.start, point.value) for point in points],
        kpis[0],
        view.currency,
        view.period,
    )
    by_name = looks(called.values())
    card(
        title,
        counted_in=f"{unit(kpis[0], view.currency)}, by {view.period}",
        about=about,
        rows=[
            {"kpi": called[point.kpi], view.period.value: point.start, "value": point.value}
            for point in points
        ],
        show=lambda: draw(
            charts.lines(rows, kpis[0], view.period, {str(name): look for name, look in by_name.items()}),
            title,
        ),
    )

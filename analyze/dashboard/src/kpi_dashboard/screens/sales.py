"""Sales: every KPI of deals and activities, and how deals flow through the stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi_dashboard import charts, marts
from kpi_dashboard.cards import card, draw, unit
from kpi_dashboard.screens import team

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from kpi_dashboard.filters import View
    from kpi_marts.deal_flow import StageFlow
    from kpi_marts.questions import By, Point


def show(view: View) -> None:
    """Draw the page."""
    kpis = team.kpis_of("sales")
    team.heading("Sales", view, "sales")
    team.tiles(view, kpis)
    team.detail(view, kpis, "won_value")
    is_one = view.portal_ids is not None and len(view.portal_ids) == 1
    flow = marts.stage_flow(view.since, view.until, view.portal_ids, common_names=not is_one)
    left, right = st.columns(2)
    with left:
        _value_by_stage(view, flow, is_one=is_one)
    with right:
        _moves(flow, is_one=is_one)


def _value_by_stage(view: View, flow: tuple[StageFlow, ...], *, is_one: bool) -> None:
    """Of one portal its own stages by pipeline, of several the common ones."""
    kpi = marts.catalogue()["pipeline_value"]
    by: tuple[By, ...] = ("portal", "dimension", "sub_dimension") if is_one else ("sub_dimension",)
    question = view.question([kpi], *by)
    several = len({stage.pipeline for stage in flow}) > 1
    order = {_name(stage.pipeline, stage.stage, several=several): place for place, stage in enumerate(flow)}

    def named(points: Iterable[Point]) -> dict[str, Decimal | None]:
        return {
            _name(
                point.dimension if is_one else None, point.sub_dimension or "", several=several
            ): point.value
            for point in points
        }

    now = named(marts.ask(question))
    before = named(marts.ask(question.before())) if view.compares else {}
    shown = sorted(now, key=lambda name: order.get(name, len(order)))
    rows = charts.bar_rows([(name, now[name], before.get(name)) for name in shown], kpi, view.currency)
    card(
        "Open pipeline by stage",
        counted_in=unit(kpi, view.currency),
        about=f"{kpi.definition} The last snapshot of the time; stages in the order in which deals move.",
        rows=[{"stage": name, "pipeline_value": now[name], "before": before.get(name)} for name in shown],
        show=lambda: draw(charts.bars(rows, kpi), "Open pipeline by stage"),
        empty="No snapshot was kept in this time: one is made at each `meltano run sync`.",
    )


def _moves(flow: tuple[StageFlow, ...], *, is_one: bool) -> None:
    rows = [
        {
            **({"pipeline": stage.pipeline} if is_one else {}),
            "stage": stage.stage,
            "entered": stage.entered,
            "left": stage.left,
            "median_days": None if stage.median_days is None else round(float(stage.median_days), 1),
        }
        for stage in flow
    ]
    longest = max((float(stage.median_days or 0) for stage in flow), default=0)
    card(
        "Deal flow by stage",
        counted_in="stays of deals",
        about=(
            "How often deals came into a stage and left it in this time, and the median days of the stays that ended. "
            + ("" if is_one else "Stages under the names that all portals share, see the seed stage_mapping.")
        ),
        rows=rows,
        show=lambda: st.dataframe(
            rows,
            hide_index=True,
            placeholder="–",
            column_config={
                "pipeline": st.column_config.TextColumn("Pipeline"),
                "stage": st.column_config.TextColumn("Stage"),
                "entered": st.column_config.NumberColumn("Entered", format="%,d", width=85),
                "left": st.column_config.NumberColumn("Left", format="%,d", width=85),
                "median_days": st.column_config.ProgressColumn(
                    "Median days", format="%.1f", min_value=0, max_value=longest or 1, width=150
                ),
            },
        ),
        empty="No deal was in a stage in this time: choose another one, or other portals.",
    )


def _name(pipeline: str | None, stage: str, *, several: bool) -> str:
    return f"{stage} · {pipeline}" if several and pipeline else stage

"""Who reached which target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi_dashboard import marts
from kpi_dashboard.cards import card
from kpi_marts import figures

if TYPE_CHECKING:
    from kpi_dashboard.filters import View
    from kpi_marts.scorecards import Score


def show(view: View) -> None:
    """Months with a target, the newest first; nothing if there are none."""
    scores: list[Score] = [*marts.targets(view.since, view.until, view.portal_ids)]
    if view.portal_ids is None or view.group_names:
        scores += marts.group_targets(view.since, view.until, view.group_names)
    if not scores:
        return
    kpis = marts.catalogue()
    rows = [
        {
            "name": score.name,
            "month": f"{score.month:%Y-%m}",
            "kpi": kpis[score.kpi].label,
            "value": figures.text(score.value, kpis[score.kpi]),
            "target": figures.text(score.target, kpis[score.kpi]),
            "attainment": None if score.attainment is None else float(score.attainment),
        }
        for score in sorted(scores, key=lambda score: (-score.month.toordinal(), score.name, score.kpi))
    ]
    column = st.column_config
    card(
        "Targets",
        counted_in="by month, in the reporting currency",
        about="Value ÷ target of the seed kpi_targets. Of a KPI of which less is better, under 100 % is good.",
        rows=rows,
        show=lambda: st.dataframe(
            rows,
            hide_index=True,
            placeholder="–",
            column_config={
                "name": column.TextColumn("Portal or group", pinned=True),
                "month": column.TextColumn("Month", width=90),
                "kpi": column.TextColumn("KPI"),
                "value": column.TextColumn("Value", alignment="right"),
                "target": column.TextColumn("Target", alignment="right"),
                "attainment": column.ProgressColumn(
                    "Attainment", format="percent", min_value=0, max_value=1.5
                ),
            },
        ),
    )

"""All portals side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from kpi_dashboard import marts
from kpi_dashboard.screens import scorecard, targets, team

_SETS: Final = ("Headlines", "Marketing", "Sales", "Service")

if TYPE_CHECKING:
    from kpi_dashboard.filters import View


def show(view: View) -> None:
    """Draw the page."""
    team.heading("Overview", view)
    team.tiles(view, team.headlines())
    chosen = st.segmented_control(
        "KPIs side by side",
        _SETS,
        default=_SETS[0],
        required=True,
        key="kpis",
        bind="query-params",
        label_visibility="collapsed",
    )
    kpis = team.headlines() if chosen in {None, _SETS[0]} else team.kpis_of(str(chosen).lower())
    scorecard.show_portals(view, kpis)
    if marts.groups():
        scorecard.show_groups(view, kpis)
    targets.show(view)

"""Service: tickets, answers and satisfaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi_dashboard import marts
from kpi_dashboard.screens import team

if TYPE_CHECKING:
    from kpi_dashboard.filters import View


def show(view: View) -> None:
    """Draw the page."""
    kpis = team.kpis_of("service")
    team.heading("Service", view, "service")
    team.tiles(view, kpis)
    team.detail(view, kpis, "tickets_created")
    catalogue = marts.catalogue()
    with st.grid(2, min_column_width=380, gap="small"):
        team.total_lines(
            view,
            [catalogue["tickets_created"], catalogue["tickets_closed"]],
            "Tickets created and closed",
            "Where the first line runs above the second, the backlog grows.",
        )
        team.total_lines(
            view,
            [catalogue["first_response_hours_median"], catalogue["first_response_hours"]],
            "Hours until the first response",
            "Of the tickets created in the time. A few very late answers pull the mean up, and not the median.",
        )
        team.total_lines(view, [catalogue["csat_score"]], "CSAT score", catalogue["csat_score"].definition)
        team.total_lines(
            view,
            [catalogue["csat_satisfied_rate"]],
            "CSAT satisfied",
            catalogue["csat_satisfied_rate"].definition,
        )

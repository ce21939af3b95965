"""One portal: its whole picture, and how well it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from kpi_dashboard import filters, marts
from kpi_dashboard.cards import PERCENT, card, in_percent, plain
from kpi_dashboard.screens import scorecard, targets, team

if TYPE_CHECKING:
    from kpi_dashboard.filters import View
    from kpi_marts.portals import Portal


def show(view: View) -> None:
    """Draw the page."""
    portal_id = (view.portal_ids or (0,))[0]
    portal = next(portal for portal in marts.portals() if portal.portal_id == portal_id)
    team.heading(plain(portal.portal_name), view)
    query = urlencode({"portal": filters.names(marts.portals())[portal_id]})
    links = " · ".join(f"[{name}]({name.lower()}?{query})" for name in ("Marketing", "Sales", "Service"))
    st.caption(f"{_facts(portal)} · in detail: {links}")
    team.tiles(view, team.headlines())
    for column, name in zip(st.columns(3), ("marketing", "sales", "service"), strict=True):
        with column:
            scorecard.show_kpis(name.capitalize(), view, team.kpis_of(name))
    targets.show(view)
    _streams(portal)


def _facts(portal: Portal) -> str:
    facts = [
        f"Portal {portal.portal_id}",
        plain(portal.hub_domain) if portal.hub_domain else "",
        portal.time_zone,
        portal.company_currency or "",
        f"{portal.connection_status or 'status not known'}".replace("_", " "),
        f"connected {portal.connected_at:%-d %b %Y}" if portal.connected_at else "",
        f"in {', '.join(plain(name) for name in portal.group_names)}" if portal.group_names else "",
        f"left {portal.left_at:%-d %b %Y}" if portal.left_at else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def _streams(portal: Portal) -> None:
    rows = [
        {
            "stream": stream.stream
            if stream.stream == stream.object_type or not stream.object_type
            else f"{stream.stream} ({stream.object_type})",
            "status": {"ok": "✓ ok", "failed": "✗ failed", "skipped": "– skipped"}.get(
                stream.last_status, stream.last_status
            ),
            "last_ok_at": stream.last_ok_at,
            "mode": stream.last_mode,
            "records": stream.last_records,
            "live_rows": stream.live_rows,
            "hubspot": stream.last_full_read_total,
            "missing": stream.missing_rows,
            "completeness": None if stream.completeness is None else float(stream.completeness),
            "reason": stream.last_reason if stream.last_status != "ok" else stream.last_error,
        }
        for stream in marts.health()
        if stream.portal_id == portal.portal_id
    ]
    column = st.column_config
    card(
        "Sync health",
        counted_in="one row a stream, broken ones first",
        about="The latest run of each stream, and our records held against HubSpot’s own count at the last full read.",
        rows=rows,
        show=lambda: st.dataframe(
            in_percent(rows, "completeness"),
            hide_index=True,
            height="content",
            placeholder="–",
            column_config={
                "stream": column.TextColumn("Stream", pinned=True),
                "status": column.TextColumn("Latest run", width=95),
                "last_ok_at": column.DatetimeColumn(
                    "Fresh up to (UTC)", format="D MMM YYYY HH:mm", timezone="UTC"
                ),
                "mode": column.TextColumn("Mode", width=95, help="backfill, full or incremental"),
                "records": column.NumberColumn(
                    "Read", format="%,d", width=80, help="Records the latest run read"
                ),
                "live_rows": column.NumberColumn("Live here", format="%,d", width=90),
                "hubspot": column.NumberColumn(
                    "In HubSpot", format="%,d", width=90, help="HubSpot’s own count at the last full read"
                ),
                "missing": column.NumberColumn("Missing", format="%,d", width=80),
                "completeness": column.NumberColumn("Complete", format=PERCENT, width=90),
                "reason": column.TextColumn("Why, or latest failure"),
            },
        ),
        empty="Nothing of this portal has been read yet: run `meltano run sync`.",
    )

"""The table of portals or groups side by side: every KPI with its change and its line; and who reached which target."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from kpi_dashboard import filters, marts, status
from kpi_dashboard.cards import PERCENT, card, in_percent, relative, unit
from kpi_dashboard.colours import ink
from kpi_dashboard.times import span
from kpi_marts import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamlit.elements.lib.column_types import ColumnConfig

    from kpi_dashboard.filters import View
    from kpi_marts.catalogue import Kpi
    from kpi_marts.questions import By, Point

_FORMATS: Final = {"ratio": PERCENT, "hours": "%.1f", "days": "%.1f", "points": "%.2f"}
# Of columns, in pixels.
_NARROWEST, _LETTER_WIDTH, _PADDING = 85, 6, 20

Row = dict[str, object]


def show_portals(view: View, kpis: Sequence[Kpi]) -> None:
    """Every chosen portal, the broken ones first, then by name."""
    now = datetime.now(UTC)
    portals = [
        portal
        for portal in marts.portals()
        if (view.portal_ids is None and not portal.has_left) or portal.portal_id in (view.portal_ids or ())
    ]
    called = filters.names(marts.portals())
    troubles = {
        trouble.portal.portal_id: trouble for trouble in status.troubles(portals, marts.health(), now)
    }
    values = _values(view, kpis, "portal")
    rows: list[Row] = []
    order = {portal_id: place for place, portal_id in enumerate(troubles)}
    for portal in sorted(portals, key=lambda portal: order.get(portal.portal_id, len(order))):
        trouble = troubles.get(portal.portal_id)
        state = "✓ ok" if trouble is None else ("✗ " if trouble.is_broken else "! ") + trouble.what
        rows.append(
            {
                "portal": called[portal.portal_id],
                "state": state,
                "page": f"portal?{urlencode({'name': called[portal.portal_id]})}",
                "fresh": portal.last_synced_at,
                **values.get(portal.portal_id, {}),
            }
        )
    column = st.column_config
    _table(
        "Portals side by side",
        view,
        kpis,
        rows,
        {
            "portal": column.TextColumn("Portal", pinned=True, width=170),
            "state": column.TextColumn("State", width=80),
            "page": column.LinkColumn("Page", display_text="open", width=55),
            "fresh": column.DatetimeColumn(
                "Data up to (UTC)", format="D MMM HH:mm", timezone="UTC", width=115
            ),
        },
    )


def show_groups(view: View, kpis: Sequence[Kpi]) -> None:
    """Every group, its portals added up."""
    values = _values(view, kpis, "group")
    types = {group.group_name: (group.group_type, len(group.portal_ids)) for group in marts.groups()}
    rows: list[Row] = [
        {"group": name, "type": types[name][0], "portals": types[name][1], **figures_of}
        for name, figures_of in values.items()
        if name in types
    ]
    column = st.column_config
    _table(
        "Groups side by side",
        view,
        kpis,
        rows,
        {
            "group": column.TextColumn("Group", pinned=True, width=170),
            "type": column.TextColumn("Kind", width=80),
            "portals": column.NumberColumn("Portals", width=115),
        },
    )


def show_kpis(title: str, view: View, kpis: Sequence[Kpi]) -> None:
    """KPIs of all chosen portals together, one below the other."""
    question = view.question(kpis)
    now = {point.kpi: point.value for point in marts.ask(question)}
    before = {point.kpi: point.value for point in marts.ask(question.before())} if view.compares else {}
    lines: dict[str, list[float]] = {}
    for point in marts.ask(view.question(kpis, period=view.period), view.known_until):
        if point.value is not None:
            lines.setdefault(point.kpi, []).append(float(point.value))
    changes = {kpi.kpi: relative(now.get(kpi.kpi), before.get(kpi.kpi)) for kpi in kpis}
    frame = pd.DataFrame(
        [
            {
                "kpi": kpi.label,
                "value": figures.text(now.get(kpi.kpi), kpi, view.currency),
                "change": None if (change := changes[kpi.kpi]) is None else round(float(change) * 100) + 0.0,
                "line": lines[kpi.kpi] if len(lines.get(kpi.kpi, ())) > 1 else None,
            }
            for kpi in kpis
        ]
    )
    by_row = dict(enumerate(kpis))
    coloured = frame.style.apply(
        lambda column: [_colour(change, by_row[place]) for place, change in enumerate(column)],
        subset=["change"],
    )
    column = st.column_config
    card(
        title,
        counted_in=view.days,
        about="  \n".join(f"**{kpi.label}**: {kpi.definition}" for kpi in kpis),
        rows=[
            {
                "kpi": kpi.kpi,
                "unit": unit(kpi, view.currency),
                "value": now.get(kpi.kpi),
                "before": before.get(kpi.kpi),
            }
            for kpi in kpis
        ],
        show=lambda: st.dataframe(
            coloured,
            hide_index=True,
            height="content",
            row_height=30,
            placeholder="–",
            column_config={
                "kpi": column.TextColumn("KPI"),
                "value": column.TextColumn("Value", alignment="right", width=115),
                "change": column.NumberColumn("±", format="%+.0f %%", width=62),
                "line": column.LineChartColumn("Trend", width=70, color="gray"),
            },
        ),
    )


def _values(view: View, kpis: Sequence[Kpi], by: By) -> Mapping[object, Row]:
    question = view.question(kpis, by)
    before = {_key(point, by): point.value for point in marts.ask(question.before())} if view.compares else {}
    lines: dict[tuple[object, str], list[float]] = {}
    for point in marts.ask(view.question(kpis, by, period=view.period), view.known_until):
        if point.value is not None:
            lines.setdefault(_key(point, by), []).append(float(point.value))
    found: dict[object, Row] = {}
    for point in marts.ask(question):
        key = _key(point, by)
        row = found.setdefault(key[0], {})
        change = relative(point.value, before.get(key))
        row[point.kpi] = None if point.value is None else float(point.value)
        row[f"{point.kpi}_change"] = None if change is None else float(change)
        row[f"{point.kpi}_line"] = lines[key] if len(lines.get(key, ())) > 1 else None
    return found


def _key(point: Point, by: By) -> tuple[object, str]:
    return (point.portal_id if by == "portal" else point.group_name, point.kpi)


def _table(
    title: str, view: View, kpis: Sequence[Kpi], rows: list[Row], config: dict[str, ColumnConfig]
) -> None:
    columns = list(config)
    for kpi in kpis:
        label = kpi.label if kpi.unit == "count" else f"{kpi.label} · {unit(kpi, view.currency)}"
        config[kpi.kpi] = st.column_config.NumberColumn(
            label,
            format=_FORMATS.get(kpi.unit, "%,.0f"),
            help=kpi.definition,
            width=max(_NARROWEST, _PADDING + _LETTER_WIDTH * len(label)),
        )
        columns.append(kpi.kpi)
        if view.compares:
            config[f"{kpi.kpi}_change"] = st.column_config.NumberColumn(
                "±",
                format="%+.0f %%",
                help=f"{kpi.label}: change since {span(*view.before)}",
                width=65,
            )
            columns.append(f"{kpi.kpi}_change")
        config[f"{kpi.kpi}_line"] = st.column_config.LineChartColumn(
            "Trend", help=f"{kpi.label} by {view.period}", width=95, color="gray"
        )
        columns.append(f"{kpi.kpi}_line")
    ratios = [kpi.kpi for kpi in kpis if kpi.unit == "ratio"]
    shown = in_percent(in_percent(rows, *ratios), *(f"{kpi.kpi}_change" for kpi in kpis), places=0)
    frame = pd.DataFrame([{name: row.get(name) for name in columns} for row in shown], columns=columns)
    coloured = frame.style
    for kpi in kpis:
        if view.compares and kpi.better:
            coloured = coloured.map(
                lambda change, kpi=kpi: _colour(change, kpi), subset=[f"{kpi.kpi}_change"]
            )
    card(
        title,
        counted_in=f"{view.days}; a click on a heading sorts",
        about="Every KPI of the time, how it has changed since the time before, and its line. Blue is better, orange worse.",
        rows=[{name: row.get(name) for name in columns if not name.endswith("_line")} for row in rows],
        show=lambda: st.dataframe(
            coloured,
            hide_index=True,
            column_config=config,
            placeholder="–",
            height="content",
            row_height=36,
        ),
        empty="No portal is chosen: clear the filters.",
    )


def _colour(change: float | None, kpi: Kpi) -> str:
    if change is None or pd.isna(change) or not kpi.better or abs(change) < 0.5:  # noqa: PLR2004 - shown as 0 %
        return ""
    return f"color: {ink().better if (change > 0) == (kpi.better == 'up') else ink().worse}"

"""Lines over time and bars side by side, drawn alike on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import altair as alt

from kpi_dashboard.colours import ACCENT, BEFORE, ink
from kpi_marts import figures
from kpi_marts.periods import Period

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from kpi_dashboard.colours import Look
    from kpi_marts.catalogue import Kpi

Chart = alt.Chart | alt.LayerChart | alt.FacetChart

LINES_AT_MOST: Final = 8
BARS_AT_MOST: Final = 25

_HEIGHT: Final = 260
_BAR_HEIGHT: Final = 26
_LONGEST_NAME: Final = 190
_AXIS: Final = {"count": "~s", "money": "~s", "money_per_day": "~s", "ratio": "~%"}
_DAYS: Final = {Period.DAY: "%-d %b", Period.WEEK: "%-d %b", Period.MONTH: "%b %y"}
_POINTS_SHOWN: Final = 40


def when(start: date, period: Period) -> str:
    """Write the time of a point for people."""
    if period is Period.MONTH:
        return f"{start:%B %Y}"
    return f"week of {start:%-d %b %Y}" if period is Period.WEEK else f"{start:%a %-d %b %Y}"


def value_rows(
    values: Sequence[tuple[str, date, Decimal | None]], kpi: Kpi, currency: str | None, period: Period
) -> list[dict[str, object]]:
    """What a chart draws and its tooltip says, of names, days and values."""
    return [
        {
            "name": name,
            "start": start.isoformat(),
            "value": None if value is None else float(value),
            "when": when(start, period),
            "text": figures.text(value, kpi, currency),
        }
        for name, start, value in values
    ]


def lines(
    rows: Sequence[Mapping[str, object]],
    kpi: Kpi,
    period: Period,
    looks: Mapping[str, Look],
    *,
    beside: int = 0,
) -> Chart:
    """A line for each name; where a value is not known, it is broken.

    Args:
        rows: From `value_rows`.
        kpi: What they are of.
        period: How long the time of each point is.
        looks: Colours and dashes by name.
        beside: How many bars stand beside the lines, which are then as high.
    """
    shown = list(dict.fromkeys(str(row["name"]) for row in rows))
    legend = None
    if len(shown) > 1:
        legend = alt.Legend(
            orient="top",
            columns=alt.ExprRef("width < 450 ? 2 : 4"),
            labelLimit=170,
            symbolType="stroke",
            symbolStrokeWidth=3,
        )
    colour = alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=shown, range=[looks[name].colour for name in shown]),
        legend=legend,
    )
    dash = alt.StrokeDash(
        "name:N",
        title=None,
        legend=legend,
        scale=alt.Scale(domain=shown, range=[list(looks[name].dash) for name in shown]),
    )
    height = max(_HEIGHT, _BAR_HEIGHT * min(beside, BARS_AT_MOST))
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=list(rows)))
        .mark_line(strokeWidth=2, point=len(rows) <= _POINTS_SHOWN * len(shown))
        .encode(
            x=alt.X(
                "start:T",
                title=None,
                # Days are days everywhere: local time would show those before to whoever is west of Greenwich.
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(
                    format=_DAYS[period], labelOverlap=True, grid=False, tickCount=8, labelFlush=True
                ),
            ),
            y=alt.Y(
                "value:Q",
                title=None,
                axis=alt.Axis(format=_AXIS.get(kpi.unit, "~f"), tickCount=5),
                stack=None,
            ),
            color=colour,
            strokeDash=dash,
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("when:N", title="Time"),
                alt.Tooltip("text:N", title=kpi.label),
            ],
        )
        .properties(height=height)
    )
    return chart


def bar_rows(
    values: Sequence[tuple[str, Decimal | None, Decimal | None]], kpi: Kpi, currency: str | None
) -> list[dict[str, object]]:
    """What bars draw and their tooltip says, of names, values and values before."""
    return [
        {
            "name": name,
            "value": None if value is None else float(value),
            "before": None if before is None else float(before),
            "text": figures.text(value, kpi, currency),
            "text_before": figures.text(before, kpi, currency),
        }
        for name, value, before in values
    ]


def bars(
    rows: Sequence[Mapping[str, object]],
    kpi: Kpi,
    looks: Mapping[str, Look] | None = None,
    *,
    selection: str | None = None,
) -> Chart:
    """A bar for each name in the order of the rows, its value written behind it; a tick where it was before.

    Args:
        rows: From `bar_rows`.
        kpi: What they are of.
        looks: Colours by name; None if all are of one colour.
        selection: Name of what a click on a bar chooses.
    """
    shown = [str(row["name"]) for row in rows]
    name = alt.Y(
        "name:N",
        title=None,
        sort=shown,
        axis=alt.Axis(labelLimit=_LONGEST_NAME, ticks=False, domain=False, labelFlush=False),
    )
    largest = max((abs(number(row["value"])) for row in rows), default=0.0)
    # Room for what is written behind the longest bar.
    value = alt.X(
        "value:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domainMax=alt.ExprRef(f"{largest} * (width < 300 ? 1.8 : 1.35)"))
        if largest and all(number(r["value"]) >= 0 for r in rows)
        else alt.Undefined,
    )
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("text:N", title=kpi.label),
        alt.Tooltip("text_before:N", title="Time before"),
    ]
    base = alt.Chart(alt.InlineData(values=list(rows)))
    bar = base.mark_bar(
        height={"band": 0.62}, cornerRadiusEnd=2, cursor="pointer" if selection else "default"
    ).encode(
        x=value,
        y=name,
        tooltip=tooltip,
        color=alt.value(ACCENT)
        if looks is None
        else alt.Color(
            "name:N",
            legend=None,
            scale=alt.Scale(domain=shown, range=[looks[each].colour for each in shown]),
        ),
    )
    if selection:
        bar = bar.add_params(alt.selection_point(name=selection, fields=["name"]))
    before = base.mark_tick(color=BEFORE, thickness=2, size=_BAR_HEIGHT * 0.85).encode(
        x=alt.X("before:Q", axis=None), y=name, tooltip=tooltip
    )
    written = base.mark_text(align="left", dx=5, fontWeight=500, color=ink().text).encode(
        x=value, y=name, text="text:N"
    )
    return alt.layer(bar, before, written).properties(height=max(_BAR_HEIGHT * len(shown), 60))


def number(value: object) -> float:
    """A row's number, 0 of what is not known."""
    return float(value) if isinstance(value, int | float) else 0.0

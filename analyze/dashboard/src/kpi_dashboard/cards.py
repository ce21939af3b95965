"""What a figure is shown in: tiles, and cards with a title, a unit, a definition on hover and the rows as CSV."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

import streamlit as st

from kpi_marts import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from kpi_dashboard.charts import Chart
    from kpi_marts.catalogue import Kpi
    from kpi_marts.questions import Point

_UNITS: Final = {
    "count": "number",
    "ratio": "%",
    "hours": "hours",
    "days": "days",
    "points": "points",
}
# As much as there is room for.
_LONGEST_VALUE: Final = 15
# How tables write a ratio × 100.
PERCENT: Final = "%.1f %%"

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()#+.!|:~$<>-])")
# Spreadsheets take a text that begins so for a formula, and run it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """Write what people called something so that Markdown takes none of it for markup."""
    return _MARKUP.sub(r"\\\1", text)


def unit(kpi: Kpi, currency: str | None) -> str:
    """What a KPI is counted in."""
    if kpi.is_money:
        money = currency or kpi.reporting_currency or ""
        return f"{money} a day" if kpi.unit == "money_per_day" else money
    return _UNITS[kpi.unit]


def as_csv(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Write rows as CSV that spreadsheets open well: UTF-8 with its mark, and no text taken for a formula."""
    rows = list(rows)
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def card(
    title: str,
    *,
    counted_in: str,
    about: str,
    rows: Sequence[Mapping[str, object]],
    show: Callable[[], object],
    empty: str = "Nothing is known of this time: choose another one, or other portals.",
) -> None:
    """Draw a card around what `show` draws; where there are no rows, say so in its place.

    Args:
        title: What it is.
        counted_in: The unit.
        about: The definition, shown on hover.
        rows: What can be downloaded.
        show: Draws what is inside.
        empty: What to say if there are no rows, with the cure.
    """
    file_name = "-".join(re.findall(r"\w+", title.lower()))
    with st.container(border=True, height="stretch"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"
        ):
            st.markdown(
                f"**{plain(title)}**" + (f" :gray[· {plain(counted_in)}]" if counted_in else ""),
                help=about,
                width="content",
            )
            st.download_button(
                "CSV",
                lambda: as_csv(rows),
                f"{file_name}.csv",
                "text/csv",
                key=f"csv {title}",
                help=f"Download “{title}” as CSV",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
                disabled=not rows,
            )
        if rows:
            show()
        else:
            st.caption(empty)


def in_percent(
    rows: Iterable[Mapping[str, object]], *ratios: str, places: int = 1
) -> list[dict[str, object]]:
    """Rows as tables show them; what is downloaded stays a ratio."""
    return [
        {
            # 0 is added because a small decrease would else be written with a minus.
            name: round(value * 100, places) + 0.0 if name in ratios and isinstance(value, float) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def draw(chart: Chart, title: str) -> None:
    """Draw a chart as wide as its card."""
    st.altair_chart(chart, width="stretch", alt=title)


def tile(
    kpi: Kpi, now: Point | None, before: Point | None, line: Sequence[Point], currency: str | None
) -> None:
    """One KPI: its value, how it has changed since the time before, and its line.

    Args:
        kpi: From the catalogue.
        now: Its value; None if it is not known.
        before: That of the time before; None if it is not known, or not wanted.
        line: Its values over time.
        currency: What money is in; None for the reporting currency.
    """
    value = now.value if now else None
    change = relative(value, before.value if before else None)
    colour = {"better": "blue", "worse": "orange", "": "gray"}[figures.judgement(change, kpi)]
    text = figures.text(value, kpi, currency)
    more = f"\n\nNot known: {figures.why_unknown(kpi)}." if value is None else f"\n\n{plain(text)}"
    known = [float(point.value) for point in line if point.value is not None]
    st.metric(
        kpi.label,
        text if value is None or len(text) <= _LONGEST_VALUE else _in_millions(value, kpi, currency),
        # Streamlit tells a decrease by its ASCII sign.
        None if change is None else figures.change_text(change).replace("\N{MINUS SIGN}", "-"),
        delta_color=colour,  # type: ignore[arg-type]
        help=f"{kpi.definition}{more}",
        border=True,
        height="stretch",
        chart_data=known if len(known) > 1 else None,
    )


def _in_millions(value: Decimal, kpi: Kpi, currency: str | None) -> str:
    """Write an amount that is too long for a tile."""
    return f"{value / 1_000_000:,.1f} M {unit(kpi, currency).replace(' a ', '/')}"


def relative(value: Decimal | None, before: Decimal | None) -> Decimal | None:
    """How much a value has changed, 0.1 = a tenth more; None where there is nothing to compare with."""
    if value is None or not before:
        return None
    return (value - before) / abs(before)

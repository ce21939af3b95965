"""Charts as SVG inside the page, so that a report is one file that any browser and printer shows alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from markupsafe import Markup

from kpi_marts.figures import change_text, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from kpi_marts.catalogue import Kpi
    from kpi_scorecard.report.contents import Figure

    Height = Callable[[float], float]

_WIDTH, _HEIGHT = 340, 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 6, 10, 22
# What floating point adds to a round number is less.
_ROUND = 1e-9
_MOST_PLACES = 8
_SPARK_WIDTH, _SPARK_HEIGHT = 150, 30
# Sums and values are amounts, whose bars begin at zero; all else is a level, whose line need not.
_AMOUNTS = ("sum", "last", "trailing")


def spark(figure: Figure) -> Markup:
    """A small line of the months, the last one marked; nothing where fewer than two are known."""
    known = [(place, float(value)) for place, (_, value) in enumerate(figure.trend) if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line needs two points
        return Markup()
    low, high = min(value for _, value in known), max(value for _, value in known)
    step = (_SPARK_WIDTH - 8) / (len(figure.trend) - 1)
    span = (high - low) or 1

    def point(place: int, value: float) -> str:
        return f"{4 + place * step:.1f},{_SPARK_HEIGHT - 4 - (value - low) / span * (_SPARK_HEIGHT - 8):.1f}"

    points = [point(place, value) for place, value in known]
    x, y = points[-1].split(",")
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="spark" viewBox="0 0 {_SPARK_WIDTH} {_SPARK_HEIGHT}" aria-hidden="true">'
        f'<polyline points="{" ".join(points)}"/><circle cx="{x}" cy="{y}" r="2.6"/></svg>'
    )


def months(figure: Figure) -> Markup:
    """The months of a KPI: bars of an amount, a line of a level; the target as a dashed line."""
    kpi = figure.kpi
    values = [float(value) for _, value in figure.trend if value is not None]
    target = None if figure.target is None else float(figure.target)
    low, high, ticks = _scale(
        [*values, *([] if target is None else [target])], from_zero=kpi.aggregation in _AMOUNTS
    )

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    step = (_WIDTH - _LEFT - _RIGHT) / len(figure.trend)
    parts = [*_axes(figure.trend, ticks, kpi, y, step)]
    draw = _bars if kpi.aggregation in _AMOUNTS else _line
    parts += draw(figure, y, step, max(low, 0.0))
    if target is not None:
        parts.append(
            f'<line class="target" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(target):.1f}" y2="{y(target):.1f}"/>'
            f'<text class="aim" x="{_WIDTH - _RIGHT}" y="{y(target) - 3:.1f}">target {_short(target, kpi, [*ticks, target])}</text>'
        )
    said = f"{kpi.label}: {text(figure.value, kpi)}, {change_text(figure.change)} since the month before"
    return Markup('<svg class="months" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH,
        _HEIGHT,
        said,
        Markup("".join(parts)),  # noqa: S704 - numbers, and labels of our own
    )


def _axes(
    trend: Sequence[tuple[date, Decimal | None]], ticks: Sequence[float], kpi: Kpi, y: Height, step: float
) -> Iterator[str]:
    for tick in ticks:
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
        yield f'<text class="tick" x="{_LEFT - 5}" y="{y(tick) + 3:.1f}">{_short(tick, kpi, ticks)}</text>'
    for place, (month, _) in enumerate(trend):
        x = _LEFT + (place + 0.5) * step
        yield f'<text class="month" x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 11}">{month:%b}</text>'
        if place == 0 or month.month == 1:
            yield f'<text class="month year" x="{x:.1f}" y="{_HEIGHT - 2}">{month:%Y}</text>'


def _bars(figure: Figure, y: Height, step: float, base: float) -> Iterator[str]:
    last = len(figure.trend) - 1
    for place, (month, value) in enumerate(figure.trend):
        if value is None:
            continue
        top, foot = sorted((y(float(value)), y(base)))
        marked = ' class="now"' if place == last else ""
        yield (
            f'<rect{marked} x="{_LEFT + place * step + step * 0.16:.1f}" width="{step * 0.68:.1f}" '
            f'y="{top:.1f}" height="{max(foot - top, 0.6):.1f}">'
            f"<title>{month:%b %Y}: {text(value, figure.kpi)}</title></rect>"
        )


def _line(figure: Figure, y: Height, step: float, base: float) -> Iterator[str]:  # noqa: ARG001 - drawn as bars are
    run: list[str] = []
    dots: list[str] = []
    last = len(figure.trend) - 1
    for place, (month, value) in enumerate(figure.trend):
        if value is None:
            yield from _stretch(run)
            run = []
            continue
        x = _LEFT + (place + 0.5) * step
        run.append(f"{x:.1f},{y(float(value)):.1f}")
        marked = ' class="now"' if place == last else ""
        dots.append(
            f'<circle{marked} cx="{x:.1f}" cy="{y(float(value)):.1f}" r="{3.4 if place == last else 2}">'
            f"<title>{month:%b %Y}: {text(value, figure.kpi)}</title></circle>"
        )
    yield from _stretch(run)
    yield from dots


def _stretch(points: Sequence[str]) -> Iterator[str]:
    """A month that is not known interrupts the line."""
    if len(points) > 1:
        yield f'<polyline points="{" ".join(points)}"/>'


def _scale(values: Sequence[float], *, from_zero: bool) -> tuple[float, float, list[float]]:
    """Ends of the axis, and two to five round numbers on it."""
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, 0), max(high, 0)
    if low == high:
        low, high = (low - abs(low) / 2, high + abs(high) / 2) if low else (0, 1)
    rough = (high - low) / 3
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    first = math.floor(low / step + _ROUND)
    last = math.ceil(high / step - _ROUND)
    ticks = [place * step for place in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _short(tick: float, kpi: Kpi, ticks: Sequence[float]) -> str:
    """A label for the axis, in as few characters as tell the ticks apart."""
    if kpi.unit == "ratio":
        return f"{tick * 100:.{_places([value * 100 for value in ticks])}f} %"
    if not tick:
        return "0"
    top = max(abs(value) for value in ticks)
    factor, suffix = next(
        ((factor, suffix) for factor, suffix in ((1e9, "bn"), (1e6, "m"), (1e3, "k")) if top >= factor),
        (1, ""),
    )
    return f"{tick / factor:.{_places([value / factor for value in ticks])}f}{suffix}"


def _places(values: Sequence[float]) -> int:
    """How many decimal places tell the ticks apart; of the tiniest rates not more than are stored."""
    return next(
        (
            places
            for places in range(_MOST_PLACES)
            if all(abs(value - round(value, places)) < _ROUND for value in values)
        ),
        _MOST_PLACES,
    )

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_marts.catalogue import Kpi
from kpi_marts.health import StreamHealth
from kpi_marts.periods import add_months
from kpi_marts.scorecards import Score
from kpi_scorecard.errors import NoPdf
from kpi_scorecard.report.breakdowns import Breakdown, Row
from kpi_scorecard.report.charts import months, spark
from kpi_scorecard.report.contents import Figure, Report, Team
from kpi_scorecard.report.page import render
from kpi_scorecard.report.pdf import print_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kpi_marts.portals import Portal

OCTOBER = date(2026, 10, 1)
HOSTILE = '</style><script>alert("1")</script>'
KPIS = [
    Kpi("k", "KPI & co", "sales", unit, currency, aggregation, "", "", "up", True, "What <b>it</b> is")  # type: ignore[arg-type]  # noqa: FBT003
    for unit, currency, aggregation in [
        ("count", None, "sum"),
        ("money", "USD", "last"),
        ("ratio", None, "ratio"),
        ("points", None, "mean"),
    ]
]


def figure(kpi: Kpi, values: Sequence[Decimal | None], target: Decimal | None = None) -> Figure:
    trend = [(add_months(OCTOBER, place - len(values) + 1), value) for place, value in enumerate(values)]
    score = Score("Acme", OCTOBER, kpi.kpi, values[-1], values[-2], Decimal("0.1"), target, None, 1, 2026, 4)
    return Figure(kpi, score, trend, values[0])


@pytest.fixture
def report(portal: Callable[..., Portal]) -> Report:
    known = figure(KPIS[0], [None, Decimal(3), Decimal(12345)], Decimal(10000))
    unknown = figure(KPIS[2], [None, None, None])
    stream = StreamHealth(
        1, HOSTILE, "active", "deals", "deals", "failed", "full", HOSTILE, 1, 1, None, None, HOSTILE, None, 99, 0, None,
        100, 1, Decimal("0.9999"),
    )  # fmt: skip
    return Report(
        portal=portal(1, HOSTILE),
        month=OCTOBER,
        is_over=True,
        currency="USD",
        headlines=[known, unknown],
        better=[known],
        worse=[],
        teams=[
            Team(
                "sales",
                charts=[known, unknown],
                figures=[known, unknown],
                breakdowns=[
                    Breakdown("sales", "Owners", "owner", [KPIS[0]], [Row(HOSTILE, [Decimal(1)], 1.0)], 2),
                    Breakdown("sales", "Stages", "stage", [KPIS[1]], [], 0),
                ],
            )
        ],
        streams=[stream],
        made_at=datetime(2026, 11, 2, tzinfo=UTC),
    )


def test_whatever_a_portal_calls_things_is_text(report: Report) -> None:
    page = render(report)
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert page.count("&lt;script&gt;") > 3


def test_a_page_needs_nothing_but_itself(report: Report) -> None:
    page = render(report)
    assert not re.findall(r"(?:src|href|url|@import|https?:|<script|<link)\b", page)


def test_what_is_not_known_is_a_dash_with_its_reason(report: Report) -> None:
    page = render(report)
    assert "there was nothing to take a share of" in page
    assert "Nothing is known of October 2026: no snapshot was kept in this time." in page


def test_figures_stand_beside_target_and_month_before(report: Report) -> None:
    page = render(report)
    assert "12,345" in page
    assert "from 3" in page
    assert "Target 10,000: reached" in page


def test_failures_and_missing_records_are_told(report: Report) -> None:
    page = render(report)
    assert "0 of 1 kinds of data were read at the last try, 1 failed" in page
    assert "Of the 100 records HubSpot counted itself, 1 are missing" in page
    assert ">99.9 %<" in page, "not all is there, so it is never 100 %"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"is_over": False}, "This month is not known to its end"),
        ({"streams": []}, "Nothing has been read from this portal yet."),
    ],
)
def test_what_to_know_of_a_month_is_said(report: Report, change: dict[str, object], said: str) -> None:
    assert said in render(replace(report, **change))  # type: ignore[arg-type]


def test_a_broken_or_left_portal_is_told_first(report: Report, portal: Callable[..., Portal]) -> None:
    broken = replace(portal(1, "Acme"), is_active=False, connection_status="reauth_required")
    assert "is broken (reauth_required)" in render(replace(report, portal=broken))
    assert "has been disconnected" in render(replace(report, portal=portal(1, "Acme", left=True)))


amounts = st.one_of(st.none(), st.decimals(0, 10**13, places=6), st.decimals(0, 1, places=6))


@settings(deadline=None)
@given(
    st.sampled_from(KPIS),
    st.lists(amounts, min_size=2, max_size=13),
    st.one_of(st.none(), st.decimals(0, 10**6, places=2)),
)
def test_a_chart_of_any_values_stays_inside_its_frame(
    kpi: Kpi, values: list[Decimal | None], target: Decimal | None
) -> None:
    of = figure(kpi, values, target)
    if not of.is_known_at_all:
        return
    drawing = ET.fromstring(months(of))  # noqa: S314 - our own
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())
    for shape in drawing.iter():
        for name, most in (
            ("x", width),
            ("x1", width),
            ("x2", width),
            ("cx", width),
            ("y", height),
            ("y1", height),
            ("cy", height),
        ):
            if name in shape.attrib:
                assert -0.1 <= float(shape.attrib[name]) <= most + 0.1
        for point in shape.attrib.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert -0.1 <= y <= height + 0.1
    ticks = [text.text for text in drawing.iter("text") if text.attrib["class"] == "tick"]
    assert 2 <= len(ticks) <= 6
    assert len(set(ticks)) == len(ticks), "each line of the grid has a label of its own"


def test_a_line_is_interrupted_where_a_month_is_not_known() -> None:
    drawing = ET.fromstring(months(figure(KPIS[2], [Decimal(1), Decimal(1), None, Decimal(0), Decimal(1)])))  # noqa: S314
    assert len(list(drawing.iter("polyline"))) == 2


def test_a_small_line_needs_two_months() -> None:
    assert spark(figure(KPIS[0], [None, Decimal(1)])) == ""
    assert ET.fromstring(spark(figure(KPIS[0], [Decimal(1), Decimal(1)]))).tag == "svg"  # noqa: S314


def test_without_a_browser_there_is_one_line_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoPdf, match="a PDF needs Chromium or Chrome, and none is on PATH"):
        print_pdf("<p>")


def test_a_browser_that_fails_is_told_with_its_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho no display >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoPdf, match=r"could not print \(no display\): take --format html"):
        print_pdf("<p>")

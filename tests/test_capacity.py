"""The capacity plan of the docs is what its formulas give."""

from __future__ import annotations

from benchmarks.capacity import PAGE, Plan, page


def test_the_tables_of_the_page_are_those_of_the_formulas() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run: python -m benchmarks.capacity --write"


def test_the_formulas_give_what_was_measured_with_a_hundred_portals() -> None:
    assert 35 < Plan(portals=100, rows=1_000).read_seconds < 44

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_hubspot_multi.windows import ID_CEILING, Window, answerable

# Few distinct times and many records make instants that hold more than the cap.
records = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 10**17)), max_size=300, unique=True)
crowds = st.lists(st.tuples(st.sampled_from([7, 8]), st.integers(1, 10**17)), max_size=300, unique=True)
spans = st.tuples(st.integers(0, 5000), st.integers(1, 5000)).map(lambda pair: Window(pair[0], sum(pair)))


def inside(window: Window, rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [row for row in rows if window.contains(*row)]


@given(span=spans, rows=records | crowds, cap=st.integers(2, 20))
def test_windows_lose_nothing_and_double_nothing(span: Window, rows: list[tuple[int, int]], cap: int) -> None:
    parts = list(answerable(span, lambda window: len(inside(window, rows)), cap))

    found = Counter(row for part in parts for row in inside(part, rows))

    assert found == Counter(inside(span, rows))
    assert all(len(inside(part, rows)) < cap for part in parts)


@given(span=spans, rows=records | crowds, cap=st.integers(2, 20))
def test_windows_come_in_order_and_without_gaps(span: Window, rows: list[tuple[int, int]], cap: int) -> None:
    parts = list(answerable(span, lambda window: len(inside(window, rows)), cap))

    assert (parts[0].start, parts[-1].end) == (span.start, span.end)
    for before, after in pairwise(parts):
        if before.completes_its_span:
            assert (before.end, after.id_from) == (after.start, 0)
        else:
            assert (before.start, before.end, before.id_to) == (after.start, after.end, after.id_from)
    assert parts[-1].completes_its_span


@given(span=spans)
def test_windows_end_even_if_every_total_is_too_high(span: Window) -> None:
    asked = 0

    def stubborn(_: Window) -> int:
        nonlocal asked
        asked += 1
        return 10_000 if asked < 1000 else 0

    assert list(answerable(span, stubborn))


def test_one_id_at_one_millisecond_is_taken_whatever_its_total() -> None:
    window = Window(5, 6, 41, 42)

    assert list(answerable(window, lambda _: 1_000_000)) == [window]
    with pytest.raises(ValueError, match="cannot be split"):
        window.split()


def test_an_instant_with_too_many_records_is_cut_by_id() -> None:
    rows = [(100, record_id) for record_id in range(1, 25_001)]

    asked = 0

    def total(window: Window) -> int:
        nonlocal asked
        asked += 1
        return len(inside(window, rows))

    parts = list(answerable(Window(0, 1000), total))

    assert sum(len(inside(part, rows)) for part in parts) == 25_000
    assert asked < 60
    assert all(part.start == 100 and part.end == 101 for part in parts if not part.is_whole_span)


def test_a_quiet_span_costs_one_question() -> None:
    asked: list[Window] = []

    def total(window: Window) -> int:
        asked.append(window)
        return 9_999

    assert list(answerable(Window(0, 10**12), total)) == [Window(0, 10**12)]
    assert len(asked) == 1


def test_a_windows_end_is_no_bookmark_while_ids_of_its_instant_are_left() -> None:
    first, second = Window(5, 6).split()

    assert (first.completes_its_span, second.completes_its_span) == (False, True)
    assert second.id_to == ID_CEILING

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tap_hubspot_multi.id_ranges import IdRange, format_ranges, parse_ranges

IDS = st.integers(0, 10**17)


def test_the_whole_list_holds_every_id() -> None:
    (whole,) = parse_ranges(None)

    assert whole == IdRange()
    assert whole.holds(1)
    assert whole.reaches_beyond(10**17)


def test_a_cursor_of_hubspots_own_is_everything_from_there_on() -> None:
    assert parse_ranges("2600") == [IdRange("2600")]
    assert format_ranges([IdRange("2600")]) == "2600"


def test_nothing_left_is_no_cursor() -> None:
    assert format_ranges([]) is None


def test_ranges_survive_as_text() -> None:
    ranges = [
        IdRange(None, 2500),
        IdRange("2600", 5000),
        IdRange("5000", 7500, begins_at_cut=True),
        IdRange("7500", begins_at_cut=True),
    ]

    text = format_ranges(ranges)

    assert text == "-2500 2600-5000 >5000-7500 >7500"
    assert parse_ranges(text) == ranges


@given(st.none() | IDS, st.lists(IDS, max_size=8, unique=True), IDS)
def test_a_cut_list_holds_every_id_exactly_once(
    begin: int | None, boundaries: list[int], record_id: int
) -> None:
    ranges = [IdRange(None if begin is None else str(begin))]
    for boundary in sorted(boundaries):
        if boundary > (begin or 0):
            ranges[-1:] = ranges[-1].cut(boundary)

    # A list that goes on from an id shows, perhaps, that id first.
    seen = [each for each in ranges if record_id >= int(each.after or 0) and each.holds(record_id)]

    assert len(seen) == (record_id >= (begin or 0))
    assert parse_ranges(format_ranges(ranges)) == ranges


@given(IDS, IDS)
def test_a_range_reaches_beyond_an_id_just_when_it_may_hold_a_later_one(until: int, record_id: int) -> None:
    assert IdRange(None, until).reaches_beyond(record_id) == IdRange(None, until).holds(record_id + 1)

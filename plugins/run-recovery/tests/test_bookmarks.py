"""Folding keeps the latest bookmark of each stream, portal and part, in whatever order it is done."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from run_recovery.bookmarks import fold, of_portals

State = dict[str, Any]

PORTALS = st.integers(min_value=1, max_value=4)
PARTS = st.sampled_from(["", "2-1"])


@st.composite
def states(draw: st.DrawFn) -> State:
    """A state as the tap writes it: one bookmark for a stream, portal and part."""
    places = draw(st.sets(st.tuples(st.sampled_from(["contacts", "deals"]), PORTALS, PARTS)))
    state: State = {"bookmarks": {}}
    for stream, portal_id, part in sorted(places):
        context = {"portal_id": portal_id} | ({"object_type": part} if part else {})
        bookmark: dict[str, Any] = {"context": context, "cursor": draw(st.integers(0, 2))}
        if draw(st.booleans()):
            bookmark["saved_ms"] = draw(st.integers(0, 3))
        state["bookmarks"].setdefault(stream, {"partitions": []})["partitions"].append(bookmark)
    return state


def bookmarks(state: State) -> dict[tuple[str, int, str], dict[str, Any]]:
    found = {}
    for stream, entry in state["bookmarks"].items():
        for bookmark in entry["partitions"]:
            context = bookmark["context"]
            place = stream, context["portal_id"], context.get("object_type", "")
            assert place not in found
            found[place] = bookmark
    return found


@given(st.lists(states()))
def test_the_latest_bookmark_of_each_place_is_kept(several: list[State]) -> None:
    folded = bookmarks(fold(several))
    assert folded.keys() == {place for state in several for place in bookmarks(state)}
    for place, bookmark in folded.items():
        candidates = [bookmarks(state)[place] for state in several if place in bookmarks(state)]
        assert bookmark in candidates
        assert bookmark.get("saved_ms", 0) == max(each.get("saved_ms", 0) for each in candidates)


@given(states(), states(), states())
def test_the_order_and_repetition_of_folding_change_nothing(one: State, two: State, three: State) -> None:
    folded = fold([one, two, three])
    assert fold([three, one, two, two]) == folded
    assert fold([fold([one, two]), fold([two, three])]) == folded
    assert fold([folded, two]) == folded


@given(states(), st.integers(min_value=1, max_value=3))
def test_a_state_that_is_divided_and_folded_is_the_same(state: State, count: int) -> None:
    parts = [of_portals(state, lambda portal, n=number: portal % count == n) for number in range(count)]  # type: ignore[misc]
    assert fold([{}, *parts]) == fold([state])
    assert sum(len(bookmarks(part)) for part in parts) == len(bookmarks(state))


def test_a_bookmark_that_does_not_say_when_it_was_saved_is_the_older_one() -> None:
    old = {"bookmarks": {"contacts": {"partitions": [{"context": {"portal_id": 1}, "cursor": 9}]}}}
    new = {
        "bookmarks": {"contacts": {"partitions": [{"context": {"portal_id": 1}, "saved_ms": 1, "cursor": 1}]}}
    }
    assert fold([old, new]) == fold([new, old]) == new


def test_what_is_no_bookmark_stays_as_it_is_in_the_first_state() -> None:
    first = {"version": 2, "bookmarks": {"users": {"replication_key_value": "b"}}}
    second = {"version": 1, "other": 1, "bookmarks": {"users": {"replication_key_value": "a"}}}
    assert fold([first, second]) == {
        "version": 2,
        "other": 1,
        "bookmarks": {"users": {"replication_key_value": "b"}},
    }


def test_the_bookmarks_of_strangers_stay_with_the_pipeline() -> None:
    stranger = {"context": {"region": "eu1"}, "cursor": 1}
    state = {"bookmarks": {"contacts": {"partitions": [stranger]}}}
    assert of_portals(state, lambda _: True) == {"bookmarks": {}}
    assert fold([state, {"bookmarks": {}}]) == state

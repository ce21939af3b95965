"""Whatever happens to an index while it is searched, what stays where it was is found, and found once."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.search import ChangeSearch
from tap_hubspot_multi.windows import ID_CEILING, Window, answerable

COMPANIES = next(each for each in CRM_OBJECTS if each.name == "companies")
PAGE, CAP = 4, 12
START, END = 1_000, 1_064


@dataclass
class Index:
    """HubSpot's search over records that change between two requests.

    Attributes:
        modified: Of each record, by id.
        happenings: What happens just before the nth request: a record comes late, is modified, or goes.
        noise: Added to `total`, request by request.
        strays: Rows from outside the window that come with every page.
        shuffles: Whether each page is cut from an order of its own.
        disturbed: Ids of records that did not stay where they were.
    """

    modified: dict[int, int]
    happenings: dict[int, tuple[int, int]]
    noise: dict[int, int] = field(default_factory=dict)
    strays: int = 0
    shuffles: bool = False
    requests: int = 0
    disturbed: set[int] = field(default_factory=set)

    def post(self, path: str, body: dict[str, Any], **_: object) -> dict[str, Any]:
        assert path.endswith("/companies/search")
        self._happen()
        low, high, id_from, id_to = 0, 0, 0, ID_CEILING
        for each in body["filterGroups"][0]["filters"]:
            value = int(each["value"])
            if each["propertyName"] == "hs_lastmodifieddate":
                low, high = (value, high) if each["operator"] == "GTE" else (low, value)
            else:
                id_from, id_to = (value, id_to) if each["operator"] == "GTE" else (id_from, value)
        hits = [
            record_id
            for record_id, moment in sorted(self.modified.items(), key=lambda pair: (pair[1], pair[0]))
            if low <= moment < high and id_from <= record_id < id_to
        ]
        if self.shuffles:
            random.Random(self.requests).shuffle(hits)  # noqa: S311 - an order, no secret
        offset = int(body.get("after", 0))
        assert offset < CAP, "paged past what search answers"
        page, end = hits[offset : offset + PAGE], offset + PAGE
        outside = [each for each in self.modified if each not in hits][: self.strays]
        rows = [
            {"id": str(each), "properties": {"hs_lastmodifieddate": str(self.modified[each])}}
            for each in [*page, *outside]
        ]
        total = max(0, len(hits) + self.noise.get(self.requests, 0))
        paging = {"paging": {"next": {"after": str(end)}}} if end < len(hits) else {}
        return {"total": total, "results": rows, **paging}

    def _happen(self) -> None:
        self.requests += 1
        assert self.requests < 20_000, "does not end"
        if self.requests in self.happenings:
            record_id, moment = self.happenings[self.requests]
            self.disturbed.add(record_id)
            if self.modified.pop(record_id, None) is None:
                self.modified[record_id] = moment  # the index shows it late
            elif moment % 2:
                self.modified[record_id] = END + moment  # modified again, now: it leaves the window


ids = st.integers(1, 25) | st.integers(10**16, 10**16 + 25)
# Clusters in one millisecond, and at both edges of the window and just beyond them.
moments = st.sampled_from([START - 1, START, START + 7, END - 1, END]) | st.integers(START - 5, END + 5)
worlds = st.dictionaries(ids, moments, max_size=60)
crowds = st.dictionaries(ids, st.sampled_from([START, START + 7]), min_size=20, max_size=60)
happenings = st.dictionaries(st.integers(1, 40), st.tuples(ids, moments), max_size=12)


def search(index: Index) -> list[tuple[Window, list[str]]]:
    with (
        patch("tap_hubspot_multi.search._ROWS_PER_PAGE", PAGE),
        patch("tap_hubspot_multi.search.answerable", partial(answerable, cap=CAP)),
    ):
        changes = ChangeSearch(index, COMPANIES).changes(Window(START, END))  # type: ignore[arg-type]
        return list(changes)


def assert_undisturbed_are_found_once(index: Index, found: list[tuple[Window, list[str]]]) -> None:
    times = Counter(int(record_id) for _, part in found for record_id in part)
    for record_id, moment in index.modified.items():
        if record_id not in index.disturbed:
            assert times[record_id] == (START <= moment < END), (record_id, moment)


@settings(deadline=None)
@given(modified=worlds | crowds, happens=happenings, strays=st.integers(0, 3))
def test_records_that_stay_where_they_are_are_found_once(
    modified: dict[int, int], happens: dict[int, tuple[int, int]], strays: int
) -> None:
    index = Index(dict(modified), happens, strays=strays)

    assert_undisturbed_are_found_once(index, search(index))


@settings(deadline=None)
@given(modified=worlds | crowds, noise=st.dictionaries(st.integers(1, 40), st.integers(0, 30), max_size=20))
def test_a_total_that_is_wrong_now_and_then_costs_requests_and_no_record(
    modified: dict[int, int], noise: dict[int, int]
) -> None:
    index = Index(dict(modified), {}, noise=noise)

    assert_undisturbed_are_found_once(index, search(index))


@settings(deadline=None)
@given(modified=worlds | crowds, strays=st.integers(0, 3))
def test_pages_of_different_orders_lose_nothing(modified: dict[int, int], strays: int) -> None:
    index = Index(dict(modified), {}, shuffles=True, strays=strays)

    assert_undisturbed_are_found_once(index, search(index))


@settings(deadline=None)
@given(modified=worlds | crowds, happens=happenings)
def test_parts_cover_the_window_in_order_and_without_gaps(
    modified: dict[int, int], happens: dict[int, tuple[int, int]]
) -> None:
    parts = [window for window, _ in search(Index(dict(modified), happens))]

    assert (parts[0].start, parts[0].id_from) == (START, 0)
    assert (parts[-1].end, parts[-1].id_to) == (END, ID_CEILING)
    for before, after in pairwise(parts):
        if before.completes_its_span:
            assert (before.end, 0) == (after.start, after.id_from)
        else:
            assert (before.start, before.end, before.id_to) == (after.start, after.end, after.id_from)


def test_a_window_that_fills_up_while_it_is_paged_is_cut_before_it_is_paged_further() -> None:
    before = dict.fromkeys(range(1, 7), START + 7)
    flood = {3 + number: (100 + number, START + 7) for number in range(30)}

    index = Index(before, flood)

    assert_undisturbed_are_found_once(index, search(index))

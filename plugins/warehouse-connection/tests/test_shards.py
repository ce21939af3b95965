"""Every portal belongs to exactly one shard, always the same one, and the shards are of a size."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_connection.shards import SLOTS, Shard, shards, slot

PORTAL_IDS = st.integers(min_value=1, max_value=10**12)
COUNTS = st.integers(min_value=1, max_value=SLOTS)


@given(portal_id=PORTAL_IDS, count=COUNTS)
def test_a_portal_belongs_to_exactly_one_shard(portal_id: int, count: int) -> None:
    assert sum(shard.has(portal_id) for shard in shards(count)) == 1


@given(count=COUNTS)
def test_the_slots_are_divided_evenly(count: int) -> None:
    sizes = {len(shard.slots) for shard in shards(count)}
    assert max(sizes) - min(sizes) <= 1
    assert sorted(each for shard in shards(count) for each in shard.slots) == list(range(SLOTS))


@given(first=PORTAL_IDS, step=st.integers(min_value=1, max_value=10**6))
def test_portals_are_spread_over_the_slots_however_their_ids_are_given_out(first: int, step: int) -> None:
    portals = Counter(slot(first + step * number) % 4 for number in range(4000))
    assert all(850 < portals[shard] < 1150 for shard in range(4))  # five standard deviations


@pytest.mark.parametrize(
    ("portal_id", "number"), [(1, 193), (501, 162), (1458021, 24), (48123456, 88), (999999999999, 52)]
)
def test_a_portal_keeps_its_slot_for_ever(portal_id: int, number: int) -> None:
    assert slot(portal_id) == number


@given(one=COUNTS, other=COUNTS, portal_id=PORTAL_IDS)
def test_shards_without_a_common_slot_have_no_common_portal(one: int, other: int, portal_id: int) -> None:
    [first] = [shard for shard in shards(one) if shard.has(portal_id)]
    [second] = [shard for shard in shards(other) if shard.has(portal_id)]
    assert set(first.slots) & set(second.slots)


@given(count=COUNTS)
def test_a_shard_is_read_as_it_is_written(count: int) -> None:
    assert [Shard.parse(str(shard)) for shard in shards(count)] == shards(count)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "0/3",
        "4/3",
        "1/0",
        "-1/3",
        "1/3 ",
        " 1/3",
        "01/3",
        "1/241",
        "1.5/3",
        "1/3/5",
        "a/b",
        "\u0661/\u0663",
    ],
)
def test_what_is_no_shard_is_refused(text: str) -> None:
    assert Shard.parse(text) is None

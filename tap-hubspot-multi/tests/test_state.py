from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tap_hubspot_multi.exceptions import SettingInvalid
from tap_hubspot_multi.state import StateBook
from tap_hubspot_multi.strategies.bookmark import FullReadProgress, ReadBookmark

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOON_MS = 1767268800000
EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


def test_a_bookmark_is_found_again_under_its_portal_and_stream() -> None:
    book = StateBook({})

    book.save("contacts", 1, "", {"modified_until": "a"}, NOON)
    book.save("contacts", 2, "", {"modified_until": "b"}, NOON)
    book.save("deals", 1, "", {"modified_until": "c"}, NOON)

    again = StateBook(json.loads(json.dumps(book.value)))
    assert again.bookmark("contacts", 1) == {"modified_until": "a"}
    assert again.bookmark("contacts", 2) == {"modified_until": "b"}
    assert again.bookmark("deals", 1) == {"modified_until": "c"}
    assert again.bookmark("deals", 2) == {}


def test_a_new_bookmark_replaces_the_old_one_whole() -> None:
    book = StateBook({})
    book.save("contacts", 1, "", {"full_read": {"after": "5"}}, NOON)

    book.save("contacts", 1, "", {"modified_until": "a"}, NOON)

    assert book.value == {
        "bookmarks": {
            "contacts": {
                "partitions": [{"context": {"portal_id": 1}, "saved_ms": NOON_MS + 1, "modified_until": "a"}]
            }
        }
    }


def test_a_bookmark_counts_as_later_than_the_one_it_follows_whatever_the_clock_says() -> None:
    book = StateBook({})

    saved = []
    for at in (LATE, LATE, EARLY, LATE + timedelta(seconds=1)):
        book.save("contacts", 1, "", {"modified_until": "a"}, at)
        saved.append(book.value["bookmarks"]["contacts"]["partitions"][0]["saved_ms"])

    assert saved == sorted(set(saved))


def test_a_portal_id_that_was_text_is_the_same_portal() -> None:
    state: Any = {
        "bookmarks": {"contacts": {"partitions": [{"context": {"portal_id": "1"}, "modified_until": "a"}]}}
    }

    book = StateBook(state)

    assert book.bookmark("contacts", 1) == {"modified_until": "a"}
    book.save("contacts", 1, "", {"modified_until": "b"}, NOON)
    assert [partition["context"] for partition in book.value["bookmarks"]["contacts"]["partitions"]] == [
        {"portal_id": 1}
    ]


def test_the_state_of_streams_without_partitions_is_left_alone() -> None:
    assert StateBook({"bookmarks": {"gone": {"x": 1}}}).value["bookmarks"]["gone"] == {"x": 1}


@pytest.mark.parametrize(
    "bookmark",
    [
        ReadBookmark(),
        ReadBookmark(modified_until=LATE, full_read_at=EARLY),
        ReadBookmark(full_read=FullReadProgress(EARLY, archived_done=True, after="42", listed=41)),
        ReadBookmark(full_read=FullReadProgress(EARLY, archived_done=True, after="42", listed=None)),
        ReadBookmark(LATE, EARLY, FullReadProgress(LATE)),
    ],
)
def test_a_bookmark_survives_the_state_file(bookmark: ReadBookmark) -> None:
    assert ReadBookmark.from_state(json.loads(json.dumps(bookmark.to_state()))) == bookmark


def test_changes_are_searched_from_the_begin_of_the_backfill() -> None:
    bookmark = ReadBookmark(full_read=FullReadProgress(EARLY, archived_done=True)).with_full_read_complete()

    assert bookmark == ReadBookmark(modified_until=EARLY, full_read_at=EARLY)


def test_a_later_full_read_does_not_move_the_bookmark_of_changes() -> None:
    bookmark = ReadBookmark(LATE, EARLY, FullReadProgress(LATE)).with_full_read_complete()

    assert (bookmark.modified_until, bookmark.full_read_at) == (LATE, LATE)


def test_a_bookmark_never_moves_back() -> None:
    assert ReadBookmark(modified_until=LATE).with_changes_until(EARLY).modified_until == LATE


def test_only_a_full_read_that_began_can_be_completed() -> None:
    with pytest.raises(ValueError, match="no full read"):
        ReadBookmark().with_full_read_complete()


def test_parts_of_a_stream_have_bookmarks_of_their_own() -> None:
    book = StateBook({})
    book.save("custom_objects", 1, "2-1", {"modified_until": "a"}, NOON)
    book.save("custom_objects", 1, "2-2", {"modified_until": "b"}, NOON)

    assert book.value["bookmarks"]["custom_objects"]["partitions"] == [
        {"context": {"portal_id": 1, "object_type": "2-1"}, "saved_ms": NOON_MS, "modified_until": "a"},
        {"context": {"portal_id": 1, "object_type": "2-2"}, "saved_ms": NOON_MS, "modified_until": "b"},
    ]
    assert StateBook(book.value).bookmark("custom_objects", 1, "2-2") == {"modified_until": "b"}
    assert book.bookmark("custom_objects", 1) == {}


def test_a_partition_of_an_unknown_form_is_kept_beside_ours() -> None:
    unknown: list[Any] = [
        {"context": {"portal_id": 1, "region": "eu1"}, "cursor": 1},
        {"context": {"portal_id": "one"}, "cursor": 2},
        {"cursor": 3},
    ]
    state: Any = {"bookmarks": {"contacts": {"partitions": [*unknown, {"context": {"portal_id": "1"}}]}}}

    book = StateBook(state)
    book.save("contacts", 1, "", {"modified_until": "a"}, NOON)

    partitions = book.value["bookmarks"]["contacts"]["partitions"]
    assert partitions == [{"context": {"portal_id": 1}, "saved_ms": NOON_MS, "modified_until": "a"}, *unknown]


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ([], "not a JSON object"),
        ({"bookmarks": []}, "damaged at bookmarks:"),
        ({"bookmarks": {"contacts": []}}, "damaged at bookmarks.contacts:"),
        ({"bookmarks": {"contacts": {"partitions": [1]}}}, "damaged at bookmarks.contacts:"),
        ({"bookmarks": {"contacts": {"partitions": "all"}}}, "damaged at bookmarks.contacts:"),
    ],
)
def test_what_is_no_state_is_refused_in_one_line_that_says_where(state: Any, place: str) -> None:  # noqa: ANN401
    with pytest.raises(SettingInvalid, match=place) as caught:
        StateBook(state)
    assert "\n" not in str(caught.value)

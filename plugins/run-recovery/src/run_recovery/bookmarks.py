"""Singer states of the tap as sets of bookmarks, one for each stream, portal and part.

Each carries when it was saved, and one that follows another is always the later of the two. So states can be folded in
any order, as often as one likes: the later bookmark stays, whichever state it came from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

SingerState: TypeAlias = "Mapping[str, Any]"
_Bookmark: TypeAlias = "dict[str, Any]"


def fold(states: Iterable[SingerState]) -> dict[str, Any]:
    """Make one state of several.

    Args:
        states: What is no bookmark (of another tap, of a newer version) is taken from the first that has it.

    Returns:
        A state with the latest bookmark of each stream, portal and part.
    """
    folded: dict[str, Any] = {"bookmarks": {}}
    latest: dict[tuple[str, str], _Bookmark] = {}
    for state in states:
        for key, value in state.items():
            folded.setdefault(key, value)
        for stream, entry in _streams(state):
            kept = folded["bookmarks"].setdefault(stream, {})
            for key, value in entry.items():
                if key != "partitions":
                    kept.setdefault(key, value)
        for stream, bookmark in _bookmarks(state):
            place = stream, _canonical(bookmark.get("context"))
            latest[place] = max(latest.get(place, bookmark), bookmark, key=_order)
    for (stream, _), bookmark in sorted(latest.items(), key=lambda item: item[0]):
        folded["bookmarks"][stream].setdefault("partitions", []).append(bookmark)
    return folded


def of_portals(state: SingerState, has: Callable[[int], bool]) -> dict[str, Any]:
    """The part of a state that is about some portals.

    Args:
        state: A state of all portals.
        has: Whether a portal is one of them.
    """
    part: dict[str, Any] = {"bookmarks": {}}
    for stream, bookmark in _bookmarks(state):
        portal = str((bookmark.get("context") or {}).get("portal_id"))
        if portal.isdecimal() and has(int(portal)):
            part["bookmarks"].setdefault(stream, {"partitions": []})["partitions"].append(bookmark)
    return part


def _streams(state: SingerState) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from (state.get("bookmarks") or {}).items()


def _bookmarks(state: SingerState) -> Iterator[tuple[str, _Bookmark]]:
    for stream, entry in _streams(state):
        for bookmark in entry.get("partitions") or ():
            yield stream, bookmark


def _order(bookmark: _Bookmark) -> tuple[int, str]:
    """Later ones come later; of two at once, always the same one."""
    saved = bookmark.get("saved_ms")
    return (saved if isinstance(saved, int) else 0, _canonical(bookmark))


def _canonical(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, sort_keys=True)

"""Bookmarks, as the tap keeps them in its state, from what is proved; and what they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from portals_utility.proof import Proof

_UNTIL = "modified_until"
_START = "the start"


def state_of(proofs: Sequence[Proof], saved_at: datetime) -> dict[str, Any]:
    """The state of a pipeline that has read so much and no more.

    Args:
        proofs: What has been read.
        saved_at: When the bookmarks were made; what is saved later counts more, should states be folded.
    """
    state: dict[str, Any] = {"bookmarks": {}}
    for proof in proofs:
        context = {"portal_id": proof.portal_id} | ({"object_type": proof.part} if proof.part else {})
        bookmark = {
            "context": context,
            "saved_ms": int(saved_at.timestamp() * 1000),
            _UNTIL: _text(proof.modified_until),
            "full_read_at": _text(proof.full_read_at),
        }
        state["bookmarks"].setdefault(proof.stream, {"partitions": []})["partitions"].append(bookmark)
    return state


def differences(before: Mapping[str, Any], proofs: Sequence[Proof]) -> Iterator[str]:
    """Say, a line each, which streams of which portals will be read from another moment than before.

    Args:
        before: The state as it is.
        proofs: What the new one is made of.
    """
    known = {(each.portal_id, each.stream, each.part): each for each in proofs}
    old = dict(_moments(before))
    for place in sorted({*known, *old}):
        proof = known.get(place)
        until = _START if proof is None else _text(proof.modified_until)
        was = old.get(place, _START)
        if until != was:
            portal_id, stream, part = place
            gap = "; later reads do not join on to it" if proof is not None and proof.has_gap else ""
            yield f"portal {portal_id}, {f'{stream} {part}'.strip()}: from {until}, not {was}{gap}"


def _moments(state: Mapping[str, Any]) -> Iterator[tuple[tuple[int, str, str], str]]:
    """How far streams have been read that have a bookmark which says so."""
    for stream, entry in (state.get("bookmarks") or {}).items():
        for bookmark in entry.get("partitions") or ():
            context = bookmark.get("context") or {}
            portal_id = str(context.get("portal_id"))
            if portal_id.isdecimal() and bookmark.get(_UNTIL):
                yield (int(portal_id), stream, str(context.get("object_type") or "")), str(bookmark[_UNTIL])


def _text(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')}Z"

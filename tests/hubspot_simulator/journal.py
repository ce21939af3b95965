"""The journal: what changed the world from outside, so that a restart can do it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


EventName = Literal["world", "tick", "connected", "revoked", "uninstalled", "grant revoked"]


class JournalError(Exception):
    """The journal belongs to another world."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line.

    Attributes:
        origin: Of the first line only: `scenario/seed/anchor`.
        grant: The refresh token's grant id, for `grant revoked`.
    """

    event: EventName
    at_ms: int
    portal_id: int | None = None
    grant: str | None = None
    origin: str | None = None


class Journal:
    """A file of JSON lines; without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def open(self, origin: str, now_ms: int) -> Iterator[Entry]:
        """Begin or continue the journal of the world named by `origin`.

        Yields:
            The entries to replay.

        Raises:
            JournalError: It was written by a world with another scenario, seed or anchor.
        """
        if self._path is None:
            return
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self.append(Entry(event="world", at_ms=now_ms, origin=origin))
            return
        first, *entries = read(self._path)
        if first.origin != origin:
            raise JournalError(
                f"{self._path} was written by {first.origin}, this is {origin}: "
                "start with the same scenario, seed and anchor, or remove the file"
            )
        yield from entries

    def append(self, entry: Entry) -> None:
        """Write one line at the end."""
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(entry) + b"\n")


def read(path: Path) -> list[Entry]:
    """Every whole line; a last line that was cut off by a crash is left out."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return [msgspec.json.decode(line, type=Entry) for line in lines]


def recorded_anchor(path: Path) -> str | None:
    """The anchor of the world that wrote this journal, if there is one."""
    entries = read(path) if path.exists() else []
    origin = entries[0].origin if entries else None
    return origin.rsplit("/", 1)[-1] if origin else None

"""Cuts lists to the sizes that HubSpot takes (`itertools.batched` needs Python 3.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_Item = TypeVar("_Item")


def chunks(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """Yield the items in their order, up to `size` at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def halves(items: Sequence[_Item]) -> tuple[Sequence[_Item], Sequence[_Item]]:
    """Cut a list of at least two items in two."""
    middle = len(items) // 2
    return items[:middle], items[middle:]

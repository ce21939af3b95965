"""The copy against the truth: what is lost, doubled, leaked to another portal, too much, or not as it should be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

Row: TypeAlias = "dict[str, Any]"
Key: TypeAlias = "tuple[Any, ...]"
Kind = Literal["lost", "doubled", "leaked", "surplus", "wrong", "secret", "failure", "kpi"]


class Difference(NamedTuple):
    """One thing that is not as it must be.

    Attributes:
        kind: `surplus` is a row that neither HubSpot has nor had, `wrong` one with other values.
        where: A table, a log, a run.
        what: The row's key, or what was found.
    """

    kind: Kind
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where} {self.what}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a table must hold.

    Attributes:
        rows: By key; a key begins with the portal id.
        present: Portals that are connected: their rows must all be there, and be right.
        owner: The portal that a row must belong to by its other values, if they tell.
        gone: Keys that HubSpot has forgotten: they may be there still.
        values: What to compare of an actual row; None for the keys only.
    """

    rows: Mapping[Key, Row]
    present: Collection[int]
    owner: Callable[[Key, Row], Iterable[int | None]] = lambda _, __: ()
    gone: Collection[Key] = ()
    values: Callable[[Row], Row] | None = None


def compare(table: str, actual: Iterable[tuple[Key, Row]], expected: Expectation) -> Iterator[Difference]:
    """Name every row that is not as expected.

    Of portals that are connected no more, what was copied may be old; but it must be theirs, and there once.
    """
    found: dict[Key, list[Row]] = defaultdict(list)
    for key, row in actual:
        found[key].append(row)
    for key, rows in found.items():
        if len(rows) > 1:
            yield Difference("doubled", table, f"{_name(key)}: {len(rows)} rows")
        if strangers := {other for row in rows for other in expected.owner(key, row)} - {key[0]}:
            yield Difference("leaked", table, f"{_name(key)} is portal {', '.join(map(str, strangers))}'s")
        elif key[0] in expected.present:
            yield from _judge(table, key, rows[0], expected)
    for key in expected.rows.keys() - found.keys():
        if key[0] in expected.present:
            yield Difference("lost", table, _name(key))


def _judge(table: str, key: Key, row: Row, expected: Expectation) -> Iterator[Difference]:
    if key not in expected.rows:
        if key not in expected.gone:
            yield Difference("surplus", table, _name(key))
    elif expected.values is not None:
        values = expected.values(row)
        if wrong := [name for name, value in expected.rows[key].items() if values.get(name) != value]:
            yield Difference("wrong", table, f"{_name(key)}: {', '.join(wrong)}")


def _name(key: Key) -> str:
    portal_id, *rest = key
    return f"portal {portal_id} {' '.join(map(str, rest))}"

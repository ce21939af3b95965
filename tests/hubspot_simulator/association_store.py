"""Links between records, and the association types that a portal knows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.hubspot_simulator.association_types import PRIMARY, STANDARD_TYPES, UNLABELLED
from tests.hubspot_simulator.catalogue import AssociationType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.hubspot_simulator.association_types import Pair


class AssociationStore:
    """Every link of one portal, readable from both sides.

    A link carries labels (`UNLABELLED` always, `PRIMARY` or a portal's own in addition); each label is
    one association type, with another type id in each direction.
    """

    def __init__(self) -> None:
        self.types: dict[Pair, dict[str, AssociationType]] = {
            pair: {
                label: AssociationType("HUBSPOT_DEFINED", type_id, label or None)
                for label, type_id in labels.items()
            }
            for pair, labels in STANDARD_TYPES.items()
        }
        self._links: defaultdict[Pair, dict[int, dict[int, tuple[str, ...]]]] = defaultdict(dict)

    def define_pair(self, from_type: str, to_type: str, type_id: int) -> None:
        """Let records of two more types be linked; the opposite direction gets the next type id."""
        for pair, number in (((from_type, to_type), type_id), ((to_type, from_type), type_id + 1)):
            self.types[pair] = {UNLABELLED: AssociationType("USER_DEFINED", number, None)}

    def define_label(self, from_type: str, to_type: str, label: str, type_id: int) -> None:
        """Give the portal a label of its own; the opposite direction gets the next type id."""
        for pair, number in (((from_type, to_type), type_id), ((to_type, from_type), type_id + 1)):
            self.types[pair][label] = AssociationType("USER_DEFINED", number, label)

    def linked(self, from_type: str, from_id: int, to_type: str) -> Mapping[int, tuple[str, ...]]:
        """The labels of each link of one record towards one type, by the other record's id."""
        return self._links[from_type, to_type].get(from_id, {})

    def add(self, from_type: str, from_id: int, to_type: str, to_id: int, labels: Iterable[str] = ()) -> None:
        """Link two records, or add labels to their link."""
        known = self.types[from_type, to_type]
        if missing := [label for label in labels if label not in known]:
            raise KeyError(f"no association label {missing} between {from_type} and {to_type}")
        before = self.linked(from_type, from_id, to_type).get(to_id, (UNLABELLED,))
        merged = tuple(dict.fromkeys((*before, *labels)))
        self._links[from_type, to_type].setdefault(from_id, {})[to_id] = merged
        self._links[to_type, from_type].setdefault(to_id, {})[from_id] = merged

    def primary(self, from_type: str, from_id: int, to_type: str) -> int | None:
        """The one record that the link labelled primary leads to; a company has no primary contact of its own."""
        if from_type == "companies":
            return None
        links = self.linked(from_type, from_id, to_type).items()
        return next((to_id for to_id, labels in links if PRIMARY in labels), None)

    def remove(
        self, from_type: str, from_id: int, to_type: str, to_id: int, labels: Iterable[str] = ()
    ) -> None:
        """Remove the named labels of a link, or without labels the link itself."""
        gone = set(labels)
        kept = tuple(label for label in self._links[from_type, to_type][from_id][to_id] if label not in gone)
        for pair, here, there in (
            ((from_type, to_type), from_id, to_id),
            ((to_type, from_type), to_id, from_id),
        ):
            if gone:
                self._links[pair][here][there] = kept
            else:
                del self._links[pair][here][there]

    def hand_over(self, object_type: str, loser: int, winner: int) -> None:
        """Move every link of a record that is merged away to the winner."""
        for other in [to_type for from_type, to_type in self.types if from_type == object_type]:
            for to_id, labels in list(self.linked(object_type, loser, other).items()):
                self.remove(object_type, loser, other, to_id)
                has_primary = self.primary(object_type, winner, other) is not None
                kept = [label for label in labels if not (has_primary and label == PRIMARY)]
                self.add(object_type, winner, other, to_id, kept)

    def drop(self, object_type: str, record_id: int) -> None:
        """Forget every link of a record that is gone for good."""
        for other in [to_type for from_type, to_type in self.types if from_type == object_type]:
            for to_id in list(self.linked(object_type, record_id, other)):
                self.remove(object_type, record_id, other, to_id)

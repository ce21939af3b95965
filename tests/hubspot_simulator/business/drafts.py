"""Records while the generator still works on them: plain, mutable, linked by object instead of by id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.records import Change, Record, stamps

if TYPE_CHECKING:
    from tests.hubspot_simulator.object_types import ObjectType


@dataclass(slots=True)
class Draft:
    """A record in the making.

    Attributes:
        history: `(property, moment, value)` in order of time.
    """

    id: int
    created_ms: int
    modified_ms: int
    properties: dict[str, str]
    history: list[tuple[str, int, str]] = field(default_factory=list)

    def note(self, moment_ms: int) -> None:
        """Something happened to the record then."""
        self.modified_ms = max(self.modified_ms, moment_ms)

    def set_dated(self, name: str, moment_ms: int) -> None:
        """Set a datetime property to a moment."""
        self.properties[name] = iso(moment_ms)

    def track(self, name: str, moment_ms: int, value: str) -> None:
        """Set a property whose history is kept."""
        self.properties[name] = value
        self.history.append((name, moment_ms, value))
        self.note(moment_ms)

    def finish(self, kind: ObjectType) -> Record:
        """The finished record."""
        history: dict[str, tuple[Change, ...]] = {}
        for name, moment_ms, value in self.history:
            history[name] = (*history.get(name, ()), Change(at_ms=moment_ms, value=value))
        return Record(
            id=self.id,
            created_ms=self.created_ms,
            modified_ms=self.modified_ms,
            properties={**self.properties, **stamps(kind, self.id, self.created_ms, self.modified_ms)},
            history=history or None,
        )


@dataclass(slots=True)
class Company(Draft):
    """A company and where its people sit."""

    contacts: int = 0


@dataclass(slots=True)
class Contact(Draft):
    """A contact on its way through the funnel.

    Attributes:
        stages: When each lifecycle stage was entered.
    """

    company: Company | None = None
    stages: dict[str, int] = field(default_factory=dict)
    deals: list[Deal] = field(default_factory=list)


@dataclass(slots=True)
class Deal(Draft):
    """A deal and whose it is.

    Attributes:
        closed_ms: When it was won or lost; None while it is open.
        home_amount: Value in company currency.
    """

    contact: Contact | None = None
    closed_ms: int | None = None
    won: bool = False
    home_amount: float = 0.0


@dataclass(slots=True)
class Attached(Draft):
    """A record that is about others: a ticket, a call, a line item.

    Attributes:
        links: `(object type, id, labels)` of the records that it is associated with.
    """

    links: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)

    def about(self, object_type: str, other: Draft | None, *labels: str) -> None:
        """Associate the record with another one, if there is one."""
        if other is not None:
            self.links.append((object_type, other.id, labels))


@dataclass(slots=True)
class Ticket(Attached):
    """A ticket and whose it is.

    Attributes:
        closed_ms: When it was closed for good; None while it is open.
    """

    contact: Contact | None = None
    closed_ms: int | None = None

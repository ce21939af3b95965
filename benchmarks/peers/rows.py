"""What a program has put out: how many records, which of them, and which links."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    Link = tuple[str, str]

OBJECTS = ("contacts", "companies", "deals")
MARKER = "marked by the benchmark"
"""Stands in a value of the records that a case is about."""


@dataclass
class Rows:
    """A summary of an output.

    Attributes:
        records: Of contacts, companies and deals, by stream.
        contacts: Ids of the contacts.
        marked: Ids of the records in which the marker stands, by stream.
        by_company: Links `(company, contact)` that were given with the company.
        by_contact: The same, with the contact.
        state: The last state, as the next run wants it.
    """

    records: Counter[str] = field(default_factory=Counter)
    contacts: set[str] = field(default_factory=set)
    marked: set[tuple[str, str]] = field(default_factory=set)
    by_company: set[Link] = field(default_factory=set)
    by_contact: set[Link] = field(default_factory=set)
    state: Any = None

    def add(self, stream: str, record_id: str, line: bytes) -> None:
        """Count one record."""
        self.records[stream] += 1
        if stream == "contacts":
            self.contacts.add(record_id)
        if MARKER.encode() in line:
            self.marked.add((stream, record_id))

    def links_of_company(self, company: str, contacts: Iterable[object]) -> None:
        """Note links that were given with the company."""
        self.by_company.update((company, str(contact)) for contact in contacts)

    def links_of_contact(self, contact: str, companies: Iterable[object]) -> None:
        """Note links that were given with the contact."""
        self.by_contact.update((str(company), contact) for company in companies)


def messages(path: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The JSON lines of an output with their text; a line that was cut off is left out."""
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    with path.open("rb") as lines:
        for line in lines:
            try:
                yield decode(line), line
            except msgspec.DecodeError:
                return

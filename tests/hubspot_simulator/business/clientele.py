"""Whom a portal deals with at a given moment: only those who are there already."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.drafts import Contact


class Clientele:
    """The contacts of a portal, and those of them who have bought."""

    def __init__(self, contacts: Sequence[Contact]) -> None:
        self._contacts = sorted(contacts, key=lambda contact: contact.created_ms)
        self._since = [contact.created_ms for contact in self._contacts]
        buyers = [contact for contact in contacts if "customer" in contact.stages]
        self._customers = sorted(buyers, key=lambda contact: contact.stages["customer"])
        self._customers_since = [contact.stages["customer"] for contact in self._customers]

    def anybody(self, rng: random.Random, moment_ms: int) -> Contact | None:
        """A contact known at that moment, rather a recent one; None before the first came."""
        known = bisect_right(self._since, moment_ms)
        return self._contacts[known - 1 - int(known * rng.random() ** 2)] if known else None

    def customer(self, rng: random.Random, moment_ms: int) -> Contact | None:
        """A contact who had bought by then; anybody while nobody had."""
        known = bisect_right(self._customers_since, moment_ms)
        return self._customers[rng.randrange(known)] if known else self.anybody(rng, moment_ms)

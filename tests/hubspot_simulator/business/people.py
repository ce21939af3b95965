"""Names, places and addresses of one locale, drawn from pools because drawing each from Faker would be slow."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faker import Faker

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

_POOL = 260
_JAPANESE = "ja_JP"
_GERMAN_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True)
class Name:
    """A given or family name, and how it is spelt in an e-mail address."""

    written: str
    latin: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives or a company sits."""

    street: str
    city: str
    state: str
    postcode: str


class People:
    """Pools of one locale's names and places; deterministic from the seed."""

    def __init__(self, locale: str, seed: int) -> None:
        faker = Faker(locale)
        faker.seed_instance(seed)
        self._faker = faker
        japanese = locale == _JAPANESE
        self.given = [
            _japanese(faker.first_name_pair()) if japanese else _plain(faker.first_name())
            for _ in range(_POOL)
        ]
        self.family = [
            _japanese(faker.last_name_pair()) if japanese else _plain(faker.last_name()) for _ in range(_POOL)
        ]
        self.phones = [faker.phone_number() for _ in range(_POOL)]
        region = _region(faker)
        self.places = [
            Place(
                street=faker.street_address().replace("\n", ", "),
                city=faker.city(),
                state=region(),
                postcode=faker.postcode(),
            )
            for _ in range(_POOL)
        ]

    def company_name(self) -> str:
        """A company name as the country writes it."""
        return str(self._faker.company())

    def domain(self, rng: random.Random, company: str) -> str:
        """A domain for a company; always under `.example`, so that no real one is ever named."""
        slug = _latin(company) or _latin(rng.choice(self.family).latin)
        return f"{slug}-{rng.randrange(10, 9999)}.example"


def email(given: Name, family: Name, number: int, domain: str) -> str:
    """An address that no other contact of the portal has."""
    return f"{given.latin}.{family.latin}{number}@{domain}".lower()


def _plain(written: str) -> Name:
    return Name(written, _latin(written))


def _japanese(pair: tuple[str, str, str]) -> Name:
    written, _, romanised = pair
    return Name(written, _latin(romanised))


def _latin(text: str) -> str:
    ascii_text = (
        unicodedata.normalize("NFKD", text.translate(_GERMAN_LETTERS)).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")


def _region(faker: Faker) -> Callable[[], str]:
    for name in ("state", "county", "prefecture"):
        if hasattr(faker, name):
            region: Callable[[], str] = getattr(faker, name)
            return region
    return faker.city

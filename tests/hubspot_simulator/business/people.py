"""Names, places and addresses of one locale, drawn from pools because drawing each from Faker would be slow."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from faker import Faker

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

_POOL = 260
_COMPANY_POOL = 1_200
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


@dataclass(frozen=True, slots=True)
class People:
    """Pools of one locale's names and places."""

    given: tuple[Name, ...]
    family: tuple[Name, ...]
    phones: tuple[str, ...]
    places: tuple[Place, ...]
    companies: tuple[str, ...]

    def domain(self, rng: random.Random, company: str) -> str:
        """A domain for a company; always under `.example`, so that no real one is ever named."""
        slug = _latin(company) or rng.choice(self.family).latin
        return f"{slug}-{rng.randrange(10, 9999)}.example"


@lru_cache
def people_of(locale: str, seed: int) -> People:
    """The people of a locale; the same ones for the same seed."""
    faker = Faker(locale)
    faker.seed_instance(seed)
    names = [_names(faker, japanese=locale == _JAPANESE) for _ in range(_POOL)]
    region = _region(faker)
    return People(
        given=tuple(given for given, _ in names),
        family=tuple(family for _, family in names),
        phones=tuple(faker.phone_number() for _ in range(_POOL)),
        places=tuple(
            Place(
                street=faker.street_address().replace("\n", ", "),
                city=faker.city(),
                state=region(),
                postcode=faker.postcode(),
            )
            for _ in range(_POOL)
        ),
        companies=tuple(faker.company() for _ in range(_COMPANY_POOL)),
    )


def email(given: Name, family: Name, number: int, domain: str) -> str:
    """An address that no other contact of the portal has."""
    return f"{given.latin}.{family.latin}{number}@{domain}".lower()


def _names(faker: Faker, *, japanese: bool) -> tuple[Name, Name]:
    if not japanese:
        given, family = faker.first_name(), faker.last_name()
        return Name(given, _latin(given)), Name(family, _latin(family))
    (given, _, latin_given), (family, _, latin_family) = faker.first_name_pair(), faker.last_name_pair()
    return Name(given, _latin(latin_given)), Name(family, _latin(latin_family))


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

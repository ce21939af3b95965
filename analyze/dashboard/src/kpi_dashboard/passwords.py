"""The shared password: only its Argon2 hash is ever kept, as DASHBOARD_PASSWORD_HASH."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

LEAST_LETTERS = 12
# Beyond this, hashing itself would be a way to keep the dashboard busy.
MOST_LETTERS = 1024
# The second of the two that RFC 9106 recommends: 64 MiB, and about a sixth of a second.
_MEMORY_KIB, _ITERATIONS, _LANES = 65_536, 3, 4
_FIRST_PART = "argon2id:v=19:"


class NoPasswordHashError(ValueError):
    """A text that is not a hash; the message holds no part of it, for it may be the password itself."""


def hash_of(password: str) -> str:
    """Hash a password with a fresh salt; the text holds no `$`, which shells would take for a variable."""
    hashing = Argon2id(
        salt=os.urandom(16), length=32, iterations=_ITERATIONS, lanes=_LANES, memory_cost=_MEMORY_KIB
    )
    return hashing.derive_phc_encoded(password.encode()).replace("$", ":").removeprefix(":")


def check(text: str) -> str:
    """Return a hash as it is.

    Raises:
        NoPasswordHashError: It is none.
    """
    if not text.startswith(_FIRST_PART) or text.count(":") != _FIRST_PART.count(":") + 2:
        msg = "DASHBOARD_PASSWORD_HASH is not a password hash: make one with: kpi-dashboard hash-password"
        raise NoPasswordHashError(msg)
    return text


def matches(password: str, hashed: str) -> bool:
    """Tell, in time that does not depend on the answer, whether this is the hash of a password."""
    try:
        Argon2id.verify_phc_encoded(
            password[:MOST_LETTERS].encode(errors="replace"), "$" + hashed.replace(":", "$")
        )
    except InvalidKey:
        return False
    return True


def weakness(password: str) -> str | None:
    """Say why a password must not be chosen, or None if it may."""
    if len(password) < LEAST_LETTERS:
        return f"use {LEAST_LETTERS} letters or more"
    if len(password) > MOST_LETTERS:
        return f"use {MOST_LETTERS} letters or fewer"
    if len(set(password)) < LEAST_LETTERS // 2:
        return "use more different letters"
    return None

"""The admin's password: only its scrypt hash is ever kept, as ADMIN_PASSWORD_HASH."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import Self

from auth_service.errors import SettingsError

LEAST_LETTERS = 12
# Beyond this, hashing itself would be a way to keep the service busy.
MOST_LETTERS = 1024
SALT_BYTES = 16
KEY_BYTES = 32
# 32 MiB and about a third of a second: OWASP's advice for scrypt with p = 3.
LOG2_COST, BLOCK_SIZE, PARALLELISM = 15, 8, 3
# Cheaper than this is no protection; dearer would keep a small server busy with one login.
COSTS = range(14, 21)
BLOCK_SIZES = PARALLELISMS = range(1, 17)


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A salted scrypt hash. Its text holds no `$`, which shells and compose files would take for a variable."""

    log2_cost: int
    block_size: int
    parallelism: int
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, password: str, *, log2_cost: int = LOG2_COST) -> Self:
        """Hash a password with a fresh salt."""
        salt = os.urandom(SALT_BYTES)
        key = _derive(password, salt, log2_cost, BLOCK_SIZE, PARALLELISM)
        return cls(log2_cost, BLOCK_SIZE, PARALLELISM, salt, key)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the form that `str()` makes.

        Raises:
            SettingsError: It is none. The message never holds any part of it: it may be the password itself.
        """
        try:
            name, *numbers, salt, key = text.split(":")
            log2_cost, block_size, parallelism = map(int, numbers)
            parsed = cls(log2_cost, block_size, parallelism, _decode(salt), _decode(key))
        except (ValueError, binascii.Error):
            name = None
        if (
            name != "scrypt"
            or parsed.log2_cost not in COSTS
            or parsed.block_size not in BLOCK_SIZES
            or parsed.parallelism not in PARALLELISMS
            or len(parsed.salt) != SALT_BYTES
            or len(parsed.key) != KEY_BYTES
        ):
            raise SettingsError(
                "ADMIN_PASSWORD_HASH is not a password hash: make one with: hubspot-auth admin hash-password"
            )
        return parsed

    def __str__(self) -> str:
        numbers = f"{self.log2_cost}:{self.block_size}:{self.parallelism}"
        return f"scrypt:{numbers}:{_encode(self.salt)}:{_encode(self.key)}"

    def matches(self, password: str) -> bool:
        """Tell, in time that does not depend on the answer, whether this is the hash of a password."""
        password = password[:MOST_LETTERS]
        key = _derive(password, self.salt, self.log2_cost, self.block_size, self.parallelism)
        return hmac.compare_digest(key, self.key)


def weakness(password: str) -> str | None:
    """Say why a password must not be chosen, or None if it may."""
    if len(password) < LEAST_LETTERS:
        return f"use {LEAST_LETTERS} letters or more"
    if len(password) > MOST_LETTERS:
        return f"use {MOST_LETTERS} letters or fewer"
    if len(set(password)) < LEAST_LETTERS // 2:
        return "use more different letters"
    return None


def _derive(password: str, salt: bytes, log2_cost: int, block_size: int, parallelism: int) -> bytes:
    cost = 2**log2_cost
    return hashlib.scrypt(
        password.encode(errors="replace"),
        salt=salt,
        n=cost,
        r=block_size,
        p=parallelism,
        # OpenSSL's own limit is 32 MiB, just too little.
        maxmem=128 * block_size * (cost + parallelism + 2),
        dklen=KEY_BYTES,
    )


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

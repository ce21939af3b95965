"""Secrets at rest: AES-256-GCM, bound to the place they are stored in.

A stored secret is `version (1 byte) | nonce (12 bytes) | ciphertext and tag`. The additional data names the
table, row, column, format version and key, so that whoever can write to the database cannot move a portal's
token into another portal's row, or an old one under a new key: it would no longer decrypt.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from auth_service.errors import DecryptionError, KeyringError

__all__ = ["DecryptionError", "Keyring", "KeyringError", "Place", "Sealed", "new_key"]

VERSION = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12  # what NIST SP 800-38D advises for random nonces; good for 2^32 messages per key
# 32 random bytes hold about 30 different ones; fewer than this is a pattern somebody typed.
LEAST_DISTINCT_BYTES = 16

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret is stored; it decrypts nowhere else."""

    table: str
    row: str
    column: str


class Sealed(NamedTuple):
    """An encrypted secret and the id of the key that opens it."""

    key_id: str
    ciphertext: bytes


class Keyring:
    """The keys of TOKEN_KEYS: the first encrypts, each of them decrypts what names it."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.primary_id = next(iter(keys))

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Read the `id:base64,id:base64` form of TOKEN_KEYS.

        Raises:
            KeyringError: The text holds no usable keys. The message never holds any part of a key.
        """
        keys: dict[str, bytes] = {}
        for position, entry in enumerate(text.split(","), start=1):
            key_id, separator, encoded = entry.strip().partition(":")
            # An entry without a colon may be a bare key: its text must not reach the message.
            if not separator or not _KEY_ID.fullmatch(key_id):
                raise KeyringError(
                    f"TOKEN_KEYS entry {position} is not of the form id:base64 "
                    "(id: 1 to 32 letters, digits, '-' or '_'): make one with: hubspot-auth keys generate"
                )
            if key_id in keys:
                raise KeyringError(f"TOKEN_KEYS has the key id '{key_id}' twice: give each key its own id")
            keys[key_id] = _decode_key(key_id, encoded)
        return cls(keys)

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of all keys, the primary first."""
        return tuple(self._ciphers)

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self.key_ids)})"

    def encrypt(self, plaintext: str, place: Place, *, key_id: str | None = None) -> Sealed:
        """Encrypt text for one place, with the primary key unless another is named."""
        key_id = key_id or self.primary_id
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = self._ciphers[key_id].encrypt(nonce, plaintext.encode(), _additional_data(place, key_id))
        return Sealed(key_id, VERSION + nonce + ciphertext)

    def decrypt(self, sealed: Sealed, place: Place) -> str:
        """Decrypt what `encrypt` made for the same place.

        Raises:
            DecryptionError: The key is not in the keyring, or value, key and place do not belong together.
        """
        where = f"{place.column} of {place.table} {place.row}"
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise DecryptionError(
                f"{where} was encrypted with key '{sealed.key_id}', which TOKEN_KEYS does not have: add it again"
            )
        version, nonce, ciphertext = _split(sealed.ciphertext)
        if version == VERSION:
            try:
                return cipher.decrypt(nonce, ciphertext, _additional_data(place, sealed.key_id)).decode()
            except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
                pass
        raise DecryptionError(
            f"{where} does not decrypt with key '{sealed.key_id}': the stored value or the key was changed; "
            "restore the key, or connect the portal again"
        )


def new_key() -> str:
    """Make a key in the base64 form that TOKEN_KEYS holds."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _decode_key(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise KeyringError(
            f"TOKEN_KEYS key '{key_id}' is not base64: make one with: hubspot-auth keys generate"
        ) from None
    if len(key) != KEY_BYTES:
        raise KeyringError(
            f"TOKEN_KEYS key '{key_id}' has {len(key)} bytes instead of {KEY_BYTES}: "
            "make one with: hubspot-auth keys generate"
        )
    if len(set(key)) < LEAST_DISTINCT_BYTES:
        raise KeyringError(
            f"TOKEN_KEYS key '{key_id}' is not random: make one with: hubspot-auth keys generate"
        )
    return key


def _split(blob: bytes) -> tuple[bytes, bytes, bytes]:
    return blob[:1], blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]


def _additional_data(place: Place, key_id: str) -> bytes:
    """Join the parts so that no two lists of parts give the same bytes: each is led by its length."""
    parts = [place.table.encode(), place.row.encode(), place.column.encode(), VERSION, key_id.encode()]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

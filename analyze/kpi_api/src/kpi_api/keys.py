"""API keys: made once, stored as hashes only, each for some portals.

The file is TOML, one table `[[keys]]` a key; `kpi-api keys` writes it. It is read again whenever it has changed, so that a
revoked key is refused from then on.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
import stat
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Scanners for leaked secrets know keys by how they begin.
_PREFIX = "kpi_"
_ID_CHARACTERS = 10


class KeysError(Exception):
    """The key file is not as it must be; the message is one line with the cure, and no secret."""


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is kept of a key.

    Attributes:
        id: What people call it by; the beginning of its hash.
        name: Whom it was made for.
        sha256: Its hash. A password needs a slow and salted one since people choose it; of 256 random bits none can be
            guessed, and each request pays for hashing.
        created_at: When it was made.
        all_portals: Whether it sees every portal, also those to come.
        portals: Ids of portals that it sees.
        groups: Names of groups whose portals it sees, whichever they are at the time.
    """

    id: str
    name: str
    sha256: str
    created_at: datetime
    all_portals: bool = False
    portals: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    keys: list[ApiKey] = []


class KeyFile:
    """The file of keys.

    Args:
        path: Where it is; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._keys: list[ApiKey] = []

    def all(self) -> list[ApiKey]:
        """All keys, in the order in which they were made.

        Raises:
            KeysError: the file can't be read, is not one of keys, or is open for others to write.
        """
        with self._lock:
            try:
                status = self._path.stat()
                version = (status.st_mtime_ns, status.st_size, status.st_ino)
                if version != self._seen:
                    self._keys = self._read(status)
                    self._seen = version
            except FileNotFoundError:
                self._seen, self._keys = None, []
            except OSError as error:
                raise KeysError(f"{self._path} can't be read ({error.strerror})") from None
            return self._keys

    def find(self, key: str) -> ApiKey | None:
        """The key that a client shows, if it is one.

        Raises:
            KeysError: as in `all`.
        """
        shown = _hash(key)
        found = None
        for each in self.all():
            # How long it takes says nothing of where a wrong hash begins to differ, or which key it is.
            if hmac.compare_digest(each.sha256, shown):
                found = each
        return found

    def create(
        self,
        name: str,
        *,
        all_portals: bool = False,
        portals: tuple[int, ...] = (),
        groups: tuple[str, ...] = (),
    ) -> tuple[ApiKey, str]:
        """Make a key.

        Returns:
            What is kept of it, and the key itself, which can't be had again.

        Raises:
            KeysError: the name is taken; or as in `all`.
        """
        key = _PREFIX + secrets.token_urlsafe(32)
        made = ApiKey(
            id=_hash(key)[:_ID_CHARACTERS],
            name=name,
            sha256=_hash(key),
            created_at=datetime.now(UTC).replace(microsecond=0),
            all_portals=all_portals,
            portals=portals,
            groups=groups,
        )
        with self._changing() as keys:
            if any(each.name == name for each in keys):
                raise KeysError(
                    f"there is a key named '{name}' already: revoke it first, or choose another name"
                )
            keys.append(made)
        return made, key

    def revoke(self, name_or_id: str) -> ApiKey:
        """Take a key away.

        Raises:
            KeysError: there is no such key; or as in `all`.
        """
        with self._changing() as keys:
            for each in keys:
                if name_or_id in {each.id, each.name}:
                    keys.remove(each)
                    return each
        raise KeysError(f"there is no key '{name_or_id}': `kpi-api keys list` shows all")

    def _read(self, status: os.stat_result) -> list[ApiKey]:
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise KeysError(
                f"{self._path} may be written by others, who could add keys: run chmod 600 {self._path}"
            )
        try:
            return msgspec.toml.decode(self._path.read_bytes(), type=_File).keys
        except msgspec.DecodeError as error:
            raise KeysError(f"{self._path} is not a file of keys: {error}") from None

    @contextmanager
    def _changing(self) -> Iterator[list[ApiKey]]:
        """Two who change it at once take turns; who reads meanwhile finds the old file or the new, never half of one."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                keys = list(self.all())
                yield keys
                draft = self._path.with_suffix(".new")
                draft.unlink(missing_ok=True)
                with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
                    file.write(msgspec.toml.encode(_File(keys)))
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(self._path)
        except OSError as error:
            raise KeysError(f"{self._path} can't be written ({error.strerror})") from None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

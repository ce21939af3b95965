"""Which operating-system account runs the server.

PostgreSQL refuses to run as root, and root is what containers and CI machines give us. As root we therefore start it
as an unprivileged account that the machine already has; as an ordinary user we start it as ourselves.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from embedded_postgres.errors import EmbeddedPostgresError

if TYPE_CHECKING:
    from pathlib import Path

# `postgres` where the system has it, else the account that every Unix has.
_UNPRIVILEGED = ("postgres", "nobody")


class SubprocessIdentity(TypedDict, total=False):
    """The arguments of `subprocess.run` that make a child run as the account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """An account to run as; `None` stands for the current one."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_cluster(cls, cluster: Path) -> Account:
        """Choose the account; an existing cluster keeps the account that owns it.

        Raises:
            EmbeddedPostgresError: we are root and the machine has no unprivileged account.
        """
        if os.geteuid() != 0:
            return cls()
        if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
            return cls(owner.st_uid, owner.st_gid)
        for name in _UNPRIVILEGED:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        msg = f"PostgreSQL can't run as root, and none of the accounts {', '.join(_UNPRIVILEGED)} exists: create one."
        raise EmbeddedPostgresError(msg)

    def identity(self) -> SubprocessIdentity:
        """Return what `subprocess.run` needs to run a child as this account."""
        if self.uid is None or self.gid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def make_folder(self, path: Path) -> None:
        """Make a private folder that belongs to the account."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def open_way_to(self, path: Path) -> None:
        """Let the account pass through the folders above `path` (pass, not list): a root-only folder would stop it."""
        if self.uid is None:
            return
        for folder in path.resolve().parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH and folder.stat().st_uid != self.uid:
                folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)

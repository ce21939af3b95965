"""What was written last, as a few characters: enough to tell that the same would be written again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

_BYTES = 8
"""The state holds thousands of digests; that a change goes unseen for a week once in 2^64 changes is rare enough."""


def digest(rows: Iterable[Any]) -> str:
    """A short text that is the same for the same rows.

    Args:
        rows: Anything that is JSON. Neither their order nor that of their fields counts: HubSpot promises none.
    """
    lines = sorted(msgspec.json.encode(row, order="deterministic") for row in rows)
    return hashlib.blake2b(b"\n".join(lines), digest_size=_BYTES).hexdigest()

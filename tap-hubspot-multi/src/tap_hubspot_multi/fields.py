"""Columns that many streams make in the same way from HubSpot's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Mapping


def life(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The columns `archived`, `created_at` and `updated_at` (see `schemas.LIFE`)."""
    return {
        "archived": bool(raw.get("archived")),
        "created_at": normalize(raw.get("createdAt")),
        "updated_at": normalize(raw.get("updatedAt")),
    }


def integer(value: object) -> int | None:
    """HubSpot sends whole numbers; a float would break the table's integer column."""
    return int(value) if isinstance(value, (int, float)) else None


def text(value: object) -> str | None:
    """An id or a figure as text; None stays None."""
    return None if value is None else str(value)

"""Columns that many streams make in the same way from HubSpot's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


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


def day(value: object) -> str | None:
    """A date without time as text, `YYYY-MM-DD`, from any of HubSpot's forms of it."""
    moment = normalize(value)
    return None if moment is None else moment[:10]


def rest(raw: Mapping[str, Any], columns: Collection[str]) -> dict[str, Any]:
    """Everything that HubSpot says and that has no column of its own."""
    return {name: value for name, value in raw.items() if name not in columns}

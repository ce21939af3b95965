"""The tap's settings as checked values, and what is wrong with a configuration.

Secrets may also come from the variables that auth_service reads (`DATABASE_URL`, `TOKEN_KEYS`, …), so that the tap
runs from the same `.env`. No message shows a value: many of these are secrets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th

from tap_hubspot_multi.config_schema import CONFIG_SCHEMA, DEFAULTS, FORMS, OBJECT_NAMES
from tap_hubspot_multi.exceptions import SettingInvalid
from tap_hubspot_multi.property_selection import PropertyRules
from tap_hubspot_multi.timestamps import parse_timestamp
from warehouse_connection.shards import Shard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

ENV_PREFIX = "TAP_HUBSPOT_MULTI_"


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """What shapes the reading of a stream.

    Attributes:
        start_date: Records last modified before it are left out.
        objects: CRM objects to read.
        properties: Which of their properties to read.
        history_properties: For an object, the properties whose changes over time are read.
        settle: How long the search index is given.
        overlap: How far before its bookmark a search starts.
        full_read_every: Time between full reads; None for never.
        rows_per_page: How many rows are gathered before they are handed to the writer, at most.
    """

    start_date: datetime | None = None
    objects: frozenset[str] = frozenset(OBJECT_NAMES)
    properties: PropertyRules = field(default_factory=PropertyRules)
    history_properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settle: timedelta = timedelta(seconds=300)
    overlap: timedelta = timedelta(seconds=3600)
    full_read_every: timedelta | None = timedelta(days=7)
    rows_per_page: int = 2000


@dataclass(frozen=True, slots=True)
class TapSettings:
    """A checked configuration.

    Attributes:
        reading: What shapes the reading of streams.
        include: Only these portals; all when empty.
        exclude: None of these portals.
        shard: Only the portals of this shard, if any is given.
        max_workers: How many tasks are read at once.
        run_time_limit: How long a run may begin further pages; None for as long as it takes.
        fail_on_portal_error: Whether a failed portal makes the run fail at its end.
        static_tokens: Tokens to use instead of the token table.
        auth: Settings of auth_service that are given here, by the name of its environment variable.
    """

    reading: ReadingSettings
    include: frozenset[int]
    exclude: frozenset[int]
    shard: Shard | None
    max_workers: int
    run_time_limit: timedelta | None
    fail_on_portal_error: bool
    static_tokens: tuple[str, ...] = field(repr=False)
    auth: Mapping[str, str] = field(repr=False)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> TapSettings:
        """Read a Singer configuration.

        Raises:
            SettingInvalid: Some settings are wrong; one line for each.
        """
        problems = find_problems(config)
        if problems:
            raise SettingInvalid("\n".join(problems))
        values = DEFAULTS | _given(config)
        portals = values.get("portals") or {}
        days, minutes = values["full_read_days"], values.get("run_time_limit")
        return cls(
            reading=ReadingSettings(
                start_date=parse_timestamp(values.get("start_date")),
                objects=frozenset(values.get("objects") or OBJECT_NAMES),
                properties=PropertyRules(
                    _tuples(values.get("property_selection")),
                    include_bodies=values["include_bodies"],
                    include_sensitive=values["include_sensitive"],
                ),
                history_properties=_tuples(values["history_properties"]),
                settle=timedelta(seconds=values["settle_seconds"]),
                overlap=timedelta(seconds=values["overlap_seconds"]),
                full_read_every=timedelta(days=days) if days else None,
            ),
            include=frozenset(portals.get("include") or ()),
            exclude=frozenset(portals.get("exclude") or ()),
            shard=Shard.parse(values.get("portal_shard", "")),
            max_workers=values["max_workers"],
            run_time_limit=None if minutes is None else timedelta(minutes=minutes),
            fail_on_portal_error=values["fail_on_portal_error"],
            static_tokens=tuple(token.strip() for token in values.get("static_tokens") or ()),
            auth={
                variable: values[name]
                for name, variable in AUTH_VARIABLES.items()
                if values.get(name) is not None
            },
        )


AUTH_VARIABLES = {
    "database_url": "DATABASE_URL",
    "token_keys": "TOKEN_KEYS",
    "client_id": "HUBSPOT_CLIENT_ID",
    "client_secret": "HUBSPOT_CLIENT_SECRET",
    "api_url": "HUBSPOT_API_URL",
}
"""Our settings that mirror one of auth_service's, and its name there."""


def find_problems(config: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a configuration.

    Args:
        config: A Singer configuration; empty texts count as unset, Meltano sends them for unset variables.

    Returns:
        One line for each wrong setting, with its name and its environment variable and never its value.
    """
    problems = []
    for name, value in _given(config).items():
        spec = CONFIG_SCHEMA["properties"].get(name)
        if spec is None:
            continue
        is_right = th.DEFAULT_JSONSCHEMA_VALIDATOR(spec).is_valid(value)
        if name == "start_date":
            is_right = is_right and parse_timestamp(value) is not None
        elif name == "portal_shard":
            is_right = is_right and Shard.parse(value) is not None
        if not is_right:
            problems.append(f"{describe(name)} must be {FORMS.get(name, 'a text')}.")
    return problems


def describe(name: str) -> str:
    """Name a setting the way a person can find it."""
    return f"Setting {name} (environment variable {ENV_PREFIX}{name.upper()})"


def _tuples(lists: Mapping[str, list[str]] | None) -> dict[str, tuple[str, ...]]:
    return {name: tuple(items) for name, items in (lists or {}).items()}


def _given(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if value is not None and value != ""}

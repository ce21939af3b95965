"""Which settings the tap has: for Singer, for `--about`, and for the messages about wrong ones."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

from tap_hubspot_multi.crm import CRM_OBJECTS, CUSTOM_OBJECTS
from warehouse_connection.shards import SLOTS

STANDARD_OBJECTS = [crm_object.name for crm_object in CRM_OBJECTS]
OBJECT_NAMES = [*STANDARD_OBJECTS, CUSTOM_OBJECTS]

CONFIG_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "database_url",
        th.StringType,
        secret=True,
        title="Database",
        description="Where auth_service keeps the connected portals: postgresql://… . Unset: DATABASE_URL, "
        "then the embedded PostgreSQL of the project.",
    ),
    th.Property(
        "token_keys",
        th.StringType,
        secret=True,
        title="Token keys",
        description="Keys that the portals' tokens are encrypted with, as auth_service has them. Unset: TOKEN_KEYS.",
    ),
    th.Property(
        "client_id",
        th.StringType,
        title="Client id",
        description="Client id of your HubSpot app. Unset: HUBSPOT_CLIENT_ID.",
    ),
    th.Property(
        "client_secret",
        th.StringType,
        secret=True,
        title="Client secret",
        description="Client secret of your HubSpot app. Unset: HUBSPOT_CLIENT_SECRET.",
    ),
    th.Property(
        "static_tokens",
        th.ArrayType(th.StringType),
        secret=True,
        title="Static tokens",
        description="Private-app tokens or service keys, one for each portal: use the tap without auth_service. "
        "The four settings above are then not needed.",
    ),
    th.Property(
        "api_url",
        th.StringType,
        title="API address",
        description="Address of HubSpot's API. Unset: HUBSPOT_API_URL, then https://api.hubapi.com.",
    ),
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description="Leave out records last modified before it. Unset: everything.",
    ),
    th.Property(
        "portals",
        th.ObjectType(
            th.Property("include", th.ArrayType(th.IntegerType), description="Only these portals."),
            th.Property("exclude", th.ArrayType(th.IntegerType), description="All but these portals."),
        ),
        title="Portals",
        description="Which of the connected portals to read. Unset: all.",
    ),
    th.Property(
        "portal_shard",
        th.StringType,
        title="Portal shard",
        description="Read only the i-th of n parts of the portals, as in 2/3: for several taps side by side. Unset: all.",
    ),
    th.Property(
        "objects",
        th.ArrayType(th.StringType(allowed_values=OBJECT_NAMES)),
        title="Objects",
        description="Which CRM objects to read, with their properties and pipelines. Unset: all.",
    ),
    th.Property(
        "property_selection",
        th.ObjectType(additional_properties=th.ArrayType(th.StringType)),
        title="Property selection",
        description="For an object, or * for all, the properties to read: names or patterns, with ! before those "
        'not to read, as in {"contacts": ["email", "hs_analytics_*"], "*": ["!*_iban"]}. Unset: all.',
    ),
    th.Property(
        "include_bodies",
        th.BooleanType,
        default=False,
        title="Include bodies",
        description="Whether to read what people wrote and said: the bodies of notes, e-mails, calls and the like.",
    ),
    th.Property(
        "include_sensitive",
        th.BooleanType,
        default=False,
        title="Include sensitive properties",
        description="Whether to read properties that HubSpot marks as sensitive or highly sensitive.",
    ),
    th.Property(
        "history_properties",
        th.ObjectType(*(th.Property(name, th.ArrayType(th.StringType)) for name in STANDARD_OBJECTS)),
        default={
            "contacts": ["lifecyclestage"],
            "deals": ["dealstage", "amount", "closedate"],
            "tickets": ["hs_pipeline_stage"],
        },
        title="History properties",
        description="For an object, the properties whose changes over time are read; {}: none.",
    ),
    th.Property(
        "settle_seconds",
        th.IntegerType(minimum=0),
        default=300,
        title="Settle seconds",
        description="How long HubSpot's search index is given to show a change.",
    ),
    th.Property(
        "overlap_seconds",
        th.IntegerType(minimum=0),
        default=3600,
        title="Overlap seconds",
        description="How far before its bookmark a run searches again, for what the index showed late.",
    ),
    th.Property(
        "full_read_days",
        th.IntegerType(minimum=0),
        default=7,
        title="Full read days",
        description="How often every record is read again, to find hard deletes and changed associations; 0: never.",
    ),
    th.Property(
        "max_workers",
        th.IntegerType(minimum=1),
        default=32,
        title="Workers",
        description="How many requests may be under way at once, over all portals.",
    ),
    th.Property(
        "run_time_limit",
        th.IntegerType(minimum=1),
        title="Run time limit",
        description="Minutes after which no further page is begun; the next run goes on. Unset: until all is read.",
    ),
    th.Property(
        "fail_on_portal_error",
        th.BooleanType,
        default=False,
        title="Fail on portal error",
        description="Whether the run exits non-zero, after all portals are done, if one of them failed.",
    ),
).to_dict()

DEFAULTS = {name: spec["default"] for name, spec in CONFIG_SCHEMA["properties"].items() if "default" in spec}
"""Values of settings that are not given."""

FORMS = {
    "static_tokens": "a list of texts",
    "start_date": "a date or date-time in ISO 8601, as in 2026-01-01",
    "portals": 'an object like {"include": [123], "exclude": [456]}',
    "portal_shard": f"a part of the portals like 2/3, of at most {SLOTS} parts",
    "objects": f"a list of some of: {', '.join(OBJECT_NAMES)}",
    "property_selection": 'an object like {"contacts": ["email", "hs_analytics_*"], "*": ["!*_iban"]}',
    "include_bodies": "true or false",
    "include_sensitive": "true or false",
    "history_properties": 'an object like {"deals": ["dealstage", "amount"]}, of standard objects',
    "settle_seconds": "a whole number of at least 0",
    "overlap_seconds": "a whole number of at least 0",
    "full_read_days": "a whole number of at least 0",
    "max_workers": "a whole number of at least 1",
    "run_time_limit": "a whole number of minutes, at least 1",
    "fail_on_portal_error": "true or false",
}
"""What a right value looks like, to end `… must be`; a text if not listed."""

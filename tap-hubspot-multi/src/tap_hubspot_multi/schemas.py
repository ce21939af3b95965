"""The columns of every stream.

Five types only, because the loader's fast path (COPY) keeps just these exactly: whole numbers, text, booleans, UTC
date-times and objects. No arrays and no fractions at the top level; money and rates stay text until dbt types them.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

KEY_INTEGER: Schema = {"type": ["integer"]}
KEY_TEXT: Schema = {"type": ["string"]}
INTEGER: Schema = {"type": ["integer", "null"]}
TEXT: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": ["boolean", "null"]}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
OBJECT: Schema = {"type": ["object", "null"], "additionalProperties": True}

_LIFE = {"archived": FLAG, "created_at": MOMENT, "updated_at": MOMENT}


def _schema(**columns: Schema) -> Schema:
    """A stream's schema: its own columns between the portal they belong to and the time they were read."""
    return {
        "type": "object",
        "properties": {"portal_id": KEY_INTEGER, **columns, "synced_at": MOMENT},
        "additionalProperties": False,
    }


PORTALS = _schema(
    company_name=TEXT,
    hub_domain=TEXT,
    account_type=TEXT,
    time_zone=TEXT,
    company_currency=TEXT,
    additional_currencies=TEXT,
    ui_domain=TEXT,
    data_hosting_location=TEXT,
    connection_status=TEXT,
    auth_type=TEXT,
    scopes=TEXT,
    connected_at=MOMENT,
    last_refresh_at=MOMENT,
    last_error_code=TEXT,
)

PROPERTIES = _schema(
    object_type=KEY_TEXT,
    name=KEY_TEXT,
    label=TEXT,
    type=TEXT,
    field_type=TEXT,
    group_name=TEXT,
    description=TEXT,
    options=OBJECT,
    calculated=FLAG,
    external_options=FLAG,
    has_unique_value=FLAG,
    hidden=FLAG,
    hubspot_defined=FLAG,
    form_field=FLAG,
    data_sensitivity=TEXT,
    referenced_object_type=TEXT,
    currency_property_name=TEXT,
    **_LIFE,
)

PIPELINES = _schema(object_type=KEY_TEXT, id=KEY_TEXT, label=TEXT, display_order=INTEGER, **_LIFE)

PIPELINE_STAGES = _schema(
    object_type=KEY_TEXT,
    pipeline_id=KEY_TEXT,
    id=KEY_TEXT,
    label=TEXT,
    display_order=INTEGER,
    metadata=OBJECT,
    **_LIFE,
)

OWNERS = _schema(
    id=KEY_TEXT,
    email=TEXT,
    first_name=TEXT,
    last_name=TEXT,
    user_id=TEXT,
    type=TEXT,
    teams=OBJECT,
    **_LIFE,
)

CRM_OBJECT = _schema(
    id=KEY_TEXT,
    created_at=MOMENT,
    updated_at=MOMENT,
    archived=FLAG,
    archived_at=MOMENT,
    merged_into=TEXT,
    properties=OBJECT,
    associations=OBJECT,
)

PORTAL_SYNCS = _schema(
    run_id=KEY_TEXT,
    stream=KEY_TEXT,
    mode=TEXT,
    status=TEXT,
    reason=TEXT,
    records=INTEGER,
    requests=INTEGER,
    expected_total=INTEGER,
    started_at=MOMENT,
    finished_at=MOMENT,
    window_from=MOMENT,
    window_to=MOMENT,
)

"""The types that columns have.

Five types only, because the loader's fast path (COPY) keeps just these exactly: whole numbers, text, booleans, UTC
date-times and objects. No arrays and no fractions at the top level; money and rates stay text until dbt types them.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

KEY_INTEGER: Schema = {"type": ["integer"]}
KEY_TEXT: Schema = {"type": ["string"]}
KEY_MOMENT: Schema = {"type": ["string"], "format": "date-time"}
INTEGER: Schema = {"type": ["integer", "null"]}
TEXT: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": ["boolean", "null"]}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
OBJECT: Schema = {"type": ["object", "null"], "additionalProperties": True}

LIFE = {"archived": FLAG, "created_at": MOMENT, "updated_at": MOMENT}


def stream_schema(**columns: Schema) -> Schema:
    """A stream's schema: its own columns between the portal they belong to and the time they were read."""
    return {
        "type": "object",
        "properties": {"portal_id": KEY_INTEGER, **columns, "synced_at": MOMENT},
        "additionalProperties": False,
    }

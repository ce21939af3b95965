"""HubSpot's JSON, decoded and made safe for PostgreSQL.

Text in HubSpot may hold NUL characters and lone surrogates (half an emoji, cut off by somebody's import).
PostgreSQL refuses both, in text and in jsonb at any depth, and a load of thousands of rows dies of one.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

# The escapes of NUL and of surrogates. A body without them, as nearly all are, needs no second look.
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def decode_json(body: bytes) -> Any:  # noqa: ANN401 - JSON is of any shape
    """Decode a response body and strip what PostgreSQL cannot store.

    Args:
        body: The whole response body.

    Returns:
        Any JSON value. Strings, keys included, hold no NUL and no lone surrogate.

    Raises:
        ValueError: The body is not JSON, or its end is missing.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # msgspec is strict about surrogates, the standard library is not; a cut-off body fails here too.
        return strip_unstorable(json.loads(body))
    return strip_unstorable(value) if b"\\" in body and _SUSPECT.search(body) else value


def strip_unstorable(value: Any) -> Any:  # noqa: ANN401 - JSON is of any shape
    """Remove NUL characters and lone surrogates from every string of a JSON value, at every depth."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [strip_unstorable(item) for item in value]
    if isinstance(value, dict):
        return {strip_unstorable(key): strip_unstorable(item) for key, item in value.items()}
    return value

"""A new version of HubSpot's API is one changed line (docs/upgrading.md)."""

from __future__ import annotations

import re
from pathlib import Path

from auth_service.hubspot_requests import API_VERSION

ROOT = Path(__file__).parents[1]
SOURCES = ("analyze", "auth_service", "demo", "orchestrate", "plugins", "tap-hubspot-multi")

# In text, that of an f-string included: "2026-09" or /crm/objects/2026-09, /marketing/v3/forms.
VERSION = re.compile(r"""["'/](20\d\d-\d\d|v\d+)(?=["'/])""")


def test_no_other_place_in_the_source_names_a_version() -> None:
    found = {
        (path.name, version)
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*.py")
        if "tests" not in path.parts
        for version in VERSION.findall(path.read_text(encoding="utf-8"))
    }
    assert found == {
        ("hubspot_requests.py", API_VERSION),
        ("endpoints.py", "2026-03"),  # users and teams have this one only
        ("endpoints.py", "v1"),  # form submissions
        ("endpoints.py", "v2"),  # web analytics
        ("endpoints.py", "v3"),  # forms
    }

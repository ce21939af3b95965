from __future__ import annotations

import json
import runpy
from pathlib import Path

from tap_hubspot_multi.config_schema import CONFIG_SCHEMA

TAP = Path(__file__).parents[1]
README = (TAP / "README.md").read_text(encoding="utf-8")
SETTINGS = README.partition("## Streams")[0]


def test_the_readme_lists_every_setting_with_its_default() -> None:
    for name, spec in CONFIG_SCHEMA["properties"].items():
        [line] = [line for line in SETTINGS.splitlines() if line.startswith(f"| `{name}` |")]
        assert (" yes |" in line) == bool(spec.get("secret")), name
        if "default" in spec:
            default = spec["default"]
            shown = f"`{json.dumps(default)}`" if isinstance(default, dict) else str(default).lower()
            assert f"| {shown} |" in line


def test_the_readme_has_the_table_of_streams_as_the_code_declares_them() -> None:
    script = runpy.run_path(str(TAP / "write_stream_table.py"))

    assert script["table"]() in README, "run: python tap-hubspot-multi/write_stream_table.py"

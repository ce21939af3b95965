from __future__ import annotations

from pathlib import Path

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.settings import CONFIG_SCHEMA
from tap_hubspot_multi.streams import STREAMS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
SETTINGS = README.partition("## Streams")[0]


def test_the_readme_lists_every_setting_with_its_default() -> None:
    for name, spec in CONFIG_SCHEMA["properties"].items():
        [line] = [line for line in SETTINGS.splitlines() if line.startswith(f"| `{name}` |")]
        assert (" yes |" in line) == bool(spec.get("secret")), name
        if "default" in spec:
            assert f"| {str(spec['default']).lower()} |" in line


def test_the_readme_lists_every_stream_with_its_endpoint_and_key() -> None:
    for stream in STREAMS:
        assert f"| `{stream.name}` | `{stream.endpoint}` | `{', '.join(stream.keys)}` |" in README
    assert f"| `{portal_syncs.NAME}` | | `{', '.join(portal_syncs.KEYS)}` |" in README

"""Write the Meltano definitions (`plugins/*/*.lock`) of our Singer plugins from what they say of themselves.

    python plugins/lock_definitions.py

A definition tells Meltano which settings there are and which of them are secret (those it masks). Written from
`--about`, it can't drift from the program; a test compares them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[1]
MELTANO_HOME = ROOT / ".meltano"

_KINDS = {"boolean": "boolean", "integer": "integer", "object": "object", "array": "array"}


@dataclass(frozen=True, slots=True)
class Plugin:
    """One Singer plugin and what `--about` does not say of it.

    Attributes:
        secrets: Settings that hold a secret although the program does not mark them.
    """

    kind: str
    name: str
    variant: str
    label: str
    docs: str
    secrets: frozenset[str] = frozenset()

    @property
    def program(self) -> Path:
        """The program, as Meltano installed it."""
        return MELTANO_HOME / self.kind / self.name / "venv" / "bin" / self.name

    @property
    def lock_file(self) -> Path:
        """Where Meltano looks for the definition."""
        return ROOT / "plugins" / self.kind / f"{self.name}--{self.variant}.lock"


PLUGINS = (
    Plugin(
        kind="extractors",
        name="tap-hubspot-multi",
        variant="hubspot-portals",
        label="HubSpot, many portals",
        docs="tap-hubspot-multi/README.md",
    ),
    Plugin(
        kind="loaders",
        name="target-postgres",
        variant="meltanolabs",
        label="PostgreSQL",
        docs="https://hub.meltano.com/loaders/target-postgres--meltanolabs",
        secrets=frozenset(
            {
                "password",
                "sqlalchemy_url",
                "ssl_client_private_key",
                "ssh_tunnel.private_key",
                "ssh_tunnel.private_key_password",
            }
        ),
    ),
)


def definition(plugin: Plugin) -> str:
    """Return the lock file's text, made from the program's `--about`."""
    command = [plugin.program, "--about", "--format=json"]
    about = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    lock = {
        "plugin_type": plugin.kind,
        "name": plugin.name,
        "namespace": plugin.name.replace("-", "_"),
        "variant": plugin.variant,
        "label": plugin.label,
        "docs": plugin.docs,
        # Without it Meltano takes the plugin for one that needs no installation; the project file says which one.
        "pip_url": plugin.name,
        "executable": plugin.name,
        "description": about["description"],
        "capabilities": sorted(about["capabilities"]),
        "settings": list(_settings(plugin, about["settings"]["properties"])),
    }
    return json.dumps(lock, indent=2, ensure_ascii=False) + "\n"


def _settings(plugin: Plugin, properties: Mapping[str, Any], prefix: str = "") -> Iterator[dict[str, Any]]:
    for key, schema in properties.items():
        name = prefix + key
        if schema.get("properties") and not schema.get("title"):
            yield from _settings(plugin, schema["properties"], f"{name}.")
            continue
        types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
        kind = next((_KINDS[one] for one in types if one in _KINDS), "string")
        setting: dict[str, Any] = {"name": name, "kind": kind}
        if schema.get("title"):
            setting["label"] = schema["title"]
        if schema.get("description"):
            setting["description"] = " ".join(schema["description"].split())
        if schema.get("secret") or schema.get("writeOnly") or name in plugin.secrets:
            setting["sensitive"] = True
        yield setting


if __name__ == "__main__":
    for each in PLUGINS:
        each.lock_file.write_text(definition(each), encoding="utf-8")
        print(f"wrote {each.lock_file.relative_to(ROOT)}", file=sys.stderr)

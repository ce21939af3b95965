"""Meltano's definitions of our Singer plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plugins.lock_definitions import PLUGINS, definition

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plugins.lock_definitions import Plugin


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_meltano_knows_the_settings_that_the_program_has(
    plugin: Plugin, plugin_bin: Callable[[str, str], Path]
) -> None:
    plugin_bin(plugin.kind, plugin.name)
    written = plugin.lock_file.read_text(encoding="utf-8")
    assert written == definition(plugin), "write it anew: python plugins/lock_definitions.py"

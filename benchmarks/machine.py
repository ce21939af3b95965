"""What figures were measured on."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_PROCESSOR = re.compile(r"^model name\s*: (.+)$", re.MULTILINE)
_PACKAGES = ("singer-sdk", "meltano", "msgspec", "urllib3")


def describe() -> str:
    """The machine, what else it has to do at present, and the versions that matter: one line."""
    known = _PROCESSOR.search(Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({known[1] if known else platform.machine()}), "
        f"load {os.getloadavg()[0]:.1f} before the first case; Python {platform.python_version()}, {versions}."
    )

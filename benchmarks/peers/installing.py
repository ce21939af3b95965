"""Installs a program from PyPI into an environment of its own, where what it asks of HubSpot goes to the simulator."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

_REDIRECT = Path(__file__).with_name("redirect.py")
_MODULE = "simulated_hubspot"
_PYTHON = "3.11"
"""Of all programs, so that they are compared on equal terms; airbyte-source-hubspot runs on nothing newer."""


class InstallationError(Exception):
    """A program cannot be installed here; the message is the installer's last line."""


def install(package: str, version: str, executable: str, cache: Path) -> Path:
    """Install a package unless that is done, and return its program.

    Raises:
        InstallationError: There is no fitting Python, or the package index does not have it.
    """
    environment = cache.resolve() / f"{package}-{version}"
    program = environment / "bin" / executable
    if not program.exists():
        shutil.rmtree(environment, ignore_errors=True)
        print(f"installing {package} {version}", file=sys.stderr, flush=True)
        python = sys.executable if sys.version.startswith(f"{_PYTHON}.") else _PYTHON
        _uv("venv", "--python", python, environment)
        _uv("pip", "install", "--python", environment / "bin" / "python", f"{package}=={version}")
    (packages,) = environment.glob("lib/python*/site-packages")
    shutil.copy(_REDIRECT, packages / f"{_MODULE}.py")
    (packages / f"{_MODULE}.pth").write_text(f"import {_MODULE}\n", encoding="utf-8")
    return program


def _uv(*arguments: str | Path) -> None:
    finished = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "uv", "--quiet", *arguments], capture_output=True, text=True, check=False
    )
    if finished.returncode:
        lines = finished.stderr.strip().splitlines() or ["no reason given"]
        raise InstallationError(lines[-1])

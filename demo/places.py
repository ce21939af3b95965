"""Where the demo keeps its things, and the settings it runs with."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from tests.hubspot_simulator.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".data" / "demo"
ENV_FILE = ROOT / ".env"
SCENARIO = "demo"
JOURNAL = FOLDER / "simulator.journal"
HUBSPOT_AUTH = str(Path(sys.executable).with_name("hubspot-auth"))
KPI_API = str(Path(sys.executable).with_name("kpi-api"))
KPI_DASHBOARD = str(Path(sys.executable).with_name("kpi-dashboard"))

_API_PORT = 8091
_DASHBOARD_PORT = 8501
_MARK = "# Written by scripts/demo for its simulated HubSpot; scripts/demo --reset removes it."


class DemoError(Exception):
    """The demo can't go on; the message is one line with the cure."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the demo's `.env` says."""

    hubspot_url: str
    public_url: str
    api_url: str
    dashboard_url: str
    client_id: str
    client_secret: str
    token_keys: str
    admin_password: str
    admin_password_hash: str

    @property
    def redirect_uri(self) -> str:
        """Where HubSpot sends the browser back to."""
        return f"{self.public_url}/auth/hubspot/callback"

    @property
    def environment(self) -> dict[str, str]:
        """Environment of every program of the demo: the user's own, without settings that point elsewhere."""
        return {**os.environ, **_variables(self), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}


def _variables(settings: Settings) -> dict[str, str]:
    return {
        "HUBSPOT_API_URL": settings.hubspot_url,
        "HUBSPOT_APP_URL": settings.hubspot_url,
        "HUBSPOT_CLIENT_ID": settings.client_id,
        "HUBSPOT_CLIENT_SECRET": settings.client_secret,
        "TOKEN_KEYS": settings.token_keys,
        "HUBSPOT_SCOPE_SETS": "sales,marketing,service,organisation,custom-objects",
        "PUBLIC_URL": settings.public_url,
        "ADMIN_PASSWORD_HASH": settings.admin_password_hash,
        "DEMO_ADMIN_PASSWORD": settings.admin_password,
        "DEMO_API_URL": settings.api_url,
        "DEMO_DASHBOARD_URL": settings.dashboard_url,
        # The simulator indexes at once; real HubSpot needs the five minutes of the default.
        "TAP_HUBSPOT_MULTI_SETTLE_SECONDS": "0",
    }


def load_settings() -> Settings:
    """Read the demo's `.env`, or write it the first time.

    Raises:
        DemoError: there is a `.env` that is not the demo's.
    """
    if ENV_FILE.exists():
        if not is_ours():
            msg = (
                f"{ENV_FILE.name} holds settings of your own: the demo would mix simulated portals into your database. "
                "Run it in another clone of this project."
            )
            raise DemoError(msg)
        values = {name: value or "" for name, value in dotenv_values(ENV_FILE).items()}
        return Settings(
            hubspot_url=values["HUBSPOT_API_URL"],
            public_url=values["PUBLIC_URL"],
            # A demo of before has no readers yet.
            api_url=values.get("DEMO_API_URL") or f"http://127.0.0.1:{_API_PORT}",
            dashboard_url=values.get("DEMO_DASHBOARD_URL") or f"http://127.0.0.1:{_DASHBOARD_PORT}",
            client_id=values["HUBSPOT_CLIENT_ID"],
            client_secret=values["HUBSPOT_CLIENT_SECRET"],
            token_keys=values["TOKEN_KEYS"],
            admin_password=values["DEMO_ADMIN_PASSWORD"],
            admin_password_hash=values["ADMIN_PASSWORD_HASH"],
        )
    app = Scenario.load(SCENARIO).app
    password = secrets.token_urlsafe(12)
    settings = Settings(
        hubspot_url=f"http://127.0.0.1:{_free_port(8088)}",
        public_url=f"http://localhost:{_free_port(8090)}",
        api_url=f"http://127.0.0.1:{_free_port(_API_PORT)}",
        dashboard_url=f"http://127.0.0.1:{_free_port(_DASHBOARD_PORT)}",
        client_id=app.client_id,
        client_secret=app.client_secret,
        token_keys=hubspot_auth(os.environ, "keys", "generate"),
        admin_password=password,
        admin_password_hash=hubspot_auth(os.environ, "admin", "hash-password", typed=f"{password}\n"),
    )
    lines = [_MARK, *(f"{name}={value}" for name, value in _variables(settings).items())]
    draft = ENV_FILE.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(ENV_FILE)
    return settings


def is_ours() -> bool:
    """Say whether `.env` is the demo's."""
    return ENV_FILE.exists() and ENV_FILE.read_text(encoding="utf-8").startswith(_MARK)


def hubspot_auth(environment: Mapping[str, str], *arguments: str, typed: str = "") -> str:
    """Run a `hubspot-auth` command, with what a person would type, and return what it printed.

    Raises:
        DemoError: it failed; the message is its own last line.
    """
    done = subprocess.run(  # noqa: S603 - the command is ours
        [HUBSPOT_AUTH, *arguments],
        cwd=ROOT,
        env=dict(environment),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"hubspot-auth {arguments[0]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}"
        raise DemoError(msg)
    return done.stdout.strip()


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            number: int = probe.getsockname()[1]
            return number
    msg = "no free port on the loopback address."
    raise DemoError(msg)

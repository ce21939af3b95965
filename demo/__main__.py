"""`scripts/demo`: from nothing to KPIs of four portals, step by step."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import httpx2
from rich.console import Console
from rich.markup import escape

from demo import consent, places, report, sync
from demo.background import Background
from demo.places import FOLDER, ROOT, DemoError
from embedded_postgres import EmbeddedPostgresError, EmbeddedServer
from warehouse_connection.location import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo.places import Settings

# Piped into a file, the table would be squeezed into 80 columns.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
POSTGRES = EmbeddedServer(ROOT / ".data" / "postgres")


def main() -> None:
    """Parse the arguments and do what they ask."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Install everything, simulate HubSpot, connect four portals, sync them into PostgreSQL, show KPIs. "
        "Run it again for an incremental sync.",
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--stop", action="store_true", help="stop what the demo started; the data stay")
    choice.add_argument("--reset", action="store_true", help="stop, and delete the demo's data and settings")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    try:
        if arguments.stop or arguments.reset:
            _stop(wipe=arguments.reset)
        else:
            _run()
    except (DemoError, EmbeddedPostgresError, WarehouseError) as error:
        console.print(f"[red]✘ {escape(str(error))}", soft_wrap=True)
        sys.exit(1)


def _run() -> None:
    began = time.monotonic()
    settings = places.load_settings()
    simulator, auth_service, *readers = _programs(settings)
    with _step("Start PostgreSQL") as show:
        if os.environ.get("DATABASE_URL"):
            show("yours (DATABASE_URL)")
        else:
            POSTGRES.start()
            show(POSTGRES.describe())
    with _step("Start the simulated HubSpot") as show:
        fresh = simulator.start(settings.environment)
        portals = consent.portals(settings)
        show(f"{settings.hubspot_url}, {len(portals)} portals{'' if fresh else ' (was running)'}")
    with _step("Start auth_service") as show:
        places.hubspot_auth(settings.environment, "migrate")
        auth_service.start(settings.environment)
        show(settings.public_url)
    again = not report.is_empty()
    if again:
        with _step("Let a day of business go by") as show:
            show(_tick(settings))
    else:
        sync.forget_bookmarks(settings.environment)
        with _step(f"Connect {len(portals)} portals through OAuth consent") as show:
            for portal_id in consent.connect_all(settings, portals):
                show(f"{portals[portal_id]} ({portal_id})")
            show(", ".join(portals.values()))
    with _step("meltano run sync: HubSpot → PostgreSQL → dbt") as show:
        sync.run(settings.environment, show)
        last = report.last_run()
        show(str(last))
    with _step("Start the KPI API and the dashboard") as show:
        for reader in readers:
            reader.start(settings.environment)
        show(f"{settings.api_url}, {settings.dashboard_url}")
    console.print()
    console.print(report.kpi_table())
    _print_next(settings, again=again)
    console.print(f"\n[green]Done in {time.monotonic() - began:.0f} s.")


def _programs(settings: Settings) -> list[Background]:
    simulator_port = settings.hubspot_url.rpartition(":")[2]
    service_port = settings.public_url.rpartition(":")[2]
    api_port = settings.api_url.rpartition(":")[2]
    dashboard_port = settings.dashboard_url.rpartition(":")[2]
    simulator = Background(
        name="simulator",
        command=[
            *(sys.executable, "-m", "tests.hubspot_simulator"),
            *("--scenario", places.SCENARIO, "--consent", "automatic"),
            *("--port", simulator_port, "--journal", str(places.JOURNAL)),
            *("--redirect-uri", settings.redirect_uri),
        ],
        ready_url=f"{settings.hubspot_url}/_simulator/portals",
    )
    auth_service = Background(
        name="auth_service",
        command=[places.HUBSPOT_AUTH, "serve", "--port", service_port],
        ready_url=f"{settings.public_url}/readyz",
    )
    api = Background(
        name="kpi-api",
        command=[places.KPI_API, "serve", "--no-keys", "--port", api_port],
        ready_url=f"{settings.api_url}/health",
    )
    dashboard = Background(
        name="dashboard",
        command=[places.KPI_DASHBOARD, "--port", dashboard_port],
        ready_url=f"{settings.dashboard_url}/_stcore/health",
    )
    return [simulator, auth_service, api, dashboard]


def _tick(settings: Settings) -> str:
    answer = httpx2.post(
        f"{settings.hubspot_url}/_simulator/tick", timeout=30, trust_env=False
    ).raise_for_status()
    totals: Counter[str] = Counter()
    for counts in answer.json()["portals"].values():
        totals.update(counts)
    return ", ".join(f"{count} {what}" for what, count in totals.items() if count)


def _print_next(settings: Settings, *, again: bool) -> None:
    console.print("\n[bold]Look further")
    for what, how in {
        "Dashboard": settings.dashboard_url,
        "KPI API": f"{settings.api_url}/scorecard?format=csv",
        "SQL": ".venv/bin/meltano invoke postgres:psql",
        "  e.g.": "SELECT * FROM hubspot_marts.portal_value;",
        "Connections": f"{settings.public_url} (password {settings.admin_password})",
        "Simulated HubSpot": f"{settings.hubspot_url}/_simulator/portals",
        "Sync again": "scripts/demo (reads only what changed)" if not again else ".venv/bin/meltano run sync",
        "Stop": "scripts/demo --stop (the data stay), scripts/demo --reset (wipe)",
    }.items():
        console.print(f"  {what:<18} [cyan]{how}", soft_wrap=True)


def _stop(*, wipe: bool) -> None:
    if not places.is_ours():
        console.print("There is no demo here.")
        return
    settings = places.load_settings()
    for program in _programs(settings)[::-1]:
        if program.stop():
            console.print(f"Stopped {program.name}.")
    foreign = bool(os.environ.get("DATABASE_URL"))
    if foreign:
        console.print("DATABASE_URL is set: your database was left as it is.")
    elif POSTGRES.stop():
        console.print("Stopped PostgreSQL.")
    if wipe:
        sync.forget_bookmarks(settings.environment)
        shutil.rmtree(FOLDER, ignore_errors=True)
        if not foreign:
            shutil.rmtree(POSTGRES.home, ignore_errors=True)
        places.ENV_FILE.unlink()
        console.print("Deleted the demo's data, bookmarks and settings.")


@contextlib.contextmanager
def _step(title: str) -> Iterator[Callable[[str], None]]:
    """Show a step while it runs, and how long it took; the yielded function says what it is at."""
    began = time.monotonic()
    detail = ""
    with console.status(f"{title} …") as status:

        def show(text: str) -> None:
            nonlocal detail
            detail = text
            status.update(f"{title} … [dim]{escape(text[: max(20, console.width - len(title) - 8)])}")

        try:
            if not console.is_terminal:
                console.print(f"… {title}")
            yield show
        except Exception:
            console.print(f"[red]✘[/] {title}")
            raise
    console.print(
        f"[green]✔[/] {title} [bold]{time.monotonic() - began:.1f} s[/]",
        f"[dim]{escape(detail)}",
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()

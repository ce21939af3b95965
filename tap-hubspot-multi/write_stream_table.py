# ruff: noqa: INP001 - a script, not a module
"""Writes the table of streams into the README from the streams' own declarations.

Run it after a stream was added or changed: `python tap-hubspot-multi/write_stream_table.py`. A test compares.
"""

from __future__ import annotations

from pathlib import Path

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.streams import STREAMS

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- streams: write_stream_table.py -->", "<!-- end of streams -->"


def table() -> str:
    """The table as Markdown, one line a stream."""
    lines = [
        "| Stream | Endpoint | Key | Scope | Tier | How it is read |",
        "|---|---|---|---|---|---|",
        *(
            f"| `{stream.name}` | `{stream.endpoint}` | `{', '.join(stream.keys)}` "
            f"| {_scopes(stream.scope)} | {stream.tier} | {stream.reading} |"
            for stream in STREAMS
        ),
        f"| `{portal_syncs.NAME}` | | `{', '.join(portal_syncs.KEYS)}` | | | the run log: one row for each task |",
    ]
    return "\n".join(lines)


def _scopes(scope: str) -> str:
    return " ".join(f"`{word}`" if "." in word or "-" in word else word for word in scope.split())


def main() -> None:
    """Replace what stands between the two marks."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

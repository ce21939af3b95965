"""docs/runbook.md has a cure for everything that our programs say, and for nothing else."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tests.our_messages import GAP, ROOT, messages

if TYPE_CHECKING:
    from pathlib import Path

RUNBOOK = ROOT / "docs" / "runbook.md"


@cache
def fragments() -> dict[str, re.Pattern[str]]:
    """What stands in the first column of the tables of messages."""
    cells = re.findall(
        r"^\| (`.*?) \| .+ \| .+ \|$",
        RUNBOOK.read_text(encoding="utf-8").partition("## All messages")[2],
        re.MULTILINE,
    )
    found = [each for cell in cells for each in re.findall(r"`([^`]+)`", cell)]
    return {each: re.compile(".*".join(map(re.escape, each.split(GAP)))) for each in found}


def test_every_message_has_a_line_in_the_runbook() -> None:
    missing = [
        f"{message.place}: {message.text!r}: give it a line below '### {message.program}' in docs/runbook.md"
        for message in messages()
        if not any(pattern.search(message.text) for pattern in fragments().values())
    ]
    assert not missing, "\n".join(missing)


def test_every_line_of_the_runbook_is_said_by_a_program() -> None:
    said = [message.text for message in messages()]
    unsaid = [each for each, pattern in fragments().items() if not any(map(pattern.search, said))]
    assert not unsaid, f"nothing says this any more, take it out of docs/runbook.md: {unsaid}"


def test_every_link_of_the_runbook_leads_somewhere() -> None:
    text = RUNBOOK.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", text):
        file = (RUNBOOK.parent / target).resolve() if target else RUNBOOK
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), f"{target}#{anchor}"


def anchors(file: Path) -> set[str]:
    """Addresses of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}

"""What the tests of forms share: finding a form, counting its requests, and comparing what was filled in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from tests.marketing_tables import copied_rows, expected_rows

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Run = Any

ALDER = 11111111  # which names its submissions, as not every portal does


def content(row: dict[str, Any]) -> bytes:
    """All that says which submission a row is, but for its id, which not every portal gives."""
    columns = ("portal_id", "form_id", "submitted_at", "page_url", "values")
    return msgspec.json.encode({name: row[name] for name in columns})


def assert_all_submissions(simulator: Simulator, *runs: Run) -> None:
    """What these runs have left in the table is what was filled in, twins and ids included."""
    rows = copied_rows(runs, "form_submissions", "portal_id", "form_id", "id")
    expected = expected_rows(simulator, "form_submissions")
    assert Counter(map(content, rows)) == Counter(map(content, expected))
    named = [row for row in expected if row["id"]]
    assert {row["id"] for row in rows if row["portal_id"] == ALDER} == {row["id"] for row in named}
    assert named


def form_named(simulator: Simulator, name: str, portal_id: int = ALDER) -> str:
    """The id of a form."""
    forms = simulator.portal(portal_id).truth_of("forms")
    return next(str(form["id"]) for form in forms if form["name"] == name)


def asked(simulator: Simulator, form_id: str) -> int:
    """How often a form's submissions were asked for."""
    return sum(form_id in entry.path for entry in simulator.requests)

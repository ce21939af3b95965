from __future__ import annotations

import re
from pathlib import Path

import pytest

from auth_service import scopes
from auth_service.errors import SettingsError
from auth_service.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_of_every_scope_what_it_is_for() -> None:
    table = README.partition("| Scope |")[2].partition("\n\n")[0]
    named = re.findall(r"`([^`]+)`", " ".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert sorted(named) == sorted((*scopes.REQUIRED, *scopes.OPTIONAL))


def test_a_portal_is_asked_for_the_minimum_unless_sets_are_chosen(tmp_path: Path) -> None:
    def asked(chosen: str) -> tuple[str, ...]:
        return Settings.from_environment({"HUBSPOT_SCOPE_SETS": chosen}, tmp_path).optional_scopes

    assert asked("") == ()
    assert asked("service") == ("crm.objects.feedback_submissions.read", "tickets")
    assert asked("service, sales  marketing organisation,custom-objects sensitive") == scopes.OPTIONAL


def test_no_scope_is_in_two_sets_or_required_as_well() -> None:
    names = [*scopes.REQUIRED, *(scope for scopes_of_set in scopes.SETS.values() for scope in scopes_of_set)]
    assert len(names) == len(set(names))


def test_an_unknown_set_is_one_line_that_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"HUBSPOT_SCOPE_SETS has no set 'ads': name some of sales, marketing, "
    ):
        _ = Settings.from_environment({"HUBSPOT_SCOPE_SETS": "ads"}, tmp_path).optional_scopes

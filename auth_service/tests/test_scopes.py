from __future__ import annotations

import re
from pathlib import Path

from auth_service import scopes

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_of_every_scope_what_it_is_for() -> None:
    table = README.partition("| Scope |")[2].partition("\n\n")[0]
    named = re.findall(r"`([^`]+)`", " ".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert sorted(named) == sorted((*scopes.REQUIRED, *scopes.OPTIONAL))

from __future__ import annotations

import inspect
import re

import pytest

from auth_service import errors
from auth_service.errors import AuthError, TokenTransient

CLASSES = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind)}


def drawn() -> dict[str, str]:
    """Read the tree at the top of the module: each name and the name it hangs on."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([│ ]*(?:[├└]── )?)([A-Z]\w+)(?:  |$)", line):
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            parents[found[2]] = path[depth - 1] if depth else "Exception"
    return parents


def test_the_tree_at_the_top_is_the_tree_there_is() -> None:
    assert drawn() == {name: kind.__base__.__name__ for name, kind in CLASSES.items()}


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_says_what_it_means(name: str) -> None:
    assert CLASSES[name].__doc__


def test_every_error_can_name_its_portal() -> None:
    assert AuthError("x").portal_id is None
    assert TokenTransient("x", portal_id=7).portal_id == 7

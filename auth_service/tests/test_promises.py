"""What `docs/security.md` promises is proved by tests that exist, and by what the repository holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
REFERENCE = re.compile(r"`([\w/.-]+\.py)::(\w+)`")


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_tests_that_exist() -> None:
    promises = {
        int(number): proof for number, proof in re.findall(r"^\| (\d+) \|.*\|(.*)\|$", PAGE, re.MULTILINE)
    }
    assert sorted(promises) == list(range(1, 49))
    for number, proof in promises.items():
        assert REFERENCE.findall(proof), f"promise {number} has no test"
    for file, name in REFERENCE.findall(PAGE):
        path = ROOT / file if "/" in file else HERE / file
        assert path.exists(), file
        assert name in functions_of(path), f"{file}::{name}"


def test_no_dbt_file_names_the_token_schema() -> None:
    files = [
        path
        for path in (ROOT / "transform").rglob("*")
        if path.suffix in {".sql", ".yml", ".csv", ".py"} and "target" not in path.parts
    ]
    assert files
    assert [path for path in files if "hubspot_auth" in path.read_text(encoding="utf-8")] == []

"""What our programs say when something is wrong, found in their source: errors, warnings in logs, last words."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
GAP = "…"

# Heading in the runbook -> the folders whose messages stand below it.
PROGRAMS = {
    "Database and embedded PostgreSQL": ("plugins/warehouse-connection/src", "plugins/embedded-postgres/src"),
    "auth_service": ("auth_service/src", "plugins/serving/src"),
    "Tap": ("tap-hubspot-multi/src",),
    "Runs, schedules and shards": ("orchestrate", "plugins/run-recovery/src"),
    "portals": ("plugins/portals/src",),
    "KPI API": ("analyze/kpi_api/src", "analyze/kpi_marts/src"),
    "Dashboard": ("analyze/dashboard/src",),
    "Scorecards, alerts and reports": ("analyze/scorecard/src",),
}

# Errors that no user sees: their module catches them, or makes another message of them.
_INNER = {"LockTimeoutError", "OutOfTime"}
_CLICK = {"BadParameter", "ClickException", "UsageError"}
_LOGGED = {"warning", "error", "exception", "critical"}
_BASES = {"Exception", "ValueError"}


_Variables: TypeAlias = "dict[str, list[tuple[int, ast.expr]]]"
"""What is assigned to each name of a module, and in which line."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message, with a gap wherever the program fills something in."""

    program: str
    place: str
    text: str


def messages() -> Iterator[Message]:
    """Every message of every program; those that are nothing but gaps only pass another one on."""
    trees = {
        file: (program, ast.parse(file.read_text(encoding="utf-8")))
        for program, folders in PROGRAMS.items()
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in file.parts
    }
    errors = _error_classes([tree for _, tree in trees.values()])
    for file, (program, tree) in trees.items():
        variables = _variables(tree)
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _is_said(call, errors, variables):
                for argument in call.args[:1] if _name(call.func) in _LOGGED else call.args:
                    for text in _texts(argument, variables, call.lineno):
                        if len(re.findall(r"[a-z]{2,}", text)) > 1 or "failed" in text:
                            yield Message(program, f"{file.relative_to(ROOT)}:{call.lineno}", text)

    yield from _messages_of_dbt()


def _messages_of_dbt() -> Iterator[Message]:
    """Names of the tests that look at users' data, and what our macros refuse."""
    for test in sorted((ROOT / "transform/tests").glob("*.sql")):
        yield Message("dbt", str(test.relative_to(ROOT)), test.stem)
    for macros in sorted((ROOT / "transform/macros").glob("*.sql")):
        sql = macros.read_text(encoding="utf-8")
        for refused in re.findall(r"raise_compiler_error\((.+?)\) *\}\}", sql, re.DOTALL):
            literals = [double or single for double, single in re.findall(r'"([^"]+)"|\'([^\']+)\'', refused)]
            yield Message("dbt", str(macros.relative_to(ROOT)), GAP.join(literals))


def _error_classes(trees: list[ast.Module]) -> set[str]:
    bases = {
        node.name: {_name(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = _BASES | _CLICK
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found - _BASES - _INNER


def _is_said(call: ast.Call, errors: set[str], variables: _Variables) -> bool:
    name = _name(call.func)
    # `kind = OneError if … else AnotherError`
    kinds = {_name(node) for _, value in variables.get(name, []) for node in ast.walk(value)}
    of = _name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    return (
        name in errors
        or bool(kinds & errors)
        # What an answer of HubSpot means; a fault in a file of rules.
        or name in {"Rule", "HTTPException"}
        or (name == "add" and of == "faults")
        or (name in _LOGGED and of == "logger")
        or name == "exit"
        or (name in {"print", "say"} and any(keyword.arg in {"file", "wrong"} for keyword in call.keywords))
    )


def _variables(tree: ast.Module) -> _Variables:
    found: _Variables = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append((node.lineno, node.value))
    return found


def _texts(node: ast.expr, variables: _Variables, line: int) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [" ".join(re.sub(r"%[a-z]", GAP, text).split())]
        case ast.JoinedStr(values=parts):
            text = "".join(part.value if isinstance(part, ast.Constant) else GAP for part in parts)  # type: ignore[misc]
            return [" ".join(text.split())]
        case ast.IfExp(body=one, orelse=other):
            return _texts(one, variables, line) + _texts(other, variables, line)
        case ast.Name(id=name) if before := [each for each in variables.get(name, []) if each[0] < line]:
            # The nearest one: `msg = …` stands right above its `raise`.
            return _texts(max(before, key=lambda each: each[0])[1], {}, line)
        case _:
            return []


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""

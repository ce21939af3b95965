"""Reads a request's parameters into the struct that declares them.

The struct is the one declaration: names, types, bounds and descriptions are checked here and shown in the OpenAPI
document from the same lines.
"""

from __future__ import annotations

import functools
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from kpi_api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import QueryParams

Query = TypeVar("Query", bound=msgspec.Struct)

_PLACE = re.compile(r" - at `\$\.(?P<parameter>\w+)")
_NAMED = re.compile(r"field `(?P<parameter>[^`]*)`")
_LONGEST_SHOWN = 40


@functools.cache
def schemas(query: type[msgspec.Struct]) -> dict[str, dict[str, Any]]:
    """The JSON schema of each parameter, by its name."""
    (_,), components = msgspec.json.schema_components([query])
    properties: dict[str, dict[str, Any]] = components[query.__name__]["properties"]
    return {name: _inlined(schema, components) for name, schema in properties.items()}


def read(query: type[Query], path: Mapping[str, str], parameters: QueryParams) -> Query:
    """Read path and query parameters.

    Raises:
        Problem: one is missing, unknown, given twice, or not what it must be.
    """
    declared = schemas(query)
    given: dict[str, str | list[str]] = dict(path)
    for name in parameters:
        values = parameters.getlist(name)
        if name not in declared or name in path:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                f"There is no parameter {_shown(name)} here.",
                parameter=name[:_LONGEST_SHOWN],
                allowed=[each for each in declared if each not in path],
            )
        if declared[name].get("type") == "array":
            given[name] = values
        elif len(values) > 1:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} may be given once only.", parameter=name)
        else:
            given[name] = values[0]
    try:
        return msgspec.convert(given, query, strict=False)
    except msgspec.ValidationError as error:
        raise _problem(str(error), declared, given) from None


def _problem(
    message: str, declared: Mapping[str, dict[str, Any]], given: Mapping[str, str | list[str]]
) -> Problem:
    found = _PLACE.search(message) or _NAMED.search(message)
    name = found["parameter"] if found else ""
    schema = declared.get(name, {})
    each = schema.get("items", schema)
    allowed = each.get("enum")
    wanted = f"must be {_description(each)}" if name in given else "is missing"
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} {wanted}.", parameter=name, allowed=allowed)


def _description(schema: Mapping[str, Any]) -> str:
    """What a value must be, in words."""
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if schema.get("format") == "date":
        return "a date as in 2026-01-31"
    if schema.get("type") == "integer":
        bounds = [
            f"{word} {schema[bound]}"
            for word, bound in (("from", "minimum"), ("to", "maximum"))
            if bound in schema
        ]
        return " ".join(["a whole number", *bounds])
    if pattern := schema.get("pattern"):
        return f"a text like {pattern}"
    return f"a text of 1 to {schema['maxLength']} characters" if "maxLength" in schema else "a text"


def _shown(name: str) -> str:
    return repr(name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "…")


def _inlined(schema: dict[str, Any], components: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The schema without references: parameters are short, and read on their own."""
    if "$ref" in schema:
        target = components[schema["$ref"].rpartition("/")[2]]
        schema = {**{key: value for key, value in target.items() if key != "title"}, **schema}
        del schema["$ref"]
    if "items" in schema:
        schema = {**schema, "items": _inlined(schema["items"], components)}
    return schema

"""A page that shows the OpenAPI document to people: plain, without a script, and without a file from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h2 { margin-top: 2.5rem; font-family: ui-monospace, monospace; font-size: 1.15rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
pre { white-space: pre-wrap; background: #f5f5f5; padding: .8rem; }
"""


def page(document: dict[str, Any]) -> str:
    """The page."""
    info = document["info"]
    paths = "".join(_path(path, item["get"]) for path, item in document["paths"].items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style>"
        f"<h1>{escape(info['title'])}</h1><pre>{escape(info['description'])}</pre>"
        "<p>The same for programs: <a href='openapi.json'>openapi.json</a>. A first request:</p>"
        "<pre>curl -H 'Authorization: Bearer kpi_…' '…/kpis/won_value?period=month&amp;by=portal'</pre>"
        f"{paths}</html>"
    )


def _path(path: str, operation: dict[str, Any]) -> str:
    rows = "".join(_parameter(each) for each in operation.get("parameters", []))
    table = f"<table><tr><th>Parameter<th>What it may be<th>{rows}</table>" if rows else ""
    answers = operation["responses"]["200"]["description"]
    return (
        f"<h2>GET {escape(path)}</h2><p>{escape(operation['summary'])}.</p>{table}"
        f"<p>Answers: {escape(answers)}</p>"
    )


def _parameter(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    several = schema.get("type") == "array"
    each = schema["items"] if several else schema
    kind = ", ".join(map(str, each["enum"])) if "enum" in each else each.get("format") or each.get("type", "")
    default = schema.get("default")
    notes = [parameter["description"]]
    if default not in (None, []):
        notes.append(f"Default: {', '.join(map(str, default)) if several else default}.")
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code><td>{escape(kind)}{' (several)' if several else ''}"
        f"<td>{escape(' '.join(notes))}"
    )

"""The files that the command line names: what is wrong with one is said in one line, with its name."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import click
from singer_sdk.singerlib import Catalog

from tap_hubspot_multi.exceptions import SettingInvalid
from tap_hubspot_multi.state import check_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def check_input_files(options: Iterable[click.Parameter]) -> None:
    """Let the options `--config`, `--catalog` and `--state` look at their files before the SDK reads them."""
    for option in options:
        if option.name is not None and option.name in _CHECKS:
            option.type = click.types.FuncParamType(_file_of(option.name, _CHECKS[option.name]))


def _file_of(option: str, check: Callable[[Any], None]) -> Callable[[str], str | io.StringIO]:
    def filename(path: str) -> str | io.StringIO:
        return _checked(option, check, path)

    return filename


def _checked(option: str, check: Callable[[Any], None], path: str) -> str | io.StringIO:
    """The path of a configuration (or `ENV`), or the open file, once its content has been looked at."""
    if option == "config" and path == "ENV":
        return path
    place = f"--{option} {path}"
    try:
        with click.open_file(path, encoding="utf-8") as file:
            text = file.read()
        check(json.loads(text))
    except OSError as error:
        raise SettingInvalid(f"{place}: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise SettingInvalid(f"{place} is not JSON: line {error.lineno}, column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise SettingInvalid(f"{place} is not JSON: it is no UTF-8 text") from error
    except SettingInvalid as error:
        raise SettingInvalid(f"{place}: {error}") from error
    return path if option == "config" else io.StringIO(text)


def _check_config(value: Any) -> None:  # noqa: ANN401 - whatever the file holds
    if not isinstance(value, dict):
        raise SettingInvalid("The configuration is not a JSON object of settings.")


def _check_catalog(value: Any) -> None:  # noqa: ANN401 - whatever the file holds
    try:
        Catalog.from_dict({"streams": value["streams"]})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SettingInvalid("This is no Singer catalog: make one with --discover.") from error


_CHECKS: dict[str, Callable[[Any], None]] = {
    "config": _check_config,
    "catalog": _check_catalog,
    "state": check_form,
}

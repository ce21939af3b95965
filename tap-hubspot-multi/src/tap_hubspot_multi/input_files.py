"""The files that the command line names: what is wrong with one is said in one line, with its name."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import click
from singer_sdk.singerlib import Catalog
from typing_extensions import override

from tap_hubspot_multi.exceptions import SettingInvalid
from tap_hubspot_multi.state import check_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def check_input_files(options: Iterable[click.Parameter]) -> None:
    """Let the options `--config`, `--catalog` and `--state` look at their files before the SDK reads them."""
    for option in options:
        if option.name in _CHECKS:
            option.type = _JsonFile(_CHECKS[option.name], opened=option.name != "config")


class _JsonFile(click.ParamType[object]):
    """The path of a JSON file, or the open file, whose content has been looked at."""

    name = "filename"

    def __init__(self, check: Callable[[Any], None], *, opened: bool) -> None:
        self._check = check
        self._opened = opened

    @override
    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> object:
        if value == "ENV" and not self._opened:
            return value
        place = f"--{param.name if param else 'file'} {value}"
        try:
            with click.open_file(value, encoding="utf-8") as file:
                text = file.read()
            self._check(json.loads(text))
        except OSError as error:
            raise SettingInvalid(f"{place}: {error.strerror}") from error
        except json.JSONDecodeError as error:
            raise SettingInvalid(f"{place} is not JSON: line {error.lineno}, column {error.colno}") from error
        except UnicodeDecodeError as error:
            raise SettingInvalid(f"{place} is not JSON: it is no UTF-8 text") from error
        except SettingInvalid as error:
            raise SettingInvalid(f"{place}: {error}") from error
        return io.StringIO(text) if self._opened else value


def _check_config(value: Any) -> None:  # noqa: ANN401 - whatever the file holds
    if not isinstance(value, dict):
        raise SettingInvalid("The configuration is not a JSON object of settings.")


def _check_catalog(value: Any) -> None:  # noqa: ANN401 - whatever the file holds
    try:
        Catalog.from_dict({"streams": value["streams"]})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SettingInvalid("This is no Singer catalog: make one with --discover.") from error


_CHECKS: dict[str | None, Callable[[Any], None]] = {
    "config": _check_config,
    "catalog": _check_catalog,
    "state": check_form,
}

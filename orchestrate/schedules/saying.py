"""What the runner itself says: lines for people, or JSON with LOG_FORMAT=json, as Meltano's are then, too."""

from __future__ import annotations

import os
import sys
from logging import ERROR, INFO

from serving import logs

_SERVICE = "schedules"


def say(text: object, *, wrong: bool = False) -> None:
    """Say it: on standard output, or what is wrong, on standard error."""
    line = logs.as_line(_SERVICE, str(text), _form(), level=ERROR if wrong else INFO)
    print(line, file=sys.stderr if wrong else sys.stdout, flush=True)


def format_of_meltano() -> dict[str, str]:
    """The variables that make Meltano's log, and with it those of tap, loader and dbt, what ours is."""
    return {"MELTANO_CLI_LOG_FORMAT": "json"} if logs.is_json(_form()) else {}


def _form() -> str:
    return os.environ.get(logs.VARIABLE, "")

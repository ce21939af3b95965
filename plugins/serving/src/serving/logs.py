"""Logs: lines for people, or with LOG_FORMAT=json one JSON object a line, in OpenTelemetry's log data model.

An OpenTelemetry Collector takes such lines as they are; a request that came with a `traceparent` has its trace's id.
"""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from typing_extensions import override

from serving.errors import CannotServe

if TYPE_CHECKING:
    from collections.abc import Iterable

VARIABLE = "LOG_FORMAT"

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SEVERITY_NUMBERS = {"DEBUG": 5, "INFO": 9, "WARNING": 13, "ERROR": 17, "CRITICAL": 21}
# https://www.w3.org/TR/trace-context/: version, trace id, span id, flags.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
)

# Trace id, span id and flags of the request that is being answered.
trace: ContextVar[tuple[str, str, str] | None] = ContextVar("trace", default=None)


def parse_traceparent(header: str) -> tuple[str, str, str] | None:
    """Trace id, span id and flags; None if the header is not there, or not as it must be."""
    found = _TRACEPARENT.fullmatch(header)
    return (found[1], found[2], found[3]) if found else None


def is_json(form: str) -> bool:
    """Read a value of LOG_FORMAT.

    Raises:
        CannotServe: There is no such form.
    """
    if form not in ("", "text", "json"):
        raise CannotServe(f"{VARIABLE} is neither text nor json: write one of the two, or unset it")
    return form == "json"


def configure(service: str, form: str = "", *, quiet: Iterable[str] = ("uvicorn",)) -> None:
    """Log to standard error.

    Args:
        service: `service.name` of the lines.
        form: The value of LOG_FORMAT.
        quiet: Loggers of which only what is wrong is logged.

    Raises:
        CannotServe: There is no such form.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(service) if is_json(form) else logging.Formatter(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in quiet:
        logging.getLogger(name).setLevel(logging.WARNING)


def as_line(service: str, text: str, form: str, *, level: int = logging.INFO) -> str:
    """What a program says that has no log: as it is, or as a line of JSON."""
    if not is_json(form):
        return text
    return JsonLines(service).format(logging.LogRecord(service, level, "", 0, text, None, None))


class JsonLines(logging.Formatter):
    """Makes a JSON object of a record; its `attributes`, if it was logged with such an `extra`, are the object's.

    Args:
        service: `service.name` of the lines.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    @override
    def format(self, record: logging.LogRecord) -> str:
        attributes = {"logger.name": record.name, **getattr(record, "attributes", {})}
        if record.exc_info and record.exc_info[0]:
            attributes["exception.type"] = record.exc_info[0].__name__
            attributes["exception.stacktrace"] = self.formatException(record.exc_info)
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "severity_text": record.levelname,
            "severity_number": _SEVERITY_NUMBERS.get(record.levelname, 0),
            "body": record.getMessage(),
            "attributes": attributes,
            "resource": {"service.name": self._service},
        }
        if found := trace.get():
            line |= dict(zip(("trace_id", "span_id", "trace_flags"), found, strict=True))
        return json.dumps(line, ensure_ascii=False, default=str)

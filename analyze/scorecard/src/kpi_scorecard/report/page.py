"""The report as one HTML file, without scripts and without anything that lies elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from kpi_marts.figures import UNKNOWN, change_text, judgement, text, why_unknown
from kpi_scorecard.report.charts import months, spark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from kpi_marts.health import StreamHealth
    from kpi_scorecard.report.contents import Report

_STATES = {"ok": "read", "failed": "failed", "skipped": "not offered", "never": "not read yet"}


def render(report: Report) -> str:
    """Write the page."""
    environment = Environment(
        loader=PackageLoader("kpi_scorecard.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone = ZoneInfo(report.portal.time_zone)

    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%-d %B %Y, %H:%M}" if at else "nothing yet"

    def day_and_time(at: datetime) -> str:
        return f"{at.astimezone(zone):%-d %b %H:%M}"

    return environment.get_template("report.html").render(
        report=report,
        css=Markup(environment.get_template("report.css").render(foot=_foot(report))),  # noqa: S704 - our own file
        month_text=f"{report.month:%B %Y}",
        streams_said=_streams_said(report.streams),
        states=_STATES,
        change_text=change_text,
        complete=_complete,
        day_and_time=day_and_time,
        halves=_halves,
        judgement=judgement,
        moment=moment,
        months=months,
        percent=_percent,
        short_month=_short_month,
        spark=spark,
        split_unit=_split_unit,
        stream_name=_stream_name,
        text=text,
        why_unknown=why_unknown,
    )


def _foot(report: Report) -> Markup:
    """What stands at the foot of every page: a string of CSS inside an element of HTML."""
    foot = f"{report.portal.portal_name} · {report.month:%B %Y}"
    # What would end the one or the other is written as a code point.
    return Markup("".join(f"\\{ord(sign):x} " if sign in '"\\<>&\n\r' else sign for sign in foot))  # noqa: S704


def _split_unit(written: str) -> Markup:
    """The unit of a big figure is small."""
    number, space, unit = written.partition(" ")
    return Markup("{}<small>{}{}</small>").format(number, space, unit) if unit else escape(written)


def _short_month(month: date) -> str:
    return f"{month:%b %Y}"


def _percent(share: Decimal | None) -> str:
    return UNKNOWN if share is None else f"{share:.0%}".replace("%", " %")


def _complete(share: Decimal) -> str:
    """Never says that all is there when something is missing."""
    percents = f"{share * 100:.1f}"
    return "100 %" if share == 1 else f"{'99.9' if percents == '100.0' and share < 1 else percents} %"


def _stream_name(stream: StreamHealth) -> str:
    name = stream.stream.replace("_", " ")
    several = stream.object_type and stream.object_type not in {stream.stream, "custom_objects"}
    return f"{name}: {stream.object_type}" if several else name


def _halves(streams: Sequence[StreamHealth]) -> list[Sequence[StreamHealth]]:
    middle = (len(streams) + 1) // 2
    return [half for half in (streams[:middle], streams[middle:]) if half]


def _streams_said(streams: Sequence[StreamHealth]) -> str:
    if not streams:
        return "Nothing has been read from this portal yet."
    count = {state: sum(stream.last_status == state for stream in streams) for state in _STATES}
    said = f"{count['ok']} of {len(streams)} kinds of data were read at the last try"
    said += f", {count['failed']} failed" if count["failed"] else ", none failed"
    if count["skipped"]:
        said += f"; {count['skipped']} are not offered by the portal's subscription or were not allowed when it was connected"
    counted = [stream for stream in streams if stream.completeness is not None]
    missing = sum(stream.missing_rows or 0 for stream in counted if (stream.missing_rows or 0) > 0)
    if counted:
        total = sum(stream.last_full_read_total or 0 for stream in counted)
        said += f". Of the {total:,} records HubSpot counted itself, {f'{missing:,} are missing' if missing else 'none is missing'}"
    return f"{said}."

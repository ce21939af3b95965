"""What is broken, what is old and what is missing, beside the figures that it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import streamlit as st

from kpi_dashboard import marts
from kpi_dashboard.cards import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kpi_marts.health import StreamHealth
    from kpi_marts.portals import Portal

# What is read every hour and has not been for a day is not read at all.
STALE_AFTER: Final = timedelta(hours=24)
# Less than this is noise: records are created while others are counted.
_COMPLETE: Final = 0.999
_STREAMS_NAMED: Final = 3
_PORTALS_NAMED: Final = 5

_CONNECTIONS: Final = {
    "reauth_required": ("HubSpot no longer accepts its tokens", "connect it again on auth_service’s page"),
    "disconnected": ("it is disconnected", "connect it again, or purge it"),
}

# Where a team's figures come from.
STREAMS: Final = {
    "marketing": ("contacts", "marketing_emails", "forms", "form_submissions", "web_analytics_daily"),
    "sales": ("deals", "calls", "meetings", "emails", "notes", "tasks"),
    "service": ("tickets", "feedback_submissions"),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a portal, in few words, and what to do."""

    portal: Portal
    what: str
    cure: str
    is_broken: bool


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, for people."""
    hours = int((now - moment) / timedelta(hours=1))
    if hours < 1:
        return "less than an hour ago"
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"  # noqa: PLR2004 - two days


def troubles(portals: Iterable[Portal], health: Iterable[StreamHealth], now: datetime) -> list[Trouble]:
    """Every portal that needs somebody, the broken ones first."""
    failed: dict[int, list[StreamHealth]] = {}
    for stream in health:
        if stream.is_broken:
            failed.setdefault(stream.portal_id, []).append(stream)
    found = [
        trouble
        for portal in portals
        if not portal.has_left and (trouble := _trouble(portal, failed.get(portal.portal_id, []), now))
    ]
    return sorted(found, key=lambda trouble: not trouble.is_broken)


def _trouble(portal: Portal, failed: list[StreamHealth], now: datetime) -> Trouble | None:
    if portal.connection_status in _CONNECTIONS:
        what, cure = _CONNECTIONS[portal.connection_status]
    elif failed:
        streams = ", ".join(dict.fromkeys(stream.stream for stream in failed[:_STREAMS_NAMED]))
        more = f" and {len(failed) - _STREAMS_NAMED} more" if len(failed) > _STREAMS_NAMED else ""
        what, cure = f"{streams}{more} failed: {failed[0].last_reason or 'the log says why'}", "see its page"
    elif portal.last_synced_at is None:
        what, cure = "it was never read", "run `meltano run sync`"
    elif not portal.is_active:
        what, cure = "it is not active", "see `hubspot-auth portals list`"
    elif now - portal.last_synced_at > STALE_AFTER:
        what = f"last read {ago(portal.last_synced_at, now)}"
        return Trouble(portal, what, "run `meltano run sync`", is_broken=False)
    else:
        return None
    return Trouble(portal, what, cure, is_broken=True)


def show_troubles(portal_ids: Collection[int] | None = None) -> None:
    """Show what is broken, then what is old; nothing if all is well."""
    found = [
        trouble
        for trouble in troubles(marts.portals(), marts.health(), datetime.now(UTC))
        if portal_ids is None or trouble.portal.portal_id in portal_ids
    ]
    if broken := [trouble for trouble in found if trouble.is_broken]:
        st.error(_listed(broken), icon=":material/error:")
    if old := [trouble for trouble in found if not trouble.is_broken]:
        st.warning(_listed(old), icon=":material/schedule:")


def _listed(found: list[Trouble]) -> str:
    lines = [
        f"**{plain(trouble.portal.portal_name)}**: {plain(trouble.what)}; {trouble.cure}."
        for trouble in found[:_PORTALS_NAMED]
    ]
    if len(found) > _PORTALS_NAMED:
        lines.append(f"… and {len(found) - _PORTALS_NAMED} portals more: see the column State.")
    return "  \n".join(lines)


def show_freshness(portal_ids: Collection[int] | None, team: str | None = None) -> None:
    """Say in one line up to when the figures are known, and how complete they are."""
    now = datetime.now(UTC)
    portals = [
        portal
        for portal in marts.portals()
        if not portal.has_left and (portal_ids is None or portal.portal_id in portal_ids)
    ]
    read = [portal for portal in portals if portal.last_synced_at]
    if not read:
        st.caption(":material/schedule: None of these portals has been read yet: run `meltano run sync`.")
        return
    oldest = min(read, key=lambda portal: portal.last_synced_at or now)
    newest = max(portal.last_synced_at for portal in read if portal.last_synced_at)
    said = [f":material/schedule: Data up to {newest:%-d %b %Y %H:%M} UTC"]
    if oldest.last_synced_at and newest - oldest.last_synced_at > timedelta(hours=1):
        said[0] += f" (oldest: {plain(oldest.portal_name)}, {oldest.last_synced_at:%-d %b %H:%M})"
    said.append(completeness_text({portal.portal_id for portal in portals}, STREAMS.get(team or "")))
    st.caption(" · ".join(part for part in said if part))


def completeness_text(portal_ids: Collection[int], streams: Collection[str] | None) -> str:
    """What part of the records that HubSpot counts are here, and where most are missing."""
    counted = [
        row
        for row in marts.health()
        if row.portal_id in portal_ids
        and row.last_full_read_total
        and (streams is None or row.stream in streams)
    ]
    if not counted:
        return "Completeness not known yet"
    total = sum(row.last_full_read_total or 0 for row in counted)
    missing = sum(max(row.missing_rows or 0, 0) for row in counted)
    worst = min(counted, key=lambda row: 1 if row.completeness is None else row.completeness)
    text = f":material/check_circle: {(total - missing) / total:.2%} of HubSpot’s {total:,} records are here"
    if worst.completeness is not None and worst.completeness < _COMPLETE:
        text += f" (least: {plain(worst.portal_name)}, {plain(worst.stream)}, {worst.completeness:.1%})"
    return text.replace("%", " %")

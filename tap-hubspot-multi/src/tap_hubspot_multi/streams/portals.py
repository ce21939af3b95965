"""The portal itself: what HubSpot says about the account, and how its connection is.

Every portal has a row in every run, a broken one too, so that its name, time zone and currency do not vanish from the
reports while somebody is asked to connect it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.exceptions import PortalDisconnected, PortalError, PortalMustReconnect, StreamError
from tap_hubspot_multi.schemas import MOMENT, TEXT, stream_schema
from tap_hubspot_multi.tasks import Page, StreamDefinition
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_STATUS_AFTER: dict[type[Exception], str] = {
    PortalMustReconnect: "reauth_required",
    PortalDisconnected: "disconnected",
}


class PortalsStrategy:
    """Reads the account's details; what was last known stands in when HubSpot cannot be asked."""

    def read(self, task: Task) -> Iterator[Page]:
        """Read the one row of the portal.

        Yields:
            The row, also when an error follows it.
        """
        portal, began_at = task.portal, task.clock.now()
        task.notes.window_from = began_at
        try:
            details = task.catalogue.account_details(task.client)
        except (PortalError, StreamError) as error:
            status = _STATUS_AFTER.get(type(error), portal.status)
            yield Page([_row(task, portal.account_details, status, began_at)])
            raise
        yield Page([_row(task, details, portal.status, began_at)])


def _row(task: Task, details: Mapping[str, Any], status: str, synced_at: datetime) -> Record:
    portal = task.portal
    return {
        "portal_id": portal.portal_id,
        "company_name": portal.company_name,
        "hub_domain": portal.hub_domain,
        "account_type": details.get("accountType"),
        "time_zone": details.get("timeZone"),
        "company_currency": details.get("companyCurrency"),
        "additional_currencies": ";".join(details.get("additionalCurrencies") or ()) or None,
        "ui_domain": details.get("uiDomain"),
        "data_hosting_location": details.get("dataHostingLocation"),
        "connection_status": status,
        "auth_type": portal.auth_type,
        "scopes": " ".join(sorted(portal.scopes)) or None,
        "connected_at": _moment(portal.connected_at),
        "last_refresh_at": _moment(portal.last_refresh_at),
        "last_error_code": portal.last_error_code,
        "synced_at": format_timestamp(synced_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else format_timestamp(moment)


STREAM = StreamDefinition(
    name="portals",
    keys=("portal_id",),
    schema=stream_schema(
        company_name=TEXT,
        hub_domain=TEXT,
        account_type=TEXT,
        time_zone=TEXT,
        company_currency=TEXT,
        additional_currencies=TEXT,
        ui_domain=TEXT,
        data_hosting_location=TEXT,
        connection_status=TEXT,
        auth_type=TEXT,
        scopes=TEXT,
        connected_at=MOMENT,
        last_refresh_at=MOMENT,
        last_error_code=TEXT,
    ),
    strategy=PortalsStrategy(),
    endpoint=endpoints.ACCOUNT_DETAILS,
    scope="oauth",
    reading="whole, each run; broken portals keep their row",
)

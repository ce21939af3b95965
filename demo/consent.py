"""Connect the simulated portals as an admin would: in a browser, through consent and callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2

from demo.places import DemoError

if TYPE_CHECKING:
    from demo.places import Settings


def portals(settings: Settings) -> dict[int, str]:
    """Return id and name of every portal that exists in the simulated HubSpot."""
    answer = httpx2.get(
        f"{settings.hubspot_url}/_simulator/portals", timeout=10, trust_env=False
    ).raise_for_status()
    return {int(portal["portalId"]): str(portal["name"]) for portal in answer.json()["portals"]}


def connect(settings: Settings, portal_id: int) -> None:
    """Walk one portal through the whole OAuth flow.

    Raises:
        DemoError: the flow did not end on the success page.
    """
    with httpx2.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        page = browser.get(f"{settings.public_url}/auth/hubspot", params={"portal": portal_id})
    if "Connection successful" not in page.text:
        msg = (
            f"connecting portal {portal_id} ended on {page.url.copy_with(query=None)} with {page.status_code}"
        )
        raise DemoError(msg)

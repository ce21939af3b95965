"""Connect the simulated portals as an admin would: in a browser, through consent and callback."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import httpx2

from demo.places import DemoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from demo.places import Settings


def portals(settings: Settings) -> dict[int, str]:
    """Return id and name of every portal that exists in the simulated HubSpot."""
    answer = httpx2.get(
        f"{settings.hubspot_url}/_simulator/portals", timeout=10, trust_env=False
    ).raise_for_status()
    return {int(portal["portalId"]): str(portal["name"]) for portal in answer.json()["portals"]}


def connect_all(settings: Settings, portal_ids: Iterable[int]) -> Iterator[int]:
    """Sign in as the admin and walk each portal through the whole OAuth flow; yields each as its turn comes.

    Raises:
        DemoError: a flow did not end on the success page.
    """
    with signed_in_browser(settings.public_url, settings.admin_password) as browser:
        for portal_id in portal_ids:
            yield portal_id
            page = browser.get("/auth/hubspot", params={"portal": portal_id})
            if "Connection successful" not in page.text:
                place = page.url.copy_with(query=None)
                msg = f"connecting portal {portal_id} ended on {place} with {page.status_code}"
                raise DemoError(msg)


@contextlib.contextmanager
def signed_in_browser(public_url: str, password: str) -> Iterator[httpx2.Client]:
    """Open a browser, as far as forms, cookies and redirects go, in which the admin is signed in.

    Raises:
        DemoError: there is no sign-in form.
    """
    headers = {"Origin": public_url}  # as a browser sends it with a form
    with httpx2.Client(
        base_url=public_url, headers=headers, follow_redirects=True, timeout=30, trust_env=False
    ) as browser:
        form_token = re.search(r'name="form_token" value="([0-9a-f]+)"', browser.get("/sign-in").text)
        if form_token is None:
            msg = f"{public_url} shows no sign-in form"
            raise DemoError(msg)
        answer = browser.post("/sign-in", data={"form_token": form_token[1], "password": password})
        answer.raise_for_status()
        yield browser

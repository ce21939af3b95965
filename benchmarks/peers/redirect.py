"""Sends what a program asks of HubSpot to a simulated one; copied into the program's environment, where a `.pth` imports it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

_HUBSPOT = "https://api.hubapi.com"

if _SIMULATED := os.environ.get("SIMULATED_HUBSPOT_URL"):
    from requests.adapters import HTTPAdapter

    _send = HTTPAdapter.send

    def _send_elsewhere(
        adapter: HTTPAdapter, request: PreparedRequest, *arguments: object, **options: object
    ) -> Response:
        url = request.url or ""
        if url.startswith(_HUBSPOT):
            request.url = f"{_SIMULATED}{url.removeprefix(_HUBSPOT)}"
        return _send(adapter, request, *arguments, **options)  # type: ignore[arg-type]

    HTTPAdapter.send = _send_elsewhere  # type: ignore[method-assign, assignment]

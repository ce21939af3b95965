"""`/_simulator/…`: what the demo and people use to play HubSpot; the tap never calls these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from tests.hubspot_simulator.call import encode
from tests.hubspot_simulator.faults import Fault
from tests.hubspot_simulator.marketing.truth import TRUTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from tests.hubspot_simulator.simulator import Simulator


class _Control:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def portals(self, _: Request) -> Response:
        """Every portal with its size and whether the app is installed."""
        world = self._simulator.world
        rows = [
            {
                "portalId": portal.portal_id,
                "name": portal.spec.name,
                "domain": portal.spec.domain,
                "currency": portal.spec.currency,
                "timeZone": portal.spec.time_zone,
                "installed": portal.installation.installed,
                "records": {
                    name: {
                        "live": len(store),
                        "archived": len(store.archived_ids),
                        "merged": len(store.merged),
                    }
                    for name, store in portal.objects.items()
                },
            }
            for portal in world.portals.values()
        ]
        return JSONResponse(
            {"scenario": world.scenario.name, "ticks": self._simulator.ticks, "portals": rows}
        )

    async def tick(self, _: Request) -> Response:
        """Let business go on."""
        counts = self._simulator.tick()
        return JSONResponse(
            {"tick": self._simulator.ticks, "portals": {str(key): row for key, row in counts.items()}}
        )

    async def revoke(self, request: Request) -> Response:
        """Remove the app from a portal."""
        portal_id = request.path_params["portal_id"]
        if portal_id not in self._simulator.world.portals:
            return _refusal(404, f"no portal {portal_id}")
        keep = request.query_params.get("keep_access_tokens") == "true"
        self._simulator.revoke(portal_id, keep_access_tokens=keep)
        return JSONResponse({"portalId": portal_id, "installed": False})

    async def add_faults(self, request: Request) -> Response:
        """Inject one fault, or a list of them."""
        body = await request.body()
        try:
            given = msgspec.json.decode(body, type=list[Fault] | Fault)
        except msgspec.DecodeError as error:
            return _refusal(400, str(error))
        faults = given if isinstance(given, list) else [given]
        for fault in faults:
            self._simulator.faults.add(fault)
        return JSONResponse({"added": len(faults), "waiting": len(self._simulator.faults)})

    async def clear_faults(self, _: Request) -> Response:
        """Withdraw all faults."""
        self._simulator.faults.clear()
        return JSONResponse({"waiting": 0})

    async def truth(self, request: Request) -> Response:
        """Every row that a correct copy of one object type or stream holds, one JSON object a line."""
        portal = self._simulator.world.portals.get(request.path_params["portal_id"])
        object_type = request.path_params["object_type"]
        if portal is None or object_type not in {*portal.objects, *TRUTHS}:
            return _refusal(404, f"no {object_type} in this portal")
        truth = portal.truth if object_type in portal.objects else portal.truth_of

        def lines() -> Iterator[bytes]:
            for row in truth(object_type):
                yield encode(row) + b"\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    async def reset_limits(self, _: Request) -> Response:
        """Forget what the rate limits have counted."""
        self._simulator.limiter.reset()
        return JSONResponse({})


def routes(simulator: Simulator) -> list[Route]:
    """The control routes, to be mounted under `/_simulator`."""
    control = _Control(simulator)
    return [
        Route("/portals", control.portals),
        Route("/tick", control.tick, methods=["POST"]),
        Route("/portals/{portal_id:int}/revoke", control.revoke, methods=["POST"]),
        Route("/faults", control.add_faults, methods=["POST"]),
        Route("/faults", control.clear_faults, methods=["DELETE"]),
        Route("/truth/{portal_id:int}/{object_type}", control.truth),
        Route("/reset-limits", control.reset_limits, methods=["POST"]),
    ]


def _refusal(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status_code=status)

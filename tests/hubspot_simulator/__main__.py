"""`python -m tests.hubspot_simulator`: serve a scenario until interrupted."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from tests.hubspot_simulator.journal import JournalError, recorded_anchor
from tests.hubspot_simulator.scenario import Scenario
from tests.hubspot_simulator.server import bind, make_server
from tests.hubspot_simulator.simulator import Simulator


def main() -> None:
    """Parse the command line, build the world, print one ready line, serve."""
    given = _parser().parse_args()
    try:
        anchor = given.anchor or (recorded_anchor(given.journal) if given.journal else None)
        simulator = Simulator(
            Scenario.load(given.scenario),
            seed=given.seed,
            anchor=date.fromisoformat(anchor) if anchor else None,
            consent=given.consent,
            redirect_uris=given.redirect_uri,
            journal=given.journal,
            latency_ms=given.latency_ms,
        )
        listener = bind(given.host, given.port)
    except (OSError, ValueError, JournalError, msgspec.MsgspecError) as error:
        sys.exit(f"hubspot_simulator: {error}")
    with listener:
        server = make_server(simulator, listener)
        counts = [len(portal.objects["contacts"]) for portal in simulator.world.portals.values()]
        print(
            f"HubSpot simulator ready at {simulator.url}: scenario {given.scenario}, "
            f"{len(counts)} portals, {sum(counts):,} contacts, history up to {simulator.anchor}",
            flush=True,
        )
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.hubspot_simulator", description="A simulated HubSpot."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8088, help="0 takes a free one (default: %(default)s)")
    parser.add_argument(
        "--scenario", default="demo", help="a name in scenarios/ or a TOML file (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--anchor", help="day on which the history ends, YYYY-MM-DD (default: the journal's, or today)"
    )
    parser.add_argument("--journal", type=Path, help="file that keeps ticks and revocations over a restart")
    parser.add_argument("--latency-ms", type=float, default=0, help="added to every answer")
    parser.add_argument("--consent", choices=("automatic", "clicked"), help="default: as the scenario says")
    parser.add_argument(
        "--redirect-uri", action="append", default=[], help="allow one more redirect URI; repeatable"
    )
    return parser


if __name__ == "__main__":
    main()

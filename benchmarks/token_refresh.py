"""Measures how tokens are refreshed by many processes at once: `python benchmarks/token_refresh.py`.

A throw-away PostgreSQL, and a HubSpot that takes 50 ms to answer. Processes refresh a share of the portals each, or
all want the token of every portal, as several taps would. HubSpot must be asked once a portal, and refreshing may take
at most twice as long as the bare calls without any table or lock. Exits with 1 otherwise.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from auth_service import schema
from auth_service.connections import ConnectedPortal, save_connected_portal
from auth_service.crypto import Keyring, new_key
from auth_service.database import create_engine, database_clock, transaction
from auth_service.hubspot_answers import TokenGrant
from auth_service.hubspot_oauth import OAuthClient
from auth_service.tokens import TokenStore
from embedded_postgres import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Barrier

MOST_TIMES_AS_LONG = 2.0

processes = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Place:
    """Where the processes work, and how many portals there are."""

    database_url: str
    api_url: str
    keys: str
    portals: int
    processes: int

    def oauth(self) -> OAuthClient:
        """Make a client; this HubSpot asks for no credentials."""
        return OAuthClient(api_url=self.api_url, client_id="id", client_secret=self.keys)

    def shares(self) -> list[range]:
        """Share the portals out among the processes."""
        edges = [self.portals * number // self.processes for number in range(self.processes + 1)]
        return [range(first + 1, last + 1) for first, last in itertools.pairwise(edges)]


def serve_hubspot(pipe: Connection, latency: float) -> None:
    """Play HubSpot's token endpoint; tell its port, and at each message how often it was asked for which token."""
    asked: Counter[str] = Counter()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            with lock:
                asked[form["refresh_token"][0]] += 1
            time.sleep(latency)
            body = b'{"access_token": "access", "expires_in": 1800, "token_type": "bearer"}'
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(server.server_port)
    while pipe.recv():
        with lock:
            pipe.send(dict(asked))
            asked.clear()


def ask_hubspot(place: Place, share: range, start: Barrier) -> float:
    """Make the bare calls of a share; return when they were done."""
    with place.oauth() as oauth:
        start.wait()
        for portal_id in share:
            oauth.refresh(f"refresh-{portal_id}")
        return time.monotonic()


def refresh_a_share(place: Place, share: range, start: Barrier) -> float:
    """Ask for the tokens of a share; return when they were there."""
    return ask_the_store(place, list(share), start)


def want_everything(place: Place, share: range, start: Barrier) -> float:
    """Ask for the token of every portal, beginning with a share; return when they were there."""
    first = share.start - 1
    return ask_the_store(place, [(first + step) % place.portals + 1 for step in range(place.portals)], start)


def ask_the_store(place: Place, portal_ids: list[int], start: Barrier) -> float:
    """Ask for tokens one after the other; return when they were there."""
    engine = create_engine(place.database_url)
    with place.oauth() as oauth:
        store = TokenStore(engine, Keyring.parse(place.keys), oauth)
        with transaction(engine):
            """Connect before the clock starts."""
        start.wait()
        for portal_id in portal_ids:
            store.access_token(portal_id)
        return time.monotonic()


def make_stale(place: Place) -> None:
    """Connect every portal with a token that is about to expire."""
    engine, keyring = create_engine(place.database_url), Keyring.parse(place.keys)
    with transaction(engine) as connection:
        now = database_clock(connection)
        for portal_id in range(1, place.portals + 1):
            portal = ConnectedPortal(portal_id, f"Company {portal_id}", None, frozenset(), {})
            grant = TokenGrant("stale", f"refresh-{portal_id}", 10, portal_id, frozenset())
            save_connected_portal(connection, keyring, portal, grant, now)
    engine.dispose()


def run_at_once(work: Callable[[Place, range, Barrier], float], place: Place) -> float:
    """Run the work in every process at once; return the seconds until the last was done."""
    with processes.Manager() as manager, processes.Pool(place.processes) as pool:
        start = manager.Barrier(place.processes + 1)
        results = [pool.apply_async(work, (place, share, start)) for share in place.shares()]
        start.wait()
        began = time.monotonic()
        return max(result.get() for result in results) - began


def measure(place: Place, pipe: Connection, rounds: int) -> bool:
    """Print what was measured, the best of some rounds; return whether it is good enough."""

    def counted() -> Counter[str]:
        pipe.send("calls")
        return Counter(pipe.recv())

    alone = Place(place.database_url, place.api_url, place.keys, 1, place.processes)
    make_stale(alone)
    run_at_once(want_everything, alone)
    race = counted().total()
    print(f"1 portal, {place.processes} processes that all want its token: {race} call")

    seconds: dict[str, list[float]] = {"bare": [], "shared": [], "all": [], "fresh": []}
    each_once = True
    for _ in range(rounds):
        seconds["bare"].append(run_at_once(ask_hubspot, place))
        for kind, work in (("shared", refresh_a_share), ("all", want_everything)):
            counted()
            make_stale(place)
            seconds[kind].append(run_at_once(work, place))
            calls = counted()
            each_once &= calls.total() == place.portals and set(calls.values()) == {1}
        seconds["fresh"].append(run_at_once(want_everything, place))
        each_once &= not counted()
    bare, shared, everything, fresh = (min(measured) for measured in seconds.values())
    print(f"{place.portals} bare calls, shared out among {place.processes} processes: {bare:.2f} s")
    print(
        f"the same as refreshes of {place.portals} portals: {shared:.2f} s, {shared / bare:.2f} times as long"
    )
    print(
        f"each process wants the token of every portal: {everything:.2f} s, {everything / bare:.2f} times as long"
    )
    print(
        f"and again, all fresh: {fresh:.2f} s, {place.portals * place.processes / fresh:.0f} tokens a second"
    )
    print(
        f"each portal was refreshed {'exactly once each time' if each_once else 'MORE THAN ONCE OR NOT AT ALL'}"
    )
    return race == 1 and each_once and shared <= MOST_TIMES_AS_LONG * bare


def main() -> int:
    """Set everything up, measure, and take it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--portals", type=int, default=200)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="token-refresh-"))
    server = EmbeddedServer(home)
    ours, theirs = processes.Pipe()
    hubspot = processes.Process(target=serve_hubspot, args=(theirs, options.latency_ms / 1000), daemon=True)
    hubspot.start()
    try:
        server.start()
        schema.upgrade(create_engine(server.url))
        api_url = f"http://127.0.0.1:{ours.recv()}"
        place = Place(server.url, api_url, f"k1:{new_key()}", options.portals, options.processes)
        return 0 if measure(place, ours, options.rounds) else 1
    finally:
        hubspot.terminate()
        server.stop()
        shutil.rmtree(home)


if __name__ == "__main__":
    sys.exit(main())

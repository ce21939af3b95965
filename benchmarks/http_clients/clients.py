"""The clients, each asked for the same; run by itself, in an environment that has the one client to be measured.

A client takes the server's address and how many connections it may have, and returns a function that gets the unpacked
body of a target; or, if the client is one for asyncio, enters a context with a coroutine function.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

HEADERS = {
    "Authorization": "Bearer " + "x" * 200,
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
}

Get: TypeAlias = "Callable[[str], bytes]"


def urllib3_pool_manager(url: str, connections: int) -> Get:
    """The way that takes whole addresses."""
    pool = import_module("urllib3").PoolManager(maxsize=connections, block=True, retries=False)
    return lambda target: pool.request("GET", url + target, headers=HEADERS, redirect=False).data


def urllib3_connection_pool(url: str, connections: int) -> Get:
    """The way that takes targets."""
    urllib3 = import_module("urllib3")
    pool = urllib3.connection_from_url(url, maxsize=connections, block=True, retries=False)
    return lambda target: pool.urlopen("GET", target, headers=HEADERS, redirect=False).data


def urllib3_connections(url: str, _: int) -> Get:
    """One connection for each thread, without a pool."""
    parts = urlsplit(url)
    own = _Own(lambda: import_module("urllib3.connection").HTTPConnection(parts.hostname, parts.port))

    def get(target: str) -> bytes:
        own.it.request("GET", target, headers=HEADERS)
        body: bytes = own.it.getresponse().data
        return body

    return get


def http_client(url: str, _: int) -> Get:
    """One connection for each thread."""
    own = _Own(lambda: import_module("http.client").HTTPConnection(urlsplit(url).netloc))

    def get(target: str) -> bytes:
        own.it.request("GET", target, headers=HEADERS)
        return zlib.decompress(own.it.getresponse().read(), wbits=31)

    return get


def requests(url: str, _: int) -> Get:
    """One session for each thread: they are not for several at once."""
    own = _Own(import_module("requests").Session)
    return lambda target: own.it.get(url + target, headers=HEADERS, allow_redirects=False).content


def niquests(url: str, _: int) -> Get:
    """One session for each thread, as for requests."""
    own = _Own(import_module("niquests").Session)
    return lambda target: own.it.get(url + target, headers=HEADERS, allow_redirects=False).content


def httpx(url: str, connections: int) -> Get:
    """One client for all threads."""
    return _with_httpx(import_module("httpx"), url, connections)


def httpx2(url: str, connections: int) -> Get:
    """One client for all threads."""
    return _with_httpx(import_module("httpx2"), url, connections)


def _with_httpx(module: Any, url: str, connections: int) -> Get:  # noqa: ANN401 - either of the two
    limits = module.Limits(max_connections=connections, max_keepalive_connections=connections)
    client = module.Client(base_url=url, headers=HEADERS, limits=limits)
    return lambda target: client.get(target).content


def pycurl(url: str, _: int) -> Get:
    """One handle for each thread; the answer's head is kept too, since the rate limits are in it."""
    curl = import_module("pycurl")

    def new_handle() -> object:
        handle = curl.Curl()
        handle.setopt(curl.HTTPHEADER, [f"{name}: {value}" for name, value in HEADERS.items()])
        handle.setopt(curl.ACCEPT_ENCODING, "gzip")
        handle.setopt(curl.NOSIGNAL, 1)
        return handle

    own = _Own(new_handle)

    def get(target: str) -> bytes:
        body, head = BytesIO(), BytesIO()
        own.it.setopt(curl.URL, url + target)
        own.it.setopt(curl.WRITEDATA, body)
        own.it.setopt(curl.WRITEHEADER, head)
        own.it.perform()
        return body.getvalue()

    return get


@asynccontextmanager
async def aiohttp(url: str, connections: int) -> AsyncIterator[Callable[[str], Awaitable[bytes]]]:
    """One session for all tasks."""
    module = import_module("aiohttp")
    connector = module.TCPConnector(limit=connections)
    async with module.ClientSession(base_url=url, connector=connector, headers=HEADERS) as session:

        async def get(target: str) -> bytes:
            async with session.get(target, allow_redirects=False) as response:
                body: bytes = await response.read()
                return body

        yield get


class _Own(threading.local):
    """Something that each thread has for itself."""

    def __init__(self, new: Callable[[], Any]) -> None:
        self.it = new()


THREADED = {
    client.__name__: client
    for client in (
        urllib3_pool_manager,
        urllib3_connection_pool,
        urllib3_connections,
        http_client,
        requests,
        niquests,
        httpx,
        httpx2,
        pycurl,
    )
}
ASYNCHRONOUS = {"aiohttp": aiohttp}


def _threaded(name: str, url: str, connections: int, targets: dict[str, str], calls: int) -> dict[str, Any]:
    get = THREADED[name](url, connections)
    with ThreadPoolExecutor(connections) as threads:
        # Every thread opens its connection before anything is measured.
        together = threading.Barrier(connections)

        def warm(target: str) -> None:
            together.wait()
            get(target)

        list(threads.map(warm, list(targets.values())[:1] * connections))

        def share(target: str) -> int:
            return sum(len(get(target)) for _ in range(calls // connections))

        figures = {}
        for case, target in targets.items():
            cpu, began = time.process_time(), time.monotonic()
            size = sum(threads.map(share, [target] * connections))
            figures[case] = _figures(cpu, began, size, calls // connections * connections)
    return figures


async def _asynchronous(
    name: str, url: str, connections: int, targets: dict[str, str], calls: int
) -> dict[str, Any]:
    async with ASYNCHRONOUS[name](url, connections) as get:
        await asyncio.gather(*[get(target) for target in list(targets.values())[:1] * connections])

        async def share(target: str) -> int:
            return sum([len(await get(target)) for _ in range(calls // connections)])

        figures = {}
        for case, target in targets.items():
            cpu, began = time.process_time(), time.monotonic()
            size = sum(await asyncio.gather(*[share(target) for _ in range(connections)]))
            figures[case] = _figures(cpu, began, size, calls // connections * connections)
    return figures


def _figures(cpu: float, began: float, size: int, calls: int) -> dict[str, float]:
    return {
        "cpu_us": (time.process_time() - cpu) / calls * 1e6,
        "calls_s": calls / (time.monotonic() - began),
        "bytes": size / calls,
    }


def main() -> None:
    """Read what to measure from standard input, write what was measured; both as JSON."""
    order = json.load(sys.stdin)
    is_asynchronous = order["name"] in ASYNCHRONOUS
    json.dump(asyncio.run(_asynchronous(**order)) if is_asynchronous else _threaded(**order), sys.stdout)


if __name__ == "__main__":
    main()

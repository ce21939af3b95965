"""Metrics for Prometheus, on an address of their own: they are for those who watch the service, never for its public.

No label holds what a client has chosen: there are as many as there are routes, methods and statuses.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.process_collector import ProcessCollector

from serving.errors import CannotServe

if TYPE_CHECKING:
    from collections.abc import Iterator

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10, 15)


class Metrics:
    """What a service counts: its requests, its process, and what it adds to the registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "http_server_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "http_server_request_duration_seconds",
            "From a request to the end of its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(method if method in _METHODS else "other", route, status).inc()
        self._seconds.labels(route).observe(seconds)


@contextmanager
def served(metrics: Metrics, address: str | None) -> Iterator[None]:
    """Serve metrics as long as the block takes.

    Args:
        metrics: What is served.
        address: Host and port; None or empty for nowhere.

    Raises:
        CannotServe: The address is wrong or taken.
    """
    if not address:
        yield
        return
    host, port = _parse(address)
    try:
        server, thread = start_http_server(port, host, metrics.registry)
    except OSError as error:
        raise CannotServe(
            f"cannot listen on {address} for metrics ({error.strerror}): choose another"
        ) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _parse(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.netloc != address or "@" in address:
        raise CannotServe("that is no address for metrics: write it as 127.0.0.1:9190")
    return host, port

"""How the pool of connections is used, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psycopg
    from prometheus_client import Metric
    from psycopg_pool import ConnectionPool

_NOW = {
    "pool_size": "Connections to the database.",
    "pool_available": "Connections that are idle.",
    "requests_waiting": "Requests that wait for a connection.",
}
_SO_FAR = {
    "requests_num": "Requests for a connection.",
    "requests_errors": "Requests that got none in time.",
    "requests_wait_ms": "Milliseconds that requests waited for a connection.",
}


class PoolFigures(Collector):
    """Says how a pool is used.

    Args:
        pool: The pool.
    """

    def __init__(self, pool: ConnectionPool[psycopg.Connection[tuple[object, ...]]]) -> None:
        self._pool = pool

    @override
    def collect(self) -> Iterable[Metric]:
        """Ask the pool."""
        figures = self._pool.get_stats()
        for name, meaning in _NOW.items():
            yield GaugeMetricFamily(
                f"kpi_api_pool_{name.removeprefix('pool_')}", meaning, value=figures.get(name, 0)
            )
        for name, meaning in _SO_FAR.items():
            yield CounterMetricFamily(f"kpi_api_pool_{name}", meaning, value=figures.get(name, 0))

"""Which loopback port the server gets."""

from __future__ import annotations

import socket

from embedded_postgres.errors import EmbeddedPostgresError


def choose_port(wanted: int | None, last: int) -> int:
    """Return the wanted port, else the last one if it is free, else any free one.

    Raises:
        EmbeddedPostgresError: the wanted one is taken.
    """
    if wanted is not None:
        if not _is_free(wanted):
            msg = (
                f"port {wanted} is taken: choose another EMBEDDED_POSTGRES_PORT, or unset it for a free one."
            )
            raise EmbeddedPostgresError(msg)
        return wanted
    if last and _is_free(last):
        return last
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

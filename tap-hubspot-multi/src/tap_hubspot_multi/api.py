"""HubSpot over HTTP: one request, one answer, whatever it is; and the connections that all portals share.

A call costs more CPU here than anything else does but the records themselves, so connections are asked for by target,
not by address: taking an address apart costs as much as sending it.
"""

from __future__ import annotations

import logging
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from tap_hubspot_multi.decoding import decode_json
from tap_hubspot_multi.error_table import CUT_OFF, NO_ANSWER, ErrorFacts, retry_after, rule_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.error_table import Rule

# At level DEBUG, urllib3 writes every target with its query: cursors, and property names by the hundred.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

# HubSpot's edge gives up after 100 s (524); an answer later than that will not come.
_TIMEOUT = urllib3.Timeout(connect=10, read=110)
_LANES = 6
"""So many cursors keep a portal at its limit of requests when one task is all that is left to read."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, but for the token.

    Attributes:
        target: Path below the API's address, with the query.
        body: JSON.
    """

    method: str
    target: str
    body: bytes | None = None

    def __str__(self) -> str:
        # Without the query: it may hold property names by the hundred, and cursors.
        return f"{self.method} {self.target.partition('?')[0]}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        value: The decoded body; None if it is not JSON.
        rule: What the answer means; None for success.
        facts: What an error's body says.
        headers: Looked up without regard to case; none if no answer came.
        retry_after: Seconds that HubSpot asks to wait, if it does.
    """

    value: Any
    rule: Rule | None
    facts: ErrorFacts
    headers: Mapping[str, str]
    retry_after: float | None = None


class HubSpotApi:
    """What the clients of all portals share: the address, the connections (which hold no credentials) and time.

    Attributes:
        url: Base address, without a slash at its end.
        clock: Time and waiting.
        lanes: How many requests one task may have under way at once; `connections` limits them all together.
        pool: Connections to that address; retries are the client's own business.
    """

    def __init__(self, url: str, clock: Clock, *, connections: int) -> None:
        """Open nothing yet.

        Args:
            url: Scheme, host and port.
            clock: Time and waiting.
            connections: How many requests may be under way at once.
        """
        self.url = url
        self.clock = clock
        self.lanes = min(connections, _LANES)
        self.pool = _connection_pool(url, connections)
        self._waited = self._answered = 0.0
        self._lock = threading.Lock()

    def send(self, request: Request, token: str) -> Answer:
        """Send a request once, whatever comes of it."""
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        sent_at = self.clock.monotonic()
        try:
            response = self.pool.urlopen(
                request.method, request.target, body=request.body, headers=headers, redirect=False
            )
        except urllib3.exceptions.HTTPError:
            # The error's text holds the whole target: it is neither logged nor kept.
            return Answer(None, NO_ANSWER, ErrorFacts(), {})
        finally:
            with self._lock:
                self._answered += self.clock.monotonic() - sent_at
        return _read(response)

    @property
    def waited_seconds(self) -> float:
        """Seconds that all requests of all portals, taken together, have waited for rate limits."""
        return self._waited

    @property
    def answered_seconds(self) -> float:
        """Seconds that all requests of all portals, taken together, took from being sent to their answers."""
        return self._answered

    def note_wait(self, seconds: float) -> None:
        """Count what one request has waited for a rate limit; callable from any thread."""
        with self._lock:
            self._waited += seconds

    def close(self) -> None:
        """Close all connections."""
        self.pool.close()


def _connection_pool(url: str, connections: int) -> urllib3.HTTPConnectionPool:
    """Connections through the proxy that the environment names (HTTPS_PROXY, NO_PROXY), if it names one.

    Plain http leads to this machine only, where no proxy has its place.
    """
    parts = urlsplit(url)
    options: dict[str, Any] = {"maxsize": connections, "block": True, "retries": False, "timeout": _TIMEOUT}
    if parts.scheme == "http":
        return urllib3.connection_from_url(url, **options)
    # One for all: each would read the hundreds of trusted certificates again, for 25 ms of CPU. Which are trusted,
    # SSL_CERT_FILE and SSL_CERT_DIR say, or else the system.
    options["ssl_context"] = ssl.create_default_context()
    proxy = None if proxy_bypass(parts.netloc) else getproxies().get("https")
    manager = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
    return manager.connection_from_url(url)


def _read(response: urllib3.BaseHTTPResponse) -> Answer:
    try:
        value = decode_json(response.data)
    except ValueError:
        value, cut_off = None, True  # an HTML error page, or a body whose end is missing
    else:
        cut_off = False
    facts = ErrorFacts() if response.status < 400 else ErrorFacts.of(value)  # noqa: PLR2004 - errors start here
    rule = rule_for(response.status, facts)
    if rule is None and cut_off:
        rule = CUT_OFF
    return Answer(value, rule, facts, response.headers, retry_after(response.headers))

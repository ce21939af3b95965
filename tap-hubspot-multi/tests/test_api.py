"""The way to HubSpot: whom the connections trust, what they go through, and how many there are."""

from __future__ import annotations

import ssl
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tap_hubspot_multi.api import HubSpotApi, Request
from tap_hubspot_multi.error_table import NO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Hubspot = Any
Answer = Any
Clock = Any

HUBSPOT = "https://api.hubapi.com"


@pytest.fixture(autouse=True)
def _environment_without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Greeter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b'{"hello": "world"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Counts its connections."""

    daemon_threads = True
    connections = 0

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as its base
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, *_: object) -> None:
        """A client that does not trust us leaves without a word."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Greeter) as server:
        if context:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with the certificate of localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + signed.public_bytes(pem))
    return file


def test_connections_are_used_again_by_whichever_thread_is_next(clock: Clock) -> None:
    with (
        serving() as server,
        closing(HubSpotApi(f"http://127.0.0.1:{server.server_port}", clock, connections=1)) as api,
    ):
        for _ in range(3):
            thread = threading.Thread(target=api.send, args=(Request("GET", "/x"), "token"))
            thread.start()
            thread.join()
        assert api.send(Request("GET", "/x"), "token").value == {"hello": "world"}

        assert server.connections == 1


@pytest.mark.parametrize("is_trusted", [True, False])
def test_only_an_address_with_a_trusted_certificate_is_spoken_to(
    clock: Clock, certificate: Path, monkeypatch: pytest.MonkeyPatch, *, is_trusted: bool
) -> None:
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    with (
        serving(context) as server,
        closing(HubSpotApi(f"https://localhost:{server.server_port}", clock, connections=1)) as api,
    ):
        answer = api.send(Request("GET", "/x"), "token")

    assert (answer.value, answer.rule) == (({"hello": "world"}, None) if is_trusted else (None, NO_ANSWER))


@pytest.mark.parametrize(
    ("url", "environment", "proxy"),
    [
        (HUBSPOT, {}, None),
        (HUBSPOT, {"HTTPS_PROXY": "http://proxy.example:3128"}, "proxy.example"),
        (HUBSPOT, {"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "hubapi.com"}, None),
        ("http://127.0.0.1:8088", {"HTTP_PROXY": "http://proxy.example:3128"}, None),
    ],
)
def test_the_proxy_of_the_environment_is_used_but_never_on_this_machine(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, url: str, environment: dict[str, str], proxy: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with closing(HubSpotApi(url, clock, connections=1)) as api:
        assert (api.pool.proxy and api.pool.proxy.host) == proxy


def test_lists_in_a_query_keep_their_commas(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer())

    script.client.get("/x", {"properties": "amount,näme", "after": "a&b"})

    assert script.requests[0].target == "/x?properties=amount,n%C3%A4me&after=a%26b"

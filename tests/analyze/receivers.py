"""What messages are sent to in tests: a webhook and a mailbox on this machine, which keep what they are given."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
import time
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


class Webhook(ThreadingHTTPServer):
    """Takes JSON; answers with `status`, after `seconds`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.received: list[dict[str, Any]] = []
        self.asked = threading.Event()
        self.status = 200
        self.seconds = 0.0

    @property
    def address(self) -> str:
        """For apprise."""
        return f"json://127.0.0.1:{self.server_port}/hook"


class _Hook(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.set()
        time.sleep(self.server.seconds)
        if self.server.status == 200:
            self.server.received.append(body)
        with contextlib.suppress(ConnectionError):  # a sender that was killed
            self.send_response(self.server.status)
            self.end_headers()

    def log_message(self, *_: object) -> None:
        """The output of tests is for failures."""


class Mailbox(socketserver.ThreadingTCPServer):
    """Takes mail by SMTP, without encryption."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.received: list[EmailMessage] = []

    @property
    def address(self) -> str:
        """For apprise."""
        host, port = self.server_address[:2]
        return f"mailto://{host}:{port}?mode=insecure&from=kpis@example.com&to=board@example.com"


class _Smtp(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("220 tests")
        for line in self.rfile:
            match line.split(maxsplit=1)[0].upper():
                case b"EHLO" | b"HELO":
                    self._say("250 tests")
                case b"DATA":
                    self._say("354 go on")
                    self._take()
                    self._say("250 kept")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        mail = b"".join(line.removeprefix(b".") for line in lines)
        self.server.received.append(message_from_bytes(mail, policy=policy.default))  # type: ignore[arg-type]

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


Server = TypeVar("Server", Webhook, Mailbox)


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """Serve until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

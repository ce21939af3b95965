from __future__ import annotations

import signal
import socket

import pytest
import uvicorn
from starlette.applications import Starlette

from serving.errors import CannotServe
from serving.server import listen, run


def test_an_answer_does_not_wait_for_the_client_to_confirm_its_first_packet() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_of_another_machine_is_one_line() -> None:
    with pytest.raises(CannotServe, match=r"cannot listen on 192\.0\.2\.1 port 80"):
        listen("192.0.2.1", 80)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_is_believed_only_where_the_service_wants_it(
    trusted: bool,  # noqa: FBT001 - a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, **_: seen.append(server.config.proxy_headers))
    with listen("127.0.0.1", 0) as listener:
        run(Starlette(), listener, trust_proxy=trusted)
    assert seen == [trusted]

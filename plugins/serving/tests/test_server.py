from __future__ import annotations

import socket

import pytest

from serving.errors import CannotServe
from serving.server import listen


def test_an_answer_does_not_wait_for_the_client_to_confirm_its_first_packet() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_of_another_machine_is_one_line() -> None:
    with pytest.raises(CannotServe, match=r"cannot listen on 192\.0\.2\.1 port 80"):
        listen("192.0.2.1", 80)

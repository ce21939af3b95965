from __future__ import annotations

import socket
import urllib.request

import pytest

from serving.errors import CannotServe
from serving.metrics import Metrics, served


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


def scrape(address: str) -> str:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
        text: str = answer.read().decode()
        return text


def test_requests_are_served_on_an_address_of_their_own_as_long_as_the_service_runs() -> None:
    metrics, address = Metrics(), free_address()
    metrics.observe("GET", "/kpis/{kpi}", 200, 0.3)
    metrics.observe("A-METHOD-OF-MY-OWN", "(no path)", 404, 0.1)
    with served(metrics, address):
        text = scrape(address)
    assert 'http_server_requests_total{method="GET",route="/kpis/{kpi}",status="200"} 1.0' in text
    assert 'method="other"' in text
    assert "A-METHOD" not in text, "whoever asks must not make labels"
    assert 'http_server_request_duration_seconds_bucket{le="0.5",route="/kpis/{kpi}"} 1.0' in text
    with pytest.raises(OSError, match="refused"):
        scrape(address)


@pytest.mark.parametrize(
    "address", ["9190", "127.0.0.1", "127.0.0.1:x", "me@127.0.0.1:9190", "127.0.0.1:9190/metrics"]
)
def test_an_address_that_is_none_is_one_line(address: str) -> None:
    with pytest.raises(CannotServe, match=r"write it as 127\.0\.0\.1:9190"), served(Metrics(), address):
        pass


def test_an_address_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CannotServe, match=f"cannot listen on {address}"), served(Metrics(), address):
            pass

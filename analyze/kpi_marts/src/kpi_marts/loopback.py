"""Whether a host is this machine itself: only there are marts shown to whoever asks."""

from __future__ import annotations

import ipaddress

_NAME = "localhost"


def is_loopback(host: str) -> bool:
    """Tell it of a name or an address, as one listens on it or as a URL has it, with brackets."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == _NAME

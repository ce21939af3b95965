"""Signs of life to a service that calls somebody when they stay away (healthchecks.io, or one like it)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum

import httpx2

from orchestrate.schedules.saying import say

_TRIES = 3
_PAUSE_SECONDS = 2
_TIMEOUT_SECONDS = 10


class Beat(StrEnum):
    """What is told, as it is added to the address."""

    BEGUN = "/start"
    DONE = ""
    FAILED = "/fail"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Where signs of life go. Whoever knows the address can send them: it is a secret.

    Attributes:
        url: The address; empty for nowhere.
    """

    url: str = field(repr=False)

    def send(self, beat: Beat) -> None:
        """Send one. That it can't be sent is said, and is nobody else's trouble: the run goes on."""
        problem = ""
        for number in range(_TRIES if self.url else 0):
            if number:
                time.sleep(_PAUSE_SECONDS)
            try:
                answer = httpx2.get(self.url.rstrip("/") + beat, timeout=_TIMEOUT_SECONDS)
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                problem = type(error).__name__
                continue
            if answer.is_success:
                return
            problem = f"HTTP {answer.status_code}"
        if problem:
            say(f"The heartbeat can't be sent ({problem}): see HEARTBEAT_URL.", wrong=True)

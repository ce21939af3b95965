"""The dashboard as its users meet it: a process of its own, looked at in Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.servers import free_port, wait_for_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium import webdriver
    from selenium.webdriver.remote.webelement import WebElement

_PROGRAM = Path(sys.executable).with_name("kpi-dashboard")
_SECONDS = 30
_STILL_SECONDS = 0.8  # between two runs of a page's script, on a busy machine
_COUNT_DRAWN = "return document.querySelector(arguments[0]) && document.querySelectorAll('body *').length"
_SETTLED = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED] "
    "[data-testid=stMain] :is(h2, [data-testid=stAlert])"
)
_TILES = """
return [...document.querySelectorAll('[data-testid=stMetric]')].map(tile => ['stMetricLabel', 'stMetricValue'].map(
    part => tile.querySelector(`[data-testid=${part}]`)?.innerText.trim()
))
"""
# Streamlit looks for its server below the address of each page, and finds it above.
_PROBES = ("/_stcore/health - Failed", "/_stcore/host-config - Failed")


@contextlib.contextmanager
def running_dashboard(database_url: str, *, port: int = 0, **settings: str) -> Iterator[str]:
    """Start the dashboard on a database and give its address."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [_PROGRAM, "--port", str(port)],
        env={
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "ANALYZE_DATABASE_URL": database_url,
            **settings,
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_answer(process, f"{address}/_stcore/health", seconds=_SECONDS)
        yield address
    finally:
        process.terminate()
        process.wait(20)


class Visitor:
    """Somebody who looks at the dashboard."""

    def __init__(self, driver: webdriver.Chrome, address: str) -> None:
        self.driver = driver
        self.address = address

    def open(self, path: str = "", **query: str) -> None:
        """Open a page and wait for it."""
        self.driver.get(f"{self.address}/{path}" + (f"?{urlencode(query)}" if query else ""))
        self.wait()

    def wait(self) -> None:
        """Wait until the page's script has ended and nothing more is drawn for a moment."""
        deadline = time.monotonic() + _SECONDS
        drawn, since = -1, time.monotonic()
        while time.monotonic() - since < _STILL_SECONDS:
            assert time.monotonic() < deadline, f"{self.here} does not come to rest"
            time.sleep(0.05)
            now = self.driver.execute_script(_COUNT_DRAWN, _SETTLED)
            if now != drawn or not now:
                drawn, since = now, time.monotonic()

    def wait_for(self, selector: str) -> WebElement:
        found: list[WebElement] = WebDriverWait(self.driver, _SECONDS, 0.05).until(
            lambda driver: driver.find_elements(By.CSS_SELECTOR, selector)
        )
        return found[0]

    def wait_until_here(self, part: str) -> None:
        """Wait until the address has this in it, and for the page that it names."""
        WebDriverWait(self.driver, _SECONDS, 0.05).until(lambda _: part in self.here)
        self.wait()

    @property
    def heading(self) -> str:
        return self.driver.find_element(By.CSS_SELECTOR, "[data-testid=stMain] h2").text

    @property
    def here(self) -> str:
        return self.driver.current_url.removeprefix(self.address)

    def tiles(self) -> dict[str, str]:
        """What is written on each tile, as soon as there are some and all are written on."""
        found: list[list[str]] = WebDriverWait(self.driver, _SECONDS, 0.05).until(
            lambda driver: self._all_written(driver.execute_script(_TILES))
        )
        return dict(found)

    @staticmethod
    def _all_written(tiles: list[list[str]]) -> list[list[str]]:
        return tiles if all(label and value for label, value in tiles) else []

    def table(self, place: int) -> list[dict[str, str]]:
        """The part of a table that can be seen, as screen readers are given it."""
        selector = "[data-testid=stDataFrame] table[role=grid]"
        WebDriverWait(self.driver, _SECONDS).until(
            lambda driver: len(driver.find_elements(By.CSS_SELECTOR, f"{selector} td")) > place
        )
        table = self.driver.find_elements(By.CSS_SELECTOR, selector)[place]
        names = [cell.get_attribute("textContent") or "" for cell in table.find_elements(By.TAG_NAME, "th")]
        return [
            dict(
                zip(
                    names,
                    (
                        cell.get_attribute("textContent") or ""
                        for cell in row.find_elements(By.TAG_NAME, "td")
                    ),
                    strict=True,
                )
            )
            for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")
        ]

    def complaints(self) -> list[str]:
        """Errors of the console, and boxes that say that something failed."""
        boxes = self.driver.find_elements(By.CSS_SELECTOR, "[data-testid=stException], [data-testid=stAlert]")
        console = [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE" and not any(probe in entry["message"] for probe in _PROBES)
        ]
        return [box.text for box in boxes] + console

    def asked_elsewhere(self) -> set[str]:
        """Addresses of other hosts that the pages wanted something from."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = {
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        }
        return {url for url in asked if not url.startswith((self.address, "data:", "blob:", "chrome:"))}

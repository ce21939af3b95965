"""A real Chromium for the tests that look at pages."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

# No sandbox, for root may run the tests; no traffic of the browser's own.
_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextlib.contextmanager
def running_chromium() -> Iterator[webdriver.Chrome]:
    """Start one, its console and its requests logged; it is quit at the end."""
    programs = {
        name: shutil.which(name) or shutil.which(other)
        for name, other in (("chromium", "google-chrome"), ("chromedriver", "chromium.chromedriver"))
    }
    if missing := sorted(name for name, path in programs.items() if path is None):
        pytest.fail(f"{' and '.join(missing)} not found: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = programs["chromium"] or ""
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(programs["chromedriver"]))
    try:
        yield driver
    finally:
        driver.quit()


def show_on(driver: webdriver.Chrome, screen: tuple[int, int]) -> None:
    """Make the window as large as a screen; a narrow one is a phone's."""
    width, height = screen
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def is_too_wide(driver: webdriver.Chrome) -> bool:
    """Whether one would have to scroll sideways."""
    size = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})
    return bool(size["cssContentSize"]["width"] > size["cssLayoutViewport"]["clientWidth"])

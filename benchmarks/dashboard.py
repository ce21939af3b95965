"""What visitors of the dashboard wait for: first paint of each page, and a changed filter; beside an empty Streamlit page.

Run it on the marts of as many portals as you have: `python -m benchmarks.dashboard postgresql://…`; without a URL on those of
ANALYZE_DATABASE_URL or the embedded PostgreSQL. Exits with 1 when something takes too long.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from benchmarks import machine
from tests.analyze.dashboard import running_dashboard
from tests.chromium import running_chromium, show_on
from tests.servers import free_port, wait_for_answer
from warehouse_connection.location import resolve_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium import webdriver

FIRST_PAINT, FILTER_CHANGE = 2.0, 1.0
_TURNS: Final = 5
# Answers are remembered for a minute; a visitor who comes later waits for the database.
_FORGOTTEN_AFTER: Final = 61
_PAGES: Final = ("", "marketing", "sales", "service", "portal")
_EMPTY: Final = 'import streamlit as st\nst.markdown("## Empty")\n'

# Notes, in the page's own time, when enough tiles (or a heading) are there.
_WATCH: Final = """
window.painted = null;
const watch = setInterval(() => {
  if (document.querySelectorAll('[data-testid=stMetricValue]').length >= 8 || document.querySelector('#empty')) {
    requestAnimationFrame(() => { window.painted = performance.now(); });
    clearInterval(watch);
  }
}, 10);
"""
# From the key that chooses until the first tile says something else.
_WATCH_CHANGE: Final = """
const value = () => document.querySelector('[data-testid=stMetricValue]')?.textContent;
const before = value();
window.changed = null;
document.addEventListener('keydown', event => {
  if (event.key !== 'Enter') return;
  const began = performance.now();
  const watch = setInterval(() => {
    if (value() && value() !== before) { window.changed = performance.now() - began; clearInterval(watch); }
  }, 10);
}, {capture: true, once: true});
"""


def _number(driver: webdriver.Chrome, name: str) -> float:
    deadline = time.monotonic() + 60
    while (milliseconds := driver.execute_script(f"return window.{name}")) is None:
        if time.monotonic() > deadline:
            raise SystemExit(f"{driver.current_url}: waited in vain")
        time.sleep(0.02)
    return float(milliseconds) / 1000


def _paint(driver: webdriver.Chrome, address: str) -> float:
    driver.get(address)
    return _number(driver, "painted")


def _change(driver: webdriver.Chrome, address: str, to: str) -> float:
    _paint(driver, address)
    time.sleep(1.5)  # until all is drawn
    field = driver.find_element(By.CSS_SELECTOR, ".st-key-time input")
    field.click()
    field.send_keys(Keys.CONTROL, "a", Keys.NULL, to)
    time.sleep(0.5)  # until the list has narrowed
    driver.execute_script(_WATCH_CHANGE)
    field.send_keys(Keys.ENTER)
    return _number(driver, "changed")


def _empty_page(folder: Path, driver: webdriver.Chrome) -> list[float]:
    script = folder / "empty.py"
    script.write_text(_EMPTY, encoding="utf-8")
    port = free_port()
    options = ("--server.headless=true", "--browser.gatherUsageStats=false", "--server.fileWatcherType=none")
    with subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}", *options],
        stdout=subprocess.DEVNULL,
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for_answer(server, f"{address}/_stcore/health", seconds=30)
            _paint(driver, address)
            return [_paint(driver, address) for _ in range(_TURNS)]
        finally:
            server.terminate()


def _rows(driver: webdriver.Chrome, address: str, empty: float) -> Iterator[tuple[str, float, float, float]]:
    _paint(driver, address)  # the browser's own first time
    for page in _PAGES:
        url = f"{address}/{page}"
        times = [_paint(driver, url) for _ in range(_TURNS)]
        yield f"{page or 'overview'}: first paint", statistics.median(times), FIRST_PAINT, empty
    time.sleep(_FORGOTTEN_AFTER)
    yield "overview: first paint, nothing remembered", _paint(driver, address), FIRST_PAINT, empty
    for page in _PAGES[:4]:
        # Each time is new to the dashboard: the database is asked.
        times = [_change(driver, f"{address}/{page}", to) for to in ("24 months", "90 days", "This year")]
        yield f"{page or 'overview'}: another time, nothing remembered", max(times), FILTER_CHANGE, empty


def main() -> int:
    """Measure and print a table."""
    url = sys.argv[1] if len(sys.argv) > 1 else resolve_url()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        ((portals, facts),) = connection.execute(
            "SELECT (SELECT count(*) FROM hubspot_marts.dim_portals), (SELECT count(*) FROM hubspot_marts.kpi_daily)"
        ).fetchall()
    print(f"{portals} portals, {facts:,} rows of kpi_daily. {machine.describe()}\n")
    missed = 0
    with running_chromium() as driver, tempfile.TemporaryDirectory() as folder:
        show_on(driver, (1440, 900))
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
        empty = statistics.median(_empty_page(Path(folder), driver))
        print("| What | s | At most | × an empty page |  |\n|---|---:|---:|---:|---|")
        print(f"| an empty Streamlit page: first paint | {empty:.2f} |  | 1 |  |")
        with running_dashboard(url) as address:
            for what, seconds, most, baseline in _rows(driver, address, empty):
                missed += seconds > most
                said = "MISSED" if seconds > most else "ok"
                print(
                    f"| {what} | {seconds:.2f} | {most:.0f} | {seconds / baseline:.1f} | {said} |", flush=True
                )
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())

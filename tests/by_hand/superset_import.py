"""Import docs/bi/superset into a real Superset, and look at the dashboard in Chromium.

    python -m tests.by_hand.superset_import postgresql://user:password@host:5432/database

The database is one with built marts. Superset is installed into .data/superset (2 minutes, 1 GB) with its metadata in SQLite.
Every chart must be drawn, without an error; the screenshot is .data/superset/dashboard.png.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import presence_of_element_located
from selenium.webdriver.support.ui import WebDriverWait

from tests.servers import free_port

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".data" / "superset"
EXPORT = ROOT / "docs" / "bi" / "superset"
PROGRAM = HOME / "venv" / "bin" / "superset"

# What 6.1.0 needs and does not ask for; flask-caching 2.4 and newer do not fit it.
REQUIREMENTS = ("apache-superset==6.1.0", "flask-caching<2.4", "cachetools", "rich", "psycopg2-binary")
CHARTS = len(list((EXPORT / "charts").iterdir()))
PASSWORD = secrets.token_urlsafe()

_CONFIG = """
SECRET_KEY = {secret!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/metadata.db"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
"""


def main() -> None:
    """Install, import, look."""
    (url,) = sys.argv[1:]
    install()
    archive = HOME / "dashboard.zip"
    pack(archive, url)
    for arguments in (
        ("db", "upgrade"),
        ("fab", "create-admin", "--username=admin", "--firstname=A", "--lastname=B", "--email=a@example.com"),
        ("init",),
        ("import-dashboards", "--path", str(archive), "--username", "admin"),
    ):
        print("superset", *arguments[:2], flush=True)
        password = [f"--password={PASSWORD}"] if "create-admin" in arguments else []
        subprocess.run([PROGRAM, *arguments, *password], env=environment(), check=True, capture_output=True)
    port = free_port()
    with (HOME / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [PROGRAM, "run", "--port", str(port)], env=environment(), stdout=log, stderr=log
        )
    try:
        look(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait()


def install() -> None:
    """Make Superset's own environment, if it is not there, and its configuration, with new metadata."""
    HOME.mkdir(parents=True, exist_ok=True)
    if not PROGRAM.exists():
        print("installing Superset", flush=True)
        venv.create(HOME / "venv", clear=True, with_pip=True)
        subprocess.run(
            [HOME / "venv/bin/python", "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True
        )
    (HOME / "metadata.db").unlink(missing_ok=True)
    (HOME / "config.py").write_text(_CONFIG.format(secret=secrets.token_hex(), home=HOME), encoding="utf-8")


def pack(archive: Path, url: str) -> None:
    """Zip the export, with the real address of the database instead of the one that has no password."""
    address = "postgresql+psycopg2://" + url.partition("://")[2]
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(EXPORT.rglob("*.yaml")):
            text = file.read_text(encoding="utf-8")
            zipped.writestr(
                f"superset/{file.relative_to(EXPORT)}",
                re.sub(r"^sqlalchemy_uri: .*$", f"sqlalchemy_uri: {address}", text, flags=re.MULTILINE),
            )


def environment() -> dict[str, str]:
    """Superset's own environment."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(HOME),
        "FLASK_APP": "superset",
        "SUPERSET_CONFIG_PATH": str(HOME / "config.py"),
    }


def look(address: str) -> None:
    """Open the dashboard, and wait until every chart is drawn."""
    wait_for_server(address)
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1500,1450"):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    # Named, for Selenium would look for newer ones on the net.
    browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    try:
        browser.get(f"{address}/login/")
        WebDriverWait(browser, 60).until(presence_of_element_located((By.ID, "username"))).send_keys("admin")
        browser.find_element(By.ID, "password").send_keys(PASSWORD)
        browser.find_element(By.CSS_SELECTOR, "[type=submit]").click()
        time.sleep(3)
        browser.get(f"{address}/superset/dashboard/hubspot-portals/?standalone=1")
        WebDriverWait(browser, 120).until(
            lambda seen: len(seen.find_elements(By.CSS_SELECTOR, "[data-test=slice-container]")) >= CHARTS
        )
        time.sleep(10)
        browser.save_screenshot(str(HOME / "dashboard.png"))
        errors = browser.find_elements(By.CSS_SELECTOR, "[role=alert]")
        if errors:
            sys.exit(f"{len(errors)} charts failed: {errors[0].text}")
        print(f"{CHARTS} charts drawn: {HOME / 'dashboard.png'}")
    finally:
        browser.quit()


def wait_for_server(address: str) -> None:
    """Wait until Superset answers."""
    for _ in range(60):
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(1)
        else:
            return
    sys.exit(f"Superset does not answer: see {HOME / 'server.log'}")


if __name__ == "__main__":
    main()

"""A page printed to PDF by the Chromium that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from kpi_scorecard.errors import NoPdf

_PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
_SECONDS = 120


def print_pdf(html: str) -> bytes:
    """Print a page.

    Raises:
        NoPdf: there is no Chromium here, or it fails.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        msg = (
            "a PDF needs Chromium or Chrome, and none is on PATH: install one (Debian: apt install chromium), "
            "or take --format html and print it from any browser"
        )
        raise NoPdf(msg)
    with tempfile.TemporaryDirectory(prefix="kpi-report-") as folder:
        page, pdf = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(html, encoding="utf-8")
        command = [
            program,
            "--headless",
            # Root has no sandbox; and the page has no scripts.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            "--disable-gpu",
            "--disable-dev-shm-usage",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}",
            page.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            msg = f"{program} took more than {_SECONDS} seconds to print: try again, or take --format html"
            raise NoPdf(msg) from None
        if not pdf.exists():
            said = (done.stderr.strip().splitlines() or ["no message"])[-1]
            msg = f"{program} could not print ({said}): take --format html and print it from any browser"
            raise NoPdf(msg)
        return pdf.read_bytes()

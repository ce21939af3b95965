"""Reports as files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from kpi_scorecard.report.contents import gather
from kpi_scorecard.report.page import render
from kpi_scorecard.report.pdf import print_pdf

if TYPE_CHECKING:
    from datetime import date, datetime

    from kpi_marts.portals import Portal
    from kpi_marts.reader import Marts

Form = Literal["html", "pdf"]


def make(marts: Marts, portal: Portal, month: date, form: Form, made_at: datetime) -> bytes:
    """Make a portal's report.

    Raises:
        MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
        NoPdf: there is nothing to print with.
    """
    html = render(gather(marts, portal, month, made_at))
    return print_pdf(html) if form == "pdf" else html.encode()


def file_name(portal: Portal, month: date, form: Form) -> str:
    """A name that sorts by month, and tells portals of one name apart."""
    name = re.sub(r"\W+", "-", portal.portal_name).strip("-").lower()
    return f"{month:%Y-%m}-{portal.portal_id}-{name}.{form}"

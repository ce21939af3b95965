"""Marketing: from contact to customer, and the e-mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from kpi_dashboard import charts, filters, marts
from kpi_dashboard.cards import PERCENT, card, draw, in_percent
from kpi_dashboard.screens import team

if TYPE_CHECKING:
    from decimal import Decimal

    from kpi_dashboard.filters import View

_FUNNEL: Final = ("new_contacts", "mqls", "new_customers")


def show(view: View) -> None:
    """Draw the page."""
    kpis = team.kpis_of("marketing")
    team.heading("Marketing", view, "marketing")
    team.tiles(view, kpis)
    team.detail(view, kpis, "new_contacts")
    left, right = st.columns([2, 3])
    with left:
        _funnel(view)
    with right:
        _funnel_by_portal(view)
    _emails(view)


def _funnel(view: View) -> None:
    kpis = [marts.catalogue()[name] for name in _FUNNEL]
    values = {point.kpi: point.value for point in marts.ask(view.question(kpis))}
    rows = charts.bar_rows([(kpi.label, values.get(kpi.kpi), None) for kpi in kpis], kpis[0], None)
    card(
        "From contact to customer",
        counted_in="contacts",
        about="What happened in this time, each step counted by its own day: not one cohort followed through.",
        rows=[{"step": kpi.label, "contacts": values.get(kpi.kpi)} for kpi in kpis] if values else [],
        show=lambda: draw(charts.bars(rows, kpis[0]), "From contact to customer"),
    )


def _funnel_by_portal(view: View) -> None:
    kpis = [marts.catalogue()[name] for name in _FUNNEL]
    called = filters.names(marts.portals())
    steps: dict[str, dict[str, int]] = {}
    for point in marts.ask(view.question(kpis, "portal")):
        steps.setdefault(called.get(point.portal_id or 0, ""), {})[point.kpi] = int(point.value or 0)
    rows = [
        {
            "portal": name,
            **{step: counts.get(step, 0) for step in _FUNNEL},
            "mqls_per_contact": _share(counts, "mqls", "new_contacts"),
            "customers_per_mql": _share(counts, "new_customers", "mqls"),
        }
        for name, counts in steps.items()
    ]
    config = {
        "portal": st.column_config.TextColumn("Portal", pinned=True),
        **{
            kpi.kpi: st.column_config.NumberColumn(kpi.label, format="%,d", help=kpi.definition)
            for kpi in kpis
        },
        "mqls_per_contact": st.column_config.NumberColumn("MQLs ÷ contacts", format=PERCENT),
        "customers_per_mql": st.column_config.NumberColumn("Customers ÷ MQLs", format=PERCENT),
    }
    card(
        "Funnel by portal",
        counted_in="contacts",
        about="The same steps portal by portal, and each step's share of the one before, in the same time.",
        rows=rows,
        show=lambda: st.dataframe(
            in_percent(rows, "mqls_per_contact", "customers_per_mql"),
            hide_index=True,
            column_config=config,
            placeholder="–",
        ),
    )


def _share(counts: dict[str, int], part: str, whole: str) -> float | None:
    return counts.get(part, 0) / counts[whole] if counts.get(whole) else None


def _emails(view: View) -> None:
    emails = marts.emails(view.since, view.until, view.portal_ids)
    called = filters.names(marts.portals())
    rows = [
        {
            "portal": called.get(email.portal_id, email.portal_name),
            "email": email.email_name,
            "subject": email.subject,
            "published": email.published_date,
            "sent": email.sent,
            "delivered": email.delivered,
            "open_rate": _float(email.open_rate),
            "click_rate": _float(email.click_rate),
            "click_through_rate": _float(email.click_through_rate),
            "bounced": email.bounced,
            "unsubscribed": email.unsubscribed,
        }
        for email in emails
    ]
    counts = {
        name: st.column_config.NumberColumn(name.capitalize(), format="%,d", width=90)
        for name in ("sent", "delivered", "bounced", "unsubscribed")
    }
    rates = {
        name: st.column_config.NumberColumn(
            label, format=PERCENT, width=90, help=marts.catalogue()[f"email_{name}"].definition
        )
        for name, label in (
            ("open_rate", "Opened"),
            ("click_rate", "CTR"),
            ("click_through_rate", "Click-through"),
        )
    }
    card(
        "Marketing e-mails",
        counted_in="e-mails published in this time, the newest first",
        about="Counters of each marketing e-mail, which HubSpot keeps adding to after the day it was published.",
        rows=rows,
        show=lambda: st.dataframe(
            in_percent(rows, *rates),
            hide_index=True,
            height=380,
            placeholder="–",
            column_config={
                "portal": st.column_config.TextColumn("Portal", width=150),
                "email": st.column_config.TextColumn("E-mail", width=220),
                "subject": st.column_config.TextColumn("Subject", width=220),
                "published": st.column_config.DateColumn("Published", format="D MMM YYYY", width=100),
                **counts,
                **rates,
            },
        ),
        empty="No marketing e-mail was published in this time.",
    )


def _float(ratio: Decimal | None) -> float | None:
    return None if ratio is None else float(ratio)

"""What Streamlit runs for each visitor: the login by OIDC if there is one, then the page that the address names."""

from __future__ import annotations

import streamlit as st

from kpi_dashboard import filters, gate, marts
from kpi_dashboard.screens import marketing, overview, portal, sales, service
from kpi_dashboard.theme import STYLE
from kpi_marts.connection import MartsUnavailable

# Drawn here: Streamlit has browsers fetch its own icons from another host.
_ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0072b2"/>
<path d="M4 12V8M8 12V4M12 12V6" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/></svg>"""

st.set_page_config("KPIs of all portals", page_icon=_ICON, layout="wide")

# Beside the pages and not in them, so that what is chosen goes along from page to page.
ONE_PORTAL = "portal"
view: filters.View
PAGES = [
    st.Page(lambda: overview.show(view), title="Overview", icon=":material/table_chart:", default=True),
    st.Page(
        lambda: marketing.show(view), title="Marketing", icon=":material/campaign:", url_path="marketing"
    ),
    st.Page(lambda: sales.show(view), title="Sales", icon=":material/handshake:", url_path="sales"),
    st.Page(lambda: service.show(view), title="Service", icon=":material/support_agent:", url_path="service"),
    st.Page(lambda: portal.show(view), title="Portal", icon=":material/domain:", url_path=ONE_PORTAL),
]

st.html(STYLE)
gate.require_sign_in()
page = st.navigation(PAGES, position="top")
try:
    if marts.portals():
        view = filters.bar(one_portal=page.url_path == ONE_PORTAL)
        page.run()
    else:
        st.info(
            "No portal is in the marts yet: connect one on auth_service’s page, then run `meltano run sync`.",
            icon=":material/info:",
        )
except MartsUnavailable as error:
    st.error(f"The figures can’t be read: {error}", icon=":material/database_off:")
    st.button("Try again", icon=":material/refresh:")
gate.offer_sign_out()

"""What Streamlit runs for each visitor: the login by OIDC if there is one, then the page that the address names."""

from __future__ import annotations

import streamlit as st

from kpi_dashboard import gate, marts
from kpi_dashboard.screens import marketing, overview, portal, sales, service
from kpi_dashboard.theme import STYLE
from kpi_marts.connection import MartsUnavailable

# Drawn here: Streamlit has browsers fetch its own icons from another host.
_ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0072b2"/>
<path d="M4 12V8M8 12V4M12 12V6" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/></svg>"""

st.set_page_config("KPIs of all portals", page_icon=_ICON, layout="wide")

PAGES = [
    st.Page(
        overview.show, title="Overview", icon=":material/table_chart:", url_path="overview", default=True
    ),
    st.Page(marketing.show, title="Marketing", icon=":material/campaign:", url_path="marketing"),
    st.Page(sales.show, title="Sales", icon=":material/handshake:", url_path="sales"),
    st.Page(service.show, title="Service", icon=":material/support_agent:", url_path="service"),
    st.Page(portal.show, title="Portal", icon=":material/domain:", url_path="portal"),
]

st.html(STYLE)
gate.require_sign_in()
page = st.navigation(PAGES, position="top")
try:
    if marts.portals():
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

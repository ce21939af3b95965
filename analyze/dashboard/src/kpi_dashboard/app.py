"""What Streamlit runs for each visitor: the login by OIDC if there is one, then the page that the address names."""

from __future__ import annotations

import streamlit as st

from kpi_dashboard import gate, marts
from kpi_dashboard.pages import marketing, overview, portal, sales, service
from kpi_marts.connection import MartsUnavailable

st.set_page_config("KPIs of all portals", page_icon=":material/monitoring:", layout="wide")

PAGES = [
    st.Page(
        overview.show, title="Overview", icon=":material/table_chart:", url_path="overview", default=True
    ),
    st.Page(marketing.show, title="Marketing", icon=":material/campaign:", url_path="marketing"),
    st.Page(sales.show, title="Sales", icon=":material/handshake:", url_path="sales"),
    st.Page(service.show, title="Service", icon=":material/support_agent:", url_path="service"),
    st.Page(portal.show, title="Portal", icon=":material/domain:", url_path="portal"),
]

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

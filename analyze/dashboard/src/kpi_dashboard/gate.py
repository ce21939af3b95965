"""Who may come in, where an identity provider says who somebody is."""

from __future__ import annotations

import streamlit as st

from kpi_dashboard.cards import plain
from kpi_dashboard.login import SIGN_OUT
from kpi_dashboard.settings import Settings


def require_sign_in() -> None:
    """Let somebody pass whom the settings let in; show everybody else how to sign in, and stop.

    The shared password was asked for before, see `login`.
    """
    oidc = Settings.read().oidc
    if oidc is None:
        return
    if not st.user.is_logged_in:
        st.title("KPIs of all portals")
        st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:")
        st.stop()
    if not oidc.lets_in(st.user.to_dict()):
        st.error(
            f"{plain(str(st.user.get('email') or 'This account'))} may not look here: ask for it to be added to "
            "DASHBOARD\\_OIDC\\_USERS, or sign in as somebody else.",
            icon=":material/block:",
        )
        st.button("Sign out", on_click=st.logout, icon=":material/logout:")
        st.stop()


def offer_sign_out() -> None:
    """A way out, at the end of each page, for whoever signed in."""
    settings = Settings.read()
    if settings.oidc:
        st.button("Sign out", on_click=st.logout, type="tertiary", icon=":material/logout:")
    elif settings.password_hash:
        st.html(f'<a href="{SIGN_OUT}">Sign out</a>')

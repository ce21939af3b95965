"""The dashboard: every portal's KPIs side by side, in the browser.

`cli` starts it, `server` serves Streamlit behind a `login`, `app` is the script that Streamlit runs for each visitor:
`filters` says what one wants to see, `marts` asks `kpi_marts` for it, `screens` show it with `charts` and `cards`.
"""

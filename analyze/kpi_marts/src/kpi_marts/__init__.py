"""The one reader of `hubspot_marts`, for the KPI API, the dashboard, reports and alerts alike.

`connection` opens the database, `reader` restricts every question to the portals one may see, `catalogue` says which
KPIs there are, `portals` whose, `questions` asks for them over time (`kpi_sql` writes the SQL), `scorecards`, `health`
and `deal_values` read what dbt has made ready.
"""

"""The one reader of `hubspot_marts`, for the KPI API, the dashboard, reports and alerts alike.

`connection` opens the database, `reader` restricts every question to the portals one may see, `catalogue` says which
KPIs there are, `portals` whose, `currencies` in which money; `questions` asks for them over time (`kpi_sql` writes the
SQL, with `answer_columns` and `quiet_sql`), `scorecards`, `health` and `deal_values` read what dbt has made ready.
"""

{{ kpi_by_period('week') }}

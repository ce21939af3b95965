"""What the KPI API takes to answer; see `python -m benchmarks.kpi_api --help`."""

"""The commands of `kpi-scorecard`."""

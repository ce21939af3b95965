"""`scripts/schedules`: the schedules of meltano.yml, for cron, systemd and GitHub Actions; and their runs."""

"""`scripts/schedules`: what it makes of meltano.yml, and its runs, around a Meltano that only says what it was asked."""

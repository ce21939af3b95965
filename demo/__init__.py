"""The whole system on one machine, against the simulated HubSpot: what `scripts/demo` runs."""

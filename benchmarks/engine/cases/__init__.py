"""The cases, a module each: `measure` takes the setting of a run and yields figures."""

"""`scripts/sync`: the job `sync`, its portals shared between several taps and loaders."""

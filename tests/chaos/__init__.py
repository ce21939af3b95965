"""`scripts/chaos`: kill, spoil and change everything for a quarter of an hour, then hold the copy against the truth."""

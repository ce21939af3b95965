"""The readers of the marts, against the marts of the demo."""

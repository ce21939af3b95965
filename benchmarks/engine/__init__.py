"""What the engine promises, measured: how fast, how little memory, how little state, each beside a baseline."""

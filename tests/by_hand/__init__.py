"""What is too heavy for every run of the tests: run by hand, `python -m tests.by_hand.NAME`."""

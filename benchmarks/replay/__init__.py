"""A HubSpot that costs next to nothing: it answers from pages that are encoded and compressed beforehand.

The simulator makes each answer when it is asked, which takes longer than the tap takes to read it. Where the tap's own
cost is measured, this stands in for it: same paths, same JSON, no limits, no faults, and no check of what is asked.
"""

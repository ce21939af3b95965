"""Sends scorecards and alerts, and prints a portal's monthly report."""

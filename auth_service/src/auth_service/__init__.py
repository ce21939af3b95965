"""Connects HubSpot portals by OAuth and keeps their tokens, encrypted, in PostgreSQL."""

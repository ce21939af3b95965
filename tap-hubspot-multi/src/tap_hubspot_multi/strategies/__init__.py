"""The ways to read HubSpot: whole catalogues, and CRM objects by listing and by searching for changes."""

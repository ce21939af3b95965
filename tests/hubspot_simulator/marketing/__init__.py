"""Marketing and settings: what HubSpot serves beside CRM records, with its data and what happens to it."""

"""Singer tap that reads every connected HubSpot portal, each record tagged with its portal."""

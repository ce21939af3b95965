"""This tap and three others of HubSpot's, run as programs against the same simulated HubSpot."""

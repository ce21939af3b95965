"""What our HTTP services have in common: how they listen and end, what they log, what they count."""

"""The generated business of a portal: eighteen months of contacts, companies and deals that hang together."""

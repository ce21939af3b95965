"""What it costs to load rows into PostgreSQL, by the stock loader with several settings and by other ways."""

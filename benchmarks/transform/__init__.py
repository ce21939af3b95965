"""How long dbt takes to build the marts, and the marts to answer."""

"""What runs in Airflow, which has an environment of its own."""

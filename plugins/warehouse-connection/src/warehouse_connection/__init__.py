"""One answer to the question "which PostgreSQL?", for every part of the project."""

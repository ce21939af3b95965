"""What runs the project: jobs and environments of Meltano, and syncs in shards."""

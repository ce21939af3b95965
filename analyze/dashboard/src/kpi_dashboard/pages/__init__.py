"""The pages, one module each; `team` is what the pages of the three teams have in common."""

"""The subcommands of `hubspot-auth`, one module for each group of them."""

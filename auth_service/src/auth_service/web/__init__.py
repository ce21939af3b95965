"""The pages: connect a portal, see how the connections are. Installed with the extra `auth-service[web]`."""

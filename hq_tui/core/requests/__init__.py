"""A conversation as the request that is sent for it."""

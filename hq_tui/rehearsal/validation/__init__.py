"""Whether the API would accept a request."""

"""Validates requests as the API does."""

"""Checks on how a session went."""

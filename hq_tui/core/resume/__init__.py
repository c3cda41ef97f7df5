"""Joins a broken reply to its continuation."""

"""Markdown that arrives in pieces, laid out as rows."""

"""Parsed Markdown as rows of text."""

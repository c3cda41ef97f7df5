"""Textual's output as cells, and the fewest bytes that draw them."""

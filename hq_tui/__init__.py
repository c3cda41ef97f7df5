"""A terminal app for thinking with Claude: it asks, you think, and a brief remains."""

__version__ = "0.2.0"

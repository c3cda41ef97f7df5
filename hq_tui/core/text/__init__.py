"""Functions on text: sanitizing, code fences, differences, search, titles."""

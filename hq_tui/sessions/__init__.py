"""Sessions as they are used: open, branch, list, search."""

"""Where a broken reply and its continuation meet."""

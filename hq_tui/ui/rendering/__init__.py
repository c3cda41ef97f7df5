"""A shorter way from a changed widget to the terminal."""

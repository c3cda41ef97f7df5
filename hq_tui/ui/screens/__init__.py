"""Everything that takes the whole screen."""

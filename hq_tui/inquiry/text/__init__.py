"""Plain facts about English text."""

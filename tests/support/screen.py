"""pyte's screen, with a cursor that is saved as terminals save it."""

from __future__ import annotations

import pyte


class Screen(pyte.Screen):
    """What was saved stays saved: pyte has a stack of places, and forgets one it went back to."""

    def save_cursor(self) -> None:
        """Keep the place and the pen, instead of what was kept before."""
        self.savepoints.clear()
        super().save_cursor()

    def restore_cursor(self) -> None:
        """Go back to what was kept, which stays kept."""
        super().restore_cursor()
        super().save_cursor()

"""Saves what is being written, lest a kill or a dropped line should cost it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from textual.timer import Timer

SAVE_EVERY = 1.0
"""Seconds between two savings of a draft while it is written."""
LONG = 1_000
"""Characters of a draft that is saved half as often."""
LONGEST = 100_000
"""Characters of a draft that is saved only on leaving."""


class SetTimer(Protocol):
    """Textual's way to be called back."""

    def __call__(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call back after `delay` seconds."""
        ...


class DraftKeeper:
    """The unsent text of one app.

    `save` gives the session the draft and is False where no session can take it; a file below
    `data_dir` does then.
    """

    def __init__(
        self,
        *,
        set_timer: SetTimer,
        save: Callable[[str], bool],
        data_dir: Path,
    ) -> None:
        self.file: Path | None = None
        """The file of an unsent text that belongs to no session of ours."""
        self._set_timer = set_timer
        self._save = save
        self._data_dir = data_dir
        self._due: Timer | None = None
        self._kept: str | None = None

    def changed(self, draft: Callable[[], str], length: int) -> None:
        """The text in the composer changed: it is saved in a while."""
        if self._due is None and length < LONGEST:
            wait = SAVE_EVERY * (1 + (length >= LONG))
            self._due = self._set_timer(wait, lambda: self._save_now(draft()))

    def _save_now(self, draft: str) -> None:
        self._due = None
        is_command = draft.startswith("/") and len(draft.split()) == 1
        if len(draft) < LONGEST and not is_command:
            self._save(draft)

    def keep(self, draft: str) -> None:
        """Save the draft because the app is left; once for each text."""
        if draft == self._kept:
            return
        self._kept = draft
        if not self._save(draft) and draft.strip():
            from hq_tui.sessions import drafts

            self.file = drafts.rescue(self._data_dir, draft)

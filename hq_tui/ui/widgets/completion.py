"""Completes the command or the file name that is being typed, from a list above the composer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from hq_tui.core.text.mentions import begun_name, mention_of
from hq_tui.ui.actions import KEY, Action, commands_like, shown_key
from hq_tui.ui.widgets.fitted import Fitted

_COMMAND = re.compile(r"/[a-z]*(?: [a-z]+)?")
_PATH = re.compile(r"""(?:^|(?<=\s))@(?:"(?:[^"\\]|\\.)*|'[^']*|[^\s"']*)$""")
_LIT = "▸ "


class Completion(NamedTuple):
    """One thing that fits: what it puts in, what it does, and its key."""

    text: str
    about: str = ""
    key: str = ""


class Offers(NamedTuple):
    """All that fits, and which of it is lit."""

    rows: tuple[Completion, ...] = ()
    lit: int = 0


class Completer:
    """Finds what fits while one types, and knows what a key then does with it."""

    def __init__(self, keymap: Mapping[str, str], show: Callable[[Offers], None]) -> None:
        self.find_paths: Callable[[str], None] = lambda _begun: None
        """Asked for the paths that begin so, to be told to `offer_paths`."""
        self._keymap = keymap
        self._show = show
        self._offers = Offers()
        self._begun = ""
        self._is_dismissed = False
        self._was_moved = False

    @property
    def is_open(self) -> bool:
        """True if something is offered."""
        return bool(self._offers.rows)

    def look(self, text: str, before: str) -> None:
        """Offer what fits `text`, of which `before` is the line up to the cursor."""
        if text == before and _COMMAND.fullmatch(text):
            self._begun = text
            self._offer([self._command(action) for action in commands_like(text)])
        elif found := _PATH.search(before):
            self._begun = found[0]
            begun = begun_name(found[0])
            low = begun.casefold()
            self._offer([row for row in self._offers.rows if row.text.casefold().startswith(low)])
            self.find_paths(begun)
        else:
            self._begun = ""
            self._is_dismissed = False
            self._offer(())

    def _command(self, action: Action) -> Completion:
        about = action.help.partition(". ")[0].rstrip(".")
        return Completion(action.slash, about, shown_key(action, self._keymap))

    def offer_paths(self, begun: str, names: Sequence[str]) -> None:
        """Offer the paths that begin so, where that is still what is being typed."""
        if self._begun[:1] == "@" and begun_name(self._begun) == begun:
            self._offer([Completion(name) for name in names])

    def _offer(self, rows: Sequence[Completion]) -> None:
        self._was_moved = False
        self._tell(Offers(() if self._is_dismissed else tuple(rows)))

    def _tell(self, offers: Offers) -> None:
        if offers != self._offers:
            self._offers = offers
            self._show(offers)

    def move(self, step: int) -> None:
        """Light another one."""
        rows, lit = self._offers
        self._was_moved = True
        self._tell(Offers(rows, (lit + step) % len(rows)))

    def close(self) -> None:
        """Offer nothing until another word is begun."""
        self._is_dismissed = True
        self._tell(Offers())

    def completed(self) -> tuple[int, str]:
        """The number of characters before the cursor to replace, and the text for them."""
        text = self._offers.rows[self._offers.lit].text
        if self._begun.startswith("/"):
            return len(self._begun), f"{text} "
        if text.endswith("/"):
            # A folder with a blank in its name stays in quotes that are not closed yet.
            return len(self._begun), mention_of(text).removesuffix('"').removesuffix("'")
        return len(self._begun), f"{mention_of(text)} "

    def chosen(self) -> str:
        """The text that Enter puts in; empty where it sends what is written as it is.

        A word that is merely like a command runs none unless it was chosen.
        """
        rows, lit = self._offers
        is_command = self._begun.startswith("/")
        is_meant = self._was_moved or (is_command and rows[lit].text.startswith(self._begun))
        return rows[lit].text if is_meant else ""


class OfferList(Fitted[Offers]):
    """The list, over the last rows of the talk."""

    def __init__(self) -> None:
        super().__init__(Offers(), id="offers")

    def offer(self, now: Offers) -> None:
        """Show these, or nothing."""
        self.display = bool(now.rows)
        self.styles.height = len(now.rows) or 1
        self.show(now)

    def draw(self, now: Offers) -> None:
        """Draw `now`: as many rows as there is room for, the lit one among them."""
        width, height = self.size
        first = max(0, min(now.lit - height // 2, len(now.rows) - height))
        shown = now.rows[first : first + height]
        across = max((cell_len(row.text) for row in shown), default=0)
        lines = [
            _line(row, across, width - 2, is_lit=place == now.lit)
            for place, row in enumerate(shown, first)
        ]
        self.update(Content("\n").join(lines), layout=False)


def _line(row: Completion, across: int, width: int, *, is_lit: bool) -> Content:
    """A row of at most `width` columns: what does not fit whole is cut, the key first."""
    name = row.text + " " * (across - cell_len(row.text))
    room = width - len(_LIT) - cell_len(name) - 2
    key = row.key if cell_len(row.key) + 12 < room else ""
    room -= len(key) + 2 if key else 0
    about = row.about if len(row.about) <= room else f"{row.about[: max(0, room - 1)].rstrip()}…"
    style = "bold not dim $foreground" if is_lit else ""
    return Content.assemble(
        (_LIT if is_lit else "  ", KEY),
        (name[: max(0, width - 2)], f"bold {KEY}" if is_lit else KEY),
        ("  ", ""),
        (about.ljust(room) if room > 1 else "", style),
        (f"  {key}" if key else "", KEY),
    )

"""The texts behind the composer: big pastes that stand as chips, and messages of before.

A text area that holds a log of a megabyte answers each key a second later. So a paste that
is too big to be read at a glance stands in the composer as one word, such as
`[paste 1: 312 KB]`, and is put in its place, byte for byte, when the message is sent.

While an earlier message stands in the composer, the draft waits here with its chips. Where
anything stands, and which keys take it away, is the composer's business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hq_tui.core.text.sanitize import size_words

BIG = 2_000
"""Characters from which on a paste becomes a chip."""

MANY_LINES = 20
"""A paste of more lines than these becomes a chip however short it is."""

HEAVY = 8_000
"""Characters from which on a whole text, such as one fetched back, is put in as a chip."""

_CONTROL = re.compile("\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CHIP = re.compile(r"\[(?:paste \d+: [^\[\]\n]{1,20}|file \d+: [^\[\]\n]{1,60})\]")


def is_big(text: str) -> bool:
    """True if a pasted text is too big to stand in the composer, or has control characters."""
    if len(text) > BIG or text.count("\n") >= MANY_LINES:
        return True
    return _CONTROL.search(text) is not None


class Pastes:
    """The texts behind the chips of one composer."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._count = 0

    def keep(self, text: str) -> str:
        """Keep a text; the chip that stands for it."""
        self._count += 1
        size = size_words(len(text.encode("utf-8", "replace")))
        chip = f"[paste {self._count}: {size}]"
        self._texts[chip] = text
        return chip

    def fitting(self, text: str) -> str:
        """The text as it is put in whole: a heavy one is kept, and its chip stands for it."""
        return self.keep(text) if len(text) > HEAVY else text

    def keep_file(self, name: str, mention: str) -> str:
        """Keep the mention of a file; the chip that stands for it."""
        self._count += 1
        plain = name.replace("[", "(").replace("]", ")").replace("\n", " ")
        chip = f"[file {self._count}: {plain if len(plain) <= 60 else f'{plain[:59]}…'}]"
        self._texts[chip] = mention
        return chip

    def mentioning(self, written: str) -> str:
        """The text with the mentions of files and without pasted texts."""
        return _CHIP.sub(
            lambda found: self._texts.get(found[0], found[0]) if found[0][1] == "f" else " ",
            written,
        )

    def whole(self, written: str) -> str:
        """The text that was written, with every chip as the text it stands for."""
        if not self._texts:
            return written
        # In one pass: a paste may itself hold what looks like another's chip.
        return _CHIP.sub(lambda found: self._texts.get(found[0], found[0]), written)

    def texts_in(self, written: str) -> list[tuple[str, str]]:
        """The chips in what was written, each with its text, in order."""
        chips = (found[0] for found in _CHIP.finditer(written))
        return [(chip, self._texts[chip]) for chip in chips if chip in self._texts]

    def without(self, written: str) -> str:
        """The text that was written beside the chips."""
        return _CHIP.sub(lambda found: "" if found[0] in self._texts else found[0], written)

    def chip_around(self, line: str, column: int) -> tuple[int, int] | None:
        """The first and the last column of the chip that `column` of a line is inside of."""
        for found in _CHIP.finditer(line):
            if found.start() < column < found.end() and found[0] in self._texts:
                return found.span()
        return None


class MessageHistory:
    """A place in what was sent before, and what was being written when that was left."""

    def __init__(self) -> None:
        self.waiting = ("", Pastes())
        """The draft with its chips, while something else stands in its place."""
        self._sent: list[str] = []
        self._earlier: list[str] | None = None
        """Messages of other sessions, oldest first; None until they were asked for."""
        self._at: int | None = None

    @property
    def is_open(self) -> bool:
        """True while something else stands in the place of the draft."""
        return self._at is not None

    @property
    def _all(self) -> list[str]:
        return [*(self._earlier or ()), *self._sent]

    def __contains__(self, text: str) -> bool:
        return text in self._all

    def remember(self, sent: Sequence[str], *, of_another: bool = False) -> None:
        """Take the messages of the session, oldest first; perhaps of another session."""
        is_below = self._at is not None and self._at >= len(self._all)
        if of_another:
            self._earlier = None
        self._sent = list(sent)
        if is_below:
            self._at = len(self._all)

    def lay_aside(self, text: str, pastes: Pastes) -> None:
        """Let the draft wait, unless one does already."""
        if self._at is None:
            self.waiting = (text, pastes)
            self._at = len(self._all)

    @property
    def has_older(self) -> bool:
        """True if a message before this place is known."""
        return bool(self._all if self._at is None else self._at)

    def older(self) -> str:
        """The message before; there must be one, and the draft must wait."""
        self._at = (self._at or 0) - 1
        return self._all[self._at]

    def asks_for_earlier(self) -> bool:
        """True once: those of other sessions are not known yet."""
        is_due, self._earlier = self._earlier is None, self._earlier or []
        return is_due

    def take_earlier(self, asked: Sequence[str]) -> None:
        """Take messages of other sessions, the newest first."""
        self._earlier = list(reversed(asked))
        if self._at is not None:
            self._at += len(asked)

    def newer(self) -> str | None:
        """The next message; None where the draft comes, which then waits no more."""
        if self._at is None or self._at + 1 >= len(self._all):
            self._at = None
            return None
        self._at += 1
        return self._all[self._at]

    def close(self) -> None:
        """Let nothing wait any more."""
        self._at = None

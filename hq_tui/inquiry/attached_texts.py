"""Words of attached texts: who attached them, and the line on which a quotation begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hq_tui.core.events import AttachedFile
from hq_tui.core.requests.attached import Read, nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedTexts:
    """The texts that were attached, by turn; their contents are read when they are looked at."""

    files: tuple[tuple[int, AttachedFile], ...] = ()
    read: Read = field(default=nothing, compare=False, repr=False)

    def with_files(self, turn: int, files: Sequence[AttachedFile]) -> AttachedTexts:
        """The same with the texts among `files`."""
        more = tuple((turn, one) for one in files if one.media == "text/plain")
        return AttachedTexts(files=(*self.files, *more), read=self.read) if more else self

    def texts(self, name: str) -> Iterator[str]:
        """The contents of the files of this name."""
        return (self._text(one) for _, one in self.files if _plain(one.name) == name)

    def source(self, quote: str, turn: int) -> str:
        """Name and line of the text that holds `quote`, `design.md:12`; empty for none.

        The files of `turn` come first.
        """
        for _, one in sorted(self.files, key=lambda pair: pair[0] != turn):
            if line := next(lines_of(quote, self._text(one)), 0):
                return f"{_plain(one.name)}:{line}"
        return ""

    def _text(self, file: AttachedFile) -> str:
        return (self.read(file.sha256) or b"").decode("utf-8", "replace")


NO_TEXTS = AttachedTexts()


def _plain(name: str) -> str:
    """A name without the brackets that would end a place."""
    return name.replace("[", "(").replace("]", ")")


def lines_of(quote: str, text: str) -> Iterator[int]:
    """The lines on which `quote` begins in `text`, white space aside, counted from 1."""
    words = quote.split()
    if words:
        for found in re.finditer(r"\s+".join(map(re.escape, words)), text):
            yield text.count("\n", 0, found.start()) + 1

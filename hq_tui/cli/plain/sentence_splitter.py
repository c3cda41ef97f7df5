"""Splits text that arrives in pieces into sentences; code keeps its lines.

A screen reader would read half a sentence, and then all of it again.
"""

from __future__ import annotations

import re

from hq_tui.core.conversation import Conversation
from hq_tui.core.text.fences import Nesting, opening

LONGEST = 600
"""Characters after which a sentence without an end is given back at its last space."""

_END = re.compile(r"[.!?…。！？][)\]\"'”’*_]*\s+|[。！？]")
_NO_END = re.compile(r"(?:^|\s)(?:\d{1,2}|[A-Za-z]|e\.g|i\.e|etc|cf|vs|Dr|Mr|Mrs|Ms|No)\.\s+\Z")


class SentenceSplitter:
    """Collects text until it has a whole sentence or a line of code."""

    def __init__(self) -> None:
        self._rest = ""
        self._code: Nesting | None = None

    def feed(self, text: str) -> list[str]:
        """The sentences that `text` has completed."""
        lines = (self._rest + text).split("\n")
        self._rest = lines.pop()
        found = [part for line in lines for part in self._line(line)]
        if self._code is None and not self._rest.lstrip(" >").startswith(("`", "~")):
            whole, self._rest = _split(self._rest)
            found += whole
        return found

    def end(self) -> list[str]:
        """The remaining text."""
        rest, self._rest = self._rest, ""
        return self._line(rest)

    def _line(self, line: str) -> list[str]:
        bare = line.lstrip(" >")
        if self._code is not None:
            self._code = None if self._code.closes(bare) else self._code
            return [line]
        opened = opening(bare)
        if opened is not None:
            self._code = Nesting(opened.marker)
            return [line]
        whole, rest = _split(line)
        return [*whole, *([rest.strip()] if rest.strip() else [])]


class SpokenReply:
    """Turns the replies of a session, as they grow, into the lines to read out."""

    def __init__(self, heard: str) -> None:
        self._heard = heard
        self._sentences = SentenceSplitter()

    def hear(self, conversation: Conversation) -> list[str]:
        """The lines that are complete now and were not returned before."""
        text = conversation.reply.words
        lines = []
        if not text.startswith(self._heard):
            if text:
                self._sentences = SentenceSplitter()
                lines.append("hq-tui: The reply starts over.")
            self._heard = ""
        new, self._heard = text[len(self._heard) :], text
        lines += self._sentences.feed(new)
        return lines if conversation.is_busy else lines + self._sentences.end()


def _split(line: str) -> tuple[list[str], str]:
    """The complete sentences of a line, and the rest."""
    found = []
    at = 0
    for end in _END.finditer(line):
        sentence = line[at : end.end()]
        if not _NO_END.search(sentence) and sentence.strip():
            found.append(sentence.strip())
            at = end.end()
    while len(line) - at > LONGEST:
        space = line.rfind(" ", at, at + LONGEST)
        cut = space if space > at else at + LONGEST
        found.append(line[at:cut].strip())
        at = cut
    return found, line[at:]

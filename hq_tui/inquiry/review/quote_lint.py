"""Checks that every quotation on a page is in the session that it names.

A quotation with a place, `“…” [message 7]` or `“…”⁷`, must stand word for word (white space
aside) in that message or reply, or have been typed on the board in that turn; one of another
session is looked for there, and one of an attached text, `“…” [design.md:12]`, must begin on
that line. A quotation without a place may have been said by either side, at any time, but said
it must have been. Nothing else on the page is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hq_tui.core.blocks import TextBlock, ToolBlock
from hq_tui.core.conversation import Conversation
from hq_tui.core.requests.attached import Read, nothing
from hq_tui.core.user_actions import AddItem, DecideItem, EditItem, JudgeItem, RefineItem
from hq_tui.inquiry.actions import Act, numbered
from hq_tui.inquiry.attached_texts import NO_TEXTS, AttachedTexts, lines_of
from hq_tui.inquiry.board.model import Board
from hq_tui.inquiry.citations import CLOSING, Place, place_of
from hq_tui.inquiry.text.language import squeezed


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A quotation that is not in the session. `place` is None where it names none."""

    line: int
    quote: str
    reason: str
    place: Place | None = None

    def __str__(self) -> str:
        where = f" [{self.place}]" if self.place else ""
        return f"line {self.line}: “{self.quote}”{where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWords:
    """The words of a session and those before it, by place, white space aside."""

    messages: Mapping[int, str] = field(default_factory=dict)
    replies: Mapping[int, str] = field(default_factory=dict)
    typed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    other: tuple[str, ...] = ()
    attached: AttachedTexts = NO_TEXTS
    earlier: Mapping[str, SaidWords] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        conversation: Conversation,
        acts: Iterable[Act] = (),
        earlier: Mapping[str, SaidWords] | None = None,
        read: Read = nothing,
    ) -> SaidWords:
        """The words of a session; `earlier` are those of sessions that it goes on from.

        `read` gives the contents of attached texts.
        """
        turns = list(conversation.turns)
        attached = AttachedTexts(read=read)
        for turn in turns:
            attached = attached.with_files(turn.number, turn.asked.files)
        calls = (
            text
            for turn in turns
            for block in turn.reply.shown
            if isinstance(block, ToolBlock)
            for text in _strings(block.input)
        )
        typed: dict[int, tuple[str, ...]] = {}
        for act in acts:
            match act.action:
                case AddItem(text=text) | EditItem(text=text) | RefineItem(text=text):
                    pass
                case DecideItem(text=text) | JudgeItem(why=text):
                    pass
                case _:
                    continue
            for number in {act.turn, numbered(act, conversation).turn}:
                typed[number] = (*typed.get(number, ()), squeezed(text))
        return cls(
            messages={turn.number: squeezed(turn.asked.text) for turn in turns},
            replies={turn.number: _reply(turn.reply.shown) for turn in turns},
            typed=typed,
            other=tuple(squeezed(text) for text in calls),
            attached=attached,
            earlier=earlier or {},
        )

    def holds(self, quote: str, place: Place) -> bool:
        """True if `quote` stands at `place`."""
        if place.session:
            source = self.earlier.get(place.session, _NOTHING)
            return source.holds(quote, replace(place, session=""))
        if place.file:
            name, _, line = place.file.rpartition(":")
            texts = self.attached.texts(name)
            return any(int(line) in lines_of(quote, text) for text in texts)
        if place.board:
            return any(quote in text for text in self.typed.get(place.turn, ()))
        said = self.replies if place.by == "reply" else self.messages
        return bool(quote) and quote in said.get(place.turn, "")

    def anywhere(self, quote: str) -> bool:
        """True if anybody said it, or it was filed on the board."""
        typed = (text for texts in self.typed.values() for text in texts)
        said = (*self.messages.values(), *self.replies.values(), *self.other, *typed)
        return any(quote in text for text in said) or bool(self.attached.source(quote, 0))


_NOTHING = SaidWords()


def carried_words(board: Board) -> dict[str, SaidWords]:
    """Words of other sessions that a board quotes, as far as they can be known without them."""
    found: dict[str, SaidWords] = {}
    for item in board.items:
        if not item.session:
            continue
        before, place = found.get(item.session, _NOTHING), place_of(item)
        if place.board:
            typed = (*before.typed.get(item.turn, ()), squeezed(item.text))
            after = replace(before, typed={**before.typed, item.turn: typed})
        else:
            said = f"{before.messages.get(item.turn, '')}\n{squeezed(item.quote)}"
            after = replace(before, messages={**before.messages, item.turn: said})
        found[item.session] = after
    return found


def lint(markdown: str, words: SaidWords) -> tuple[Finding, ...]:
    """Every quotation of `markdown` that the session does not hold, in order."""
    found: list[Finding] = []
    for number, line in enumerate(markdown.split("\n"), start=1):
        found += _of_line(number, line, words)
    return tuple(found)


def quotes_with_place(markdown: str) -> int:
    """The number of quotations in `markdown` that name their place."""
    return len(CLOSING.findall(markdown))


def sessions_named(markdown: str) -> set[str]:
    """The other sessions that quotations of `markdown` are of."""
    return {Place.of(one).session for one in CLOSING.finditer(markdown)} - {""}


def _reply(shown: Sequence[object]) -> str:
    return squeezed("\n".join(block.text for block in shown if isinstance(block, TextBlock)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _of_line(number: int, line: str, words: SaidWords) -> Iterator[Finding]:
    """Every quotation of one line, by its opening mark, or by its place where that mark is gone."""
    reached, start = 0, line.find("“")
    while start >= 0:
        yield from _unopened(number, line[reached:start])
        reached, finding = _at(number, line, start, words)
        if finding is not None:
            yield finding
        start = line.find("“", reached)
    yield from _unopened(number, line[reached:])


def _unopened(number: int, stretch: str) -> Iterator[Finding]:
    for closing in CLOSING.finditer(stretch):
        before = stretch[: closing.start()]
        yield _finding(number, before, "it has no opening mark", Place.of(closing))


def _at(number: int, line: str, start: int, words: SaidWords) -> tuple[int, Finding | None]:
    """The end of the quotation that opens at `start`, and what is wrong with it.

    The person's own words may hold quotation marks, so the first closing mark need not be
    the one: each that names a place is tried, farthest first, for the longest true quotation.
    """
    closings = list(CLOSING.finditer(line, start))
    for closing in reversed(closings):
        if words.holds(squeezed(line[start + 1 : closing.start()]), Place.of(closing)):
            return closing.end(), None
    plain = line.find("”", start)
    if plain < 0:
        return len(line), _finding(number, line[start + 1 :], "it has no closing mark")
    if closings and plain >= closings[0].start():
        place = Place.of(closings[0])
        quote = line[start + 1 : closings[0].start()]
        return closings[0].end(), _finding(number, quote, _reason(place, words), place)
    quote = squeezed(line[start + 1 : plain])
    unsaid = _finding(number, quote, "nobody said it in this session")
    return plain + 1, None if words.anywhere(quote) else unsaid


def _reason(place: Place, words: SaidWords) -> str:
    if place.session and place.session not in words.earlier:
        return f"session {place.session} is not here"
    return f"not in {'what was typed during ' if place.board else ''}{place.by} {place.turn}"


def _finding(number: int, quote: str, reason: str, place: Place | None = None) -> Finding:
    return Finding(line=number, quote=squeezed(quote), reason=reason, place=place)

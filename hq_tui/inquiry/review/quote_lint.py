"""Whether every quotation on a page is in the session that it claims to come from.

A quotation with a turn, `“…” [t7]`, must stand word for word (white space aside) in that
message; one marked `[t7 board]` must have been typed on the board in that turn. A
quotation without a turn may have been said by either side, at any time, but said it must
have been. Nothing else on the page is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hq_tui.core.blocks import TextBlock, ToolBlock
from hq_tui.core.conversation import Conversation
from hq_tui.core.user_actions import AddItem, DecideItem, EditItem, RefineItem
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.text.language import squeezed

_CLOSING = re.compile(r"” \[t(\d{1,9})( board)?\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A quotation that is not in the session. `turn` is 0 where it names none."""

    line: int
    quote: str
    turn: int
    reason: str

    def __str__(self) -> str:
        where = f" [t{self.turn}]" if self.turn else ""
        return f"line {self.line}: “{self.quote}”{where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Journal:
    """What was said, by turn and on the board, and everything at once."""

    said: Mapping[int, str]
    typed: Mapping[int, tuple[str, ...]]
    all: tuple[str, ...]

    def holds(self, quote: str, turn: int, *, board: bool) -> bool:
        if board:
            return any(quote in text for text in self.typed.get(turn, ()))
        return bool(quote) and quote in self.said.get(turn, "")


def lint(
    markdown: str, conversation: Conversation, acts: Sequence[Act] = ()
) -> tuple[Finding, ...]:
    """Every quotation of `markdown` that the session does not hold, in order."""
    journal = _journal(conversation, acts)
    found: list[Finding] = []
    for number, line in enumerate(markdown.split("\n"), start=1):
        found += _of_line(number, line, journal)
    return tuple(found)


def quotes_with_turn(markdown: str) -> int:
    """How many quotations of `markdown` name their turn."""
    return len(_CLOSING.findall(markdown))


def _journal(conversation: Conversation, acts: Iterable[Act]) -> _Journal:
    said, other = {}, []
    for turn in conversation.turns:
        said[turn.number] = squeezed(turn.asked.text)
        for block in turn.reply.shown:
            match block:
                case TextBlock():
                    other.append(squeezed(block.text))
                case ToolBlock():
                    other += [squeezed(text) for text in _strings(block.input)]
                case _:
                    pass
    typed: dict[int, tuple[str, ...]] = {}
    for act in acts:
        match act.action:
            case AddItem() | EditItem() | RefineItem() | DecideItem() as edit:
                typed[act.turn] = (*typed.get(act.turn, ()), squeezed(edit.text))
            case _:
                pass
    words = (*said.values(), *other, *(text for texts in typed.values() for text in texts))
    return _Journal(said=said, typed=typed, all=words)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _of_line(number: int, line: str, journal: _Journal) -> Iterator[Finding]:
    """Every quotation of one line, by its opening mark, or by its turn where that mark is gone."""
    reached, start = 0, line.find("“")
    while start >= 0:
        yield from _unopened(number, line[reached:start])
        reached, finding = _at(number, line, start, journal)
        if finding is not None:
            yield finding
        start = line.find("“", reached)
    yield from _unopened(number, line[reached:])


def _unopened(number: int, stretch: str) -> Iterator[Finding]:
    for closing in _CLOSING.finditer(stretch):
        words = squeezed(stretch[: closing.start()])
        yield _finding(number, words, int(closing[1]), "it has no opening mark")


def _at(number: int, line: str, start: int, journal: _Journal) -> tuple[int, Finding | None]:
    """Where the quotation that opens at `start` ends, and what is wrong with it.

    The user's own words may hold quotation marks, so the first closing mark need not be
    the one: each that names a turn is tried, farthest first, for the longest true quotation.
    """
    closings = list(_CLOSING.finditer(line, start))
    for closing in reversed(closings):
        quote = squeezed(line[start + 1 : closing.start()])
        if journal.holds(quote, int(closing[1]), board=bool(closing[2])):
            return closing.end(), None
    plain = line.find("”", start)
    if plain < 0:
        return len(line), _finding(number, line[start + 1 :], 0, "it has no closing mark")
    if closings and plain >= closings[0].start():
        first = closings[0]
        turn = int(first[1])
        return first.end(), _finding(
            number, line[start + 1 : first.start()], turn, f"not in turn {turn}"
        )
    quote = squeezed(line[start + 1 : plain])
    if any(quote in text for text in journal.all):
        return plain + 1, None
    return plain + 1, _finding(number, quote, 0, "nobody said it in this session")


def _finding(number: int, quote: str, turn: int, reason: str) -> Finding:
    return Finding(line=number, quote=squeezed(quote), turn=turn, reason=reason)

r"""Extensions of CommonMark, read only because replies are written that way.

Formulas between `$…$`, `$$…$$`, `\(…\)` and `\[…\]` are passed through as they came, while
prices are not formulas. Emphasis may begin and end beside the punctuation of Chinese,
Japanese and Korean, which has no spaces around it. `<br>` breaks a line in a cell. Fences
inside fences are counted.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_inline.state_inline import Scanned, StateInline

from hq_tui.core.text import fences

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block.state_block import StateBlock
    from markdown_it.token import Token

IN_CELL: dict[str, Any] = {"in_cell": True}
"""The environment in which `<br>` is a line break."""

_CLOSING = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_DOLLARS = re.compile(r"\$(?=[^\s$])(?:\\.|[^\\$`])+(?<=\S)\$(?![\d$])", re.DOTALL)
_FORMULA_SIGNS = re.compile(r"[\\^_{}=]")
_BREAK = re.compile(r"<br\s*/?>[ ]*", re.IGNORECASE)
_INTERRUPTS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def extend(parser: MarkdownIt) -> None:
    """Let `parser` read what is described above."""
    inline = _Inline()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    inline.ruler.before("escape", "formula", _formula)
    inline.ruler.before("autolink", "cell_break", _cell_break)
    parser.inline = inline
    parser.block.ruler.at("fence", _fence, _INTERRUPTS)
    parser.block.ruler.before("fence", "displayed_formula", _displayed_formula, _INTERRUPTS)


# --- emphasis beside the punctuation of the East ------------------------------------------


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = StateInline(src, md, env, tokens) if src.isascii() else _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - theirs
        scanned = super().scanDelims(start, canSplitWord)
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if not canSplitWord or (before.isascii() and after.isascii()):
            return scanned
        left, right = _kind(before), _kind(after)
        return Scanned(
            scanned.can_open or _may_open(left, right),
            scanned.can_close or _may_open(right, left),
            scanned.length,
        )


def _may_open(outside: str, inside: str) -> bool:
    """True if emphasis may stand between `outside` and `inside`, where its text begins or ends."""
    return inside in ("letter", "eastern") or (inside == "mark" and outside != "letter")


@lru_cache(maxsize=1_024)
def _kind(character: str) -> str:
    """`space`, `eastern` (a letter or a mark), `mark` or `letter`."""
    if isWhiteSpace(ord(character)):
        return "space"
    if _is_eastern(character):
        return "eastern"
    is_mark = isMdAsciiPunct(ord(character)) or isPunctChar(character)
    return "mark" if is_mark else "letter"


def _is_eastern(character: str) -> bool:
    """True if `character` is written in Chinese, Japanese or Korean and is no picture."""
    if ord(character) >= 0x1F000 and unicodedata.category(character) == "So":
        return False
    return unicodedata.east_asian_width(character) in ("W", "F", "H")


# --- formulas -----------------------------------------------------------------------------


def _formula(state: StateInline, silent: bool) -> bool:
    character = state.src[state.pos]
    if character not in "$\\":
        return False
    end = _formula_end(state.src, state.pos, state.posMax)
    if end < 0:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = " ".join(line.strip() for line in state.src[state.pos : end].split("\n"))
    state.pos = end
    return True


def _formula_end(text: str, start: int, limit: int) -> int:
    """The end of the formula that begins at `start`; -1 where none does."""
    closing = _CLOSING.get(text[start : start + 2])
    if closing is not None:
        end = text.find(closing, start + 2, limit)
        return end + 2 if end > start + 2 else -1
    if text[start] != "$" or _in_word(text[start - 1 : start]):
        return -1
    match = _DOLLARS.match(text, start, limit)
    if match is None or "**" in match[0]:
        return -1
    is_price = match[0][1].isdigit() and _FORMULA_SIGNS.search(match[0]) is None
    return -1 if is_price else match.end()


def _in_word(before: str) -> bool:
    return before.isascii() and before.isalnum()


def _displayed_formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula on lines of its own, to its closing mark or to the next blank line."""
    if _first(state, start) not in "$\\" or state.is_code_block(start):
        return False
    line = _line(state, start)
    closing = _CLOSING.get(line[:2])
    if closing is None or line.startswith(("\\(", "$$$")):
        return False
    closes_at = line.find(closing, 2)
    if 0 <= closes_at < len(line) - 2:
        return False
    if silent:
        return True
    last = start + 1
    while closes_at < 0 and last < end and not state.isEmpty(last) and _is_inside(state, last):
        closes_at = 0 if _line(state, last).endswith(closing) else -1
        last += 1
    state.line = last
    token = state.push("displayed_formula", "", 0)
    token.content = state.getLines(start, last, state.blkIndent, False)
    token.map = [start, last]
    return True


def _first(state: StateBlock, line: int) -> str:
    """The first character of a line; a line feed where it has none."""
    place: int = state.bMarks[line] + state.tShift[line]
    return state.src[place] if place < len(state.src) else "\n"


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _is_inside(state: StateBlock, line: int) -> bool:
    return state.sCount[line] >= state.blkIndent


# --- breaks and fences --------------------------------------------------------------------


def _cell_break(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<" or state.env is not IN_CELL:
        return False
    match = _BREAK.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if _first(state, start) not in "`~" or state.is_code_block(start):
        return False
    opened = fences.opening(
        state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    )
    if opened is None:
        return False
    if silent:
        return True
    nesting = fences.Nesting(opened.marker)
    line, closed = start + 1, False
    while line < end and not closed and (state.isEmpty(line) or _is_inside(state, line)):
        closed = not state.is_code_block(line) and nesting.closes(_line(state, line))
        line += 1
    state.line = line
    token = state.push("fence", "code", 0)
    token.info = opened.info
    token.content = state.getLines(start + 1, line - closed, state.sCount[start], True)
    token.markup = opened.marker
    token.map = [start, line]
    return True

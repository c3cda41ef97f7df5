"""Code as rows: its own quiet ground, the language in the corner, colours by Pygments.

A finished block is coloured as a whole. While it is still coming in, each line is coloured
on its own: that costs the same however long the block is, and is right but for what spans
lines. Either is done when a row of it is painted: of a long block, most is never looked at.
Pygments is loaded with the first block of code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from hq_tui.core.text.sanitize import sanitise
from hq_tui.ui.transcript.layout.rows import Span, TextRow, TextStyle
from hq_tui.ui.transcript.layout.wrap import columns, cut, fold_points

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

GROUND = TextStyle(role="block")
_LABEL = TextStyle(role="language")
_ROLES = (
    ("Token.Keyword", "keyword"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Comment", "comment"),
    ("Token.Name.Function", "name"),
    ("Token.Name.Class", "name"),
    ("Token.Name.Decorator", "name"),
    ("Token.Name.Builtin", "builtin"),
    ("Token.Name.Attribute", "builtin"),
    ("Token.Generic.Inserted", "string"),
    ("Token.Generic.Deleted", "keyword"),
)
_MAX_LINE = 2_000


def language_of(info: str) -> str:
    """The language that the words after a fence name; empty when they name none."""
    words = sanitise(info).replace("\n", " ").strip().strip("{}.").split()
    return words[0][:24] if words else ""


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if not language:
        return None
    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def load() -> None:
    """Load what colours code, and the languages that are written most; safe in any thread."""
    for language in ("python", "bash", "json", "javascript", "rust"):
        _lexer(language)


@lru_cache(maxsize=512)
def _style(kind: _TokenType) -> TextStyle:
    kind_name = str(kind)
    for name, role in _ROLES:
        if kind_name == name or kind_name.startswith(name + "."):
            return TextStyle(role=role)
    return GROUND


def coloured(code: str, language: str) -> Iterator[list[Span]]:
    """The spans of each line of `code`, of which no more is read than it takes."""
    lexer = _lexer(language)
    if lexer is None or _has_giant_line(code):
        for plain in code.split("\n"):
            yield [(plain, GROUND)] if plain else []
        return
    line: list[Span] = []
    for kind, text in lexer.get_tokens(code):
        style = _style(kind)
        for number, piece in enumerate(text.split("\n")):
            if number:
                yield line
                line = []
            if piece:
                line.append((piece, style))
    yield line


def _has_giant_line(code: str) -> bool:
    return len(code) > _MAX_LINE and any(len(line) > _MAX_LINE for line in code.split("\n"))


@dataclass(slots=True)
class CodeColors:
    """Code whose colours belong together, worked out as far down as they are asked for."""

    code: str
    language: str
    _lines: list[list[Span]] = field(default_factory=list, compare=False, repr=False)
    _rest: Iterator[list[Span]] | None = field(default=None, compare=False, repr=False)

    def of(self, line: int) -> list[Span]:
        """The spans of one line; none where the lexer did not come so far."""
        if self._rest is None:
            self._rest = coloured(self.code, self.language)
        while len(self._lines) <= line:
            try:
                self._lines.append(next(self._rest))
            except Exception:  # noqa: BLE001 - hundreds of lexers, and none may cost a word
                return []
        return self._lines[line]


class CodeTint(NamedTuple):
    """The colours of a piece of one line, in characters."""

    colours: CodeColors
    line: int
    start: int
    end: int

    def spans(self) -> Sequence[Span]:
        """The piece with its colours."""
        return cut(self.colours.of(self.line), [0, self.start, self.end])[1]


def code_rows(
    code: str, language: str, width: int, at: int, *, whole: bool = True
) -> list[TextRow]:
    """The rows of `code`; coloured as a whole, or line by line when it is not `whole`."""
    rows: list[TextRow] = []
    colours = CodeColors(code, language) if whole and language else None
    for number, line in enumerate(code.split("\n")):
        own = CodeColors(line, language) if language and not whole else colours
        rows.extend(_line_rows(line, own, number if whole else 0, width, at))
    return rows


def _line_rows(
    text: str, colours: CodeColors | None, line: int, width: int, at: int
) -> list[TextRow]:
    room = max(1, width - 2)
    points = [0] if len(text) * 2 <= room else fold_points(text, room)
    rows = []
    for start, end in pairwise([*points, len(text)]):
        rows.append(
            TextRow(
                spans=((" ", GROUND), (text[start:end], GROUND)) if text else ((" ", GROUND),),
                skip=1,
                join="" if start else "\n",
                fill=GROUND,
                room=width,
                at=at,
                highlight=CodeTint(colours, line, start, end) if colours and text else None,
            )
        )
    return rows


def label_row(language: str, width: int, at: int) -> list[TextRow]:
    """The row with the language in its corner; none for code without one."""
    if not language or columns(language) > width - 2:
        return []
    space = " " * (width - columns(language) - 1)
    spans = ((space, GROUND), (language, _LABEL), (" ", GROUND))
    return [TextRow(spans=spans, silent=True, fill=GROUND, room=width, at=at)]


def block_rows(code: str, language: str, width: int, at: int) -> list[TextRow]:
    """A whole block of code."""
    return label_row(language, width, at) + code_rows(code, language, width, at)

"""The questions in a text, in any language.

What stands in quotation marks, in code or in a link asks nothing. Everything else that ends
in a question mark of any script is a question, however short; a semicolon is one in Greek only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from hq_tui.core.text.fences import code_blocks
from hq_tui.inquiry.text.language import LINES, MESSAGES, words

_HIDDEN = (
    (("`",), re.compile(r"`[^`\n]{1,400}`")),
    (
        ("://", "www."),
        re.compile(r"\b(?:https?|ftp|ssh|file)://\S{1,2000}|\bwww\.\S{1,2000}"),
    ),
    (
        ("”", '"', "»", "“", "«", "」", "』"),
        re.compile(
            r"“[^“”]{0,600}”|\"[^\"\n]{0,600}\"|«[^«»]{0,600}»|„[^„“”]{0,600}[“”]|»[^«»]{0,600}«"
            r"|「[^「」]{0,600}」|『[^『』]{0,600}』"
        ),
    ),
    ((">",), re.compile(r"^ {0,3}>[^\n]*", re.MULTILINE)),
)
"""Parts that ask nothing beside code blocks, each behind signs without which none is looked for."""
_SIGNS = "?？؟\u037e፧⸮⁇⁈⁉"
_MARKS = re.compile(rf"[{_SIGNS}]+|(?<=[\u0370-\u03ff\u1f00-\u1fff]);(?=[\s)»”*_]|\Z)")
_STARTS = re.compile(
    rf"\n+|(?<=[.!…。！])[\"”’)*_]*\s+(?=[^a-z\s])|(?<=[{_SIGNS};])[\"”’)*_]*\s*|[。！]"
)
_JUNK = "*_#>•- \t"
_PARAGRAPH = re.compile(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", re.MULTILINE)
_LISTED = re.compile(r"\s*(?:[-*+•]|\(?\w{1,2}[.)])\s")


@lru_cache(maxsize=MESSAGES)
def bare(text: str) -> str:
    """`text` at the same length, with code, links and quotations as blanks."""
    for block in code_blocks(text):
        code = text[block.start : block.end]
        text = f"{text[: block.start]}{_blank(code)}{text[block.end :]}"
    for signs, pattern in _HIDDEN:
        if any(sign in text for sign in signs):
            text = pattern.sub(lambda found: _blank(found.group()), text)
    return text


def _blank(hidden: str) -> str:
    """Blanks of the same length; a quoted sentence leaves its end, where another may begin."""
    blank = "\n".join(" " * len(line) for line in hidden.split("\n"))
    ends = len(hidden) > 2 and hidden[-2] in ".!?…" and hidden[-1] in '”"»'
    return f"{blank[:-2]}. " if ends else blank


@lru_cache(maxsize=MESSAGES)
def questions_in(text: str) -> tuple[str, ...]:
    """The questions that `text` asks, in order, each a whole sentence as it was written."""
    if _MARKS.search(text) is None:
        return ()
    plain = bare(text)
    found = []
    start = 0
    for mark in _MARKS.finditer(plain):
        begins = [cut.end() for cut in _STARTS.finditer(plain, start, mark.start())]
        begin = begins[-1] if begins else start
        found.append(text[begin : mark.end()].strip(_JUNK + "\n"))
        start = mark.end()
    return tuple(one for one in found if one)


def questions_asked(text: str) -> tuple[str, ...]:
    """The questions of the last paragraph, or of the list that `text` ends with."""
    if _MARKS.search(text) is None:
        return ()
    found = list(_PARAGRAPH.finditer(bare(text)))
    first = len(found) - 1
    while first > 0 and all(
        _LISTED.match(text, one.start()) for one in found[first - 1 : first + 1]
    ):
        first -= 1
    return questions_in(text[found[first].start() : found[-1].end()]) if found else ()


def ends_with_question(text: str) -> bool:
    """True if nothing but closing marks comes after the last question."""
    plain = bare(text).rstrip().rstrip('*_)"”’ ')
    return bool(plain) and _MARKS.fullmatch(plain[-1]) is not None


def similarity(one: str, other: str) -> float:
    """The Jaccard similarity of two questions' pairs of words, quotes left out."""
    left, right = _pairs(bare(one)), _pairs(bare(other))
    return len(left & right) / len(left | right) if left and right else 0.0


@lru_cache(maxsize=LINES)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    found = words(text)
    return frozenset(pairwise(found))

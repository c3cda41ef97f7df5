"""The questions in a text, and of what type a question is.

What stands in quotation marks, in code or in a link asks nothing. Everything else that ends
in a question mark is a question, however short. The type is read from the words alone, so
that it can be had for any partner's reply, declared or not; where the words say nothing it
is `clarify`, the plainest.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from hq_tui.inquiry.language import LINES, MESSAGES, words

TYPES = ("clarify", "assume", "evidence", "view", "imply", "meta")
"""The six types that a session spreads its questions over."""

_HIDDEN = (
    (("```", "~~~"), re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)),
    (("`",), re.compile(r"`[^`\n]{1,400}`")),
    (
        ("://", "www."),
        re.compile(r"\b(?:https?|ftp|ssh|file)://\S{1,2000}|\bwww\.\S{1,2000}"),
    ),
    (("”", '"', "»"), re.compile(r"“[^“”]{0,600}”|\"[^\"\n]{0,600}\"|«[^«»]{0,600}»")),
)
"""What asks nothing, each behind signs without which it need not be looked for."""
_MARKS = re.compile("[?？؟\u037e⁇⁈⁉]+")
_STARTS = re.compile(
    r"\n+|(?<=[.!…。！])[\"”’)*_]*\s+(?=[^a-z\s])|(?<=[?？؟\u037e⁇⁈⁉])[\"”’)*_]*\s*|[。！]"
)
_JUNK = "*_#>•- \t"


def _alternatives(body: str) -> str:
    return re.sub(r" \| |\n", "|", body.strip())


_TYPE_WORDS = {
    "tension": """
which (?:of (?:the two|these|them)|one) (?:gives?|give) way | both (?:be )?(?:true|hold|stand)
(?:how|can|do) (?:these|those|the two|both|they) .{0,40}(?:fit|stand|together|square|true)
earlier you (?:said|wrote) | side by side | contradict | reconcile | gives way
""",
    "meta": """
(?:right|real|better|actual) question | question (?:behind|under|you) | not (?:yet )?asked
why (?:are|is|does|do) (?:you |we |this |it )?(?:asking|ask|question|matter) | have i not asked
what (?:are we|have we|am i) (?:not asking|missing|left out) | good answer
what would .{0,30}(?:answer|asking) (?:let|change|do for)
""",
    "evidence": """
how (?:do|did|would|could|can|will) (?:you|we|one|anyone) (?:know|tell|check|test|measure|see)
what (?:makes|made) you (?:sure|think|believe|say|certain) | evidence | measur | source | data
proof | prove | change your mind | how sure | how (?:likely|often|certain) | last time | observ
seen (?:it|that|this) | an? (?:example|case) (?:of|where|that) | convince | who (?:said|told)
where does .{0,60} come from | counter-?example | find out
""",
    "assume": """
assum | (?:has|have|would|need|needs) to be true | take(?:n|s)? for granted | depends? on
rest(?:s|ing)? on | presuppos | relies on | rely on | what if (?:that|it|this) (?:is|were|was)
always (?:true|so) | were (?:false|not true|wrong) | believe(?:d)? (?:about|so that)
holds? (?:it|this|that) up
""",
    "view": """
who (?:would|might|could|else|sees|disagree) | someone (?:who|else) | from .{0,30}point of view
(?:opponent|critic|sceptic|colleague|customer|person)s? .{0,40}(?:say|see|object|argue|think|want)
(?:other|opposite|another) (?:side|view|way of|case) | disagree | alternative | instead of
strongest (?:case|argument|objection) | object to
""",
    "imply": """
what (?:happens|follows|changes|else (?:must|would|has)) | what (?:would|will) (?:happen|follow)
then what | consequence | if (?:you|that|this|it|we) .{0,80}what | leads? to | costs? (?:you|if)
undo | a year from now | in (?:a|one|two|six|five) (?:year|month) | side effect | risk
breaks? first | who pays | give up | lose
""",
}
_TYPE = tuple(
    (name, re.compile(rf"\b(?:{_alternatives(body)})", re.IGNORECASE))
    for name, body in _TYPE_WORDS.items()
)


@lru_cache(maxsize=MESSAGES)
def bare(text: str) -> str:
    """`text` at the same length, with code, links and quotations as blanks."""
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


def ends_with_question(text: str) -> bool:
    """Whether nothing but closing marks comes after the last question."""
    plain = bare(text).rstrip().rstrip('*_)"”’ ')
    return bool(plain) and _MARKS.fullmatch(plain[-1]) is not None


@lru_cache(maxsize=MESSAGES)
def type_of(question: str) -> str:
    """The type that the words of a question show."""
    plain = bare(question)
    for name, pattern in _TYPE:
        if pattern.search(plain):
            return name
    return "clarify"


_CLOSED = re.compile(
    r"^(?:(?:and|so|but|then|ok|okay|well|now),?\s+)*(?:is|are|was|were|do|does|did|can|could|would|should|will|has|"
    r"have|had|am|may|might|must|shall|isn't|aren't|don't|doesn't|didn't|can't|couldn't|wouldn't|shouldn't|won't)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(?:don't|doesn't|isn't|aren't|wouldn't|shouldn't|couldn't|can't|won't|didn't) "
    r"(?:you|we|it|that|this|they|there)\b"
    r"|,\s*(?:right|correct|no|yes|isn't it|don't you think|wouldn't you (?:say|agree)|agreed)\s*\?"
    r"|\b(?:surely|obviously|wouldn't it be better)\b",
    re.IGNORECASE,
)
_ASKING = r"(?:what|which|who|whom|whose|when|where|why|how)"
_DOUBLE = re.compile(rf"\b{_ASKING}\b.{{3,200}}?(?:,\s*|\s)(?:and|or)\s+{_ASKING}\b", re.IGNORECASE)


def is_closed(question: str) -> bool:
    """Whether yes or no would answer it; a choice between named things is not closed."""
    plain = bare(question).strip()
    return bool(_CLOSED.match(plain)) and not re.search(r"\bor\b", plain)


def is_leading(question: str) -> bool:
    """Whether it carries the answer that it wants."""
    return bool(_LEADING.search(bare(question)))


def is_double(question: str) -> bool:
    """Whether it asks two things at once."""
    return bool(_DOUBLE.search(bare(question)))


def similarity(one: str, other: str) -> float:
    """How alike two questions are: the Jaccard measure of their pairs of words, quotes left out."""
    left, right = _pairs(bare(one)), _pairs(bare(other))
    return len(left & right) / len(left | right) if left and right else 0.0


@lru_cache(maxsize=LINES)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    found = words(text)
    return frozenset(pairwise(found))

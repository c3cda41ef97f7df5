"""A summary of at most five lines in the user's own words, and what they make of it.

It comes every few turns, by the pace, or when asked for, and ends in one question: which
line is wrong. Agreement costs nothing to say, so "sounds good" is recorded as unconfirmed;
a confirmation says that nothing is wrong, and a correction names a line.
"""

from __future__ import annotations

import re
from dataclasses import replace

from hq_tui.inquiry.board import Item, Kind, Status
from hq_tui.inquiry.intent import is_substantive
from hq_tui.inquiry.language import chunks, shorten, squeezed, words
from hq_tui.inquiry.lexicon import features
from hq_tui.inquiry.state import Checkpoint, Inquiry, Line, Request, Verdict

MOST_LINES = 5
MOST_LOOKED_AT = 30
"""How many messages back a line is looked for, where there is no board."""
QUESTION = "Which line is wrong?"

_ORDER = (
    Kind.DECISION, Kind.CLAIM, Kind.CONSTRAINT, Kind.ASSUMPTION, Kind.EVIDENCE, Kind.OPTION,
    Kind.INSIGHT, Kind.HYPOTHESIS, Kind.TERM, Kind.ACTION, Kind.OPEN_QUESTION,
)  # fmt: skip
_ASKS = re.compile(
    r"which (?:one |of (?:these|them|the) )?(?:\w+ )?(?:line|one)?s? ?is wrong", re.IGNORECASE
)
_NOTHING = re.compile(
    r"^(?:no,? )?(?:none|no line|nothing|not one)(?: of (?:them|these|the lines|it))?"
    r"(?:(?: (?:is|are))? wrong)?$"
    r"|^(?:they|these|all|all (?:of )?(?:them|these|lines|five|four|three)|all (?:of )?the lines"
    r"|every line|each line)(?: (?:is|are|still|all))*(?: (?:right|correct|true|holds?|stands?))+$"
    r"|^(?:i )?confirm(?:ed)?(?: (?:it|them|all|that))?$"
)
_NUMBERED = re.compile(
    r"\b(?:line|number|no\.?|#)\s*([1-5])\b|^\s*([1-5])\b(?!\s*(?:%|\w))", re.IGNORECASE
)
_FIRST = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": 0}


def is_due(state: Inquiry) -> bool:
    """Whether the next message should bring a checkpoint by itself."""
    last = state.checkpoint.turn if state.checkpoint else 0
    return state.turns + 1 - last >= state.pace.checkpoint_every and bool(lines_now(state))


def asks_for_a_line(question: str) -> bool:
    """Whether a question is the one that ends a checkpoint."""
    return bool(_ASKS.search(question))


def lines_now(state: Inquiry) -> tuple[Line, ...]:
    """The lines that a checkpoint would hold now, in the order in which they were said."""
    own = [item for item in state.board.live() if _can_be_shown(item)]
    own.sort(key=lambda item: (not item.pinned, _ORDER.index(item.kind), -item.turn, item.id))
    if not own:
        return _from_words(state)
    lines = [Line(quote=item.quote or item.text, turn=item.turn, id=item.id) for item in own]
    distinct = {squeezed(line.quote): line for line in reversed(lines)}
    chosen = [line for line in lines if distinct[squeezed(line.quote)] is line][:MOST_LINES]
    return tuple(sorted(chosen, key=lambda line: line.turn))


def _can_be_shown(item: Item) -> bool:
    if not item.is_users or item.kind not in _ORDER:
        return False
    return item.status in {Status.OPEN, Status.REFINED, Status.CONFIRMED, Status.ACCEPTED}


def _from_words(state: Inquiry) -> tuple[Line, ...]:
    """Without a board: the weightiest stretch of each of the user's later messages."""
    found = []
    for turn in state.spoken[-MOST_LOOKED_AT:]:
        text = state.texts[turn]
        parts = chunks(text) if is_substantive(text) else ()
        if parts:
            best = max(parts, key=lambda part: features(part.text).salience)
            found.append((features(best.text).salience, Line(quote=shorten(best.text), turn=turn)))
    found.sort(key=lambda pair: (-pair[0], pair[1].turn))
    return tuple(sorted((line for _, line in found[:MOST_LINES]), key=lambda line: line.turn))


def with_checkpoint(state: Inquiry) -> Inquiry:
    """`state` with a checkpoint at its last turn."""
    lines = lines_now(state)
    if not lines:
        return state
    made = Checkpoint(turn=state.turns, lines=lines)
    before = tuple(one for one in state.checkpoints if one.turn != made.turn)
    return replace(state, checkpoints=(*before, made))


def judged(state: Inquiry, text: str, request: Request | None) -> Inquiry:
    """`state` after the user's answer `text` to a waiting checkpoint."""
    last = state.checkpoint
    if last is None or last.verdict is not Verdict.WAITING or request is not None:
        return state
    return with_verdict(state, *verdict_of(text, len(last.lines)))


def verdict_of(text: str, lines: int) -> tuple[Verdict, tuple[int, ...]]:
    """What an answer says about `lines` lines: the verdict, and the numbers of the wrong ones."""
    plain = " ".join(words(text))
    if _NOTHING.match(plain):
        return Verdict.CONFIRMED, ()
    numbers = [int(one or other) for one, other in _NUMBERED.findall(text)]
    numbers += [place or lines for name, place in _FIRST.items() if f"the {name}" in plain]
    wrong = tuple(sorted({number for number in numbers if 1 <= number <= lines}))
    return (Verdict.CORRECTED, wrong) if wrong else (Verdict.UNCONFIRMED, ())


def with_verdict(state: Inquiry, verdict: Verdict, wrong: tuple[int, ...] = ()) -> Inquiry:
    """`state` with this verdict on its last checkpoint."""
    if not state.checkpoints:
        return state
    *before, last = state.checkpoints
    return replace(state, checkpoints=(*before, replace(last, verdict=verdict, wrong=wrong)))

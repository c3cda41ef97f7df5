"""The sections of a page: those that a mode begins with, and those that all modes share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hq_tui.inquiry.board.labels import label_of
from hq_tui.inquiry.board.model import Item, Kind, Status
from hq_tui.inquiry.brief.rows import Page, beginning, line_of, named_by, text_of
from hq_tui.inquiry.citations import Place, cited, unquoted
from hq_tui.inquiry.modes import Mode
from hq_tui.inquiry.state import Request

AGAINST = "what speaks against it"
_SAID = (Kind.INSIGHT, Kind.CLAIM, Kind.EVIDENCE, Kind.CONSTRAINT, Kind.OPTION, Kind.TERM)
_GIVES_NO_REASON = frozenset(
    {Kind.ACTION, Kind.DECISION, Kind.OPEN_QUESTION, Kind.PROPOSAL, Kind.TENSION}
)
_UNSURE = frozenset({Kind.ASSUMPTION, Kind.OPTION})


def _question(page: Page) -> list[str]:
    """What it is about: the beginning of the first message."""
    for turn in page.inquiry.spoken:
        if words := beginning(page.inquiry.texts[turn]):
            return [f"- {cited(words, Place(turn=turn))}"]
    return []


def _purpose(page: Page) -> list[str]:
    return page.rows(page.labelled("Purpose")) or _question(page)


def _happened(page: Page) -> list[str]:
    return page.rows(page.labelled("Happened")) or _question(page)


def _decision(page: Page) -> list[str]:
    taken = [item for item in page.results() if item.kind is Kind.DECISION]
    words = {item.text for item in taken}
    page.fresh(option for option in page.live(Kind.OPTION) if option.text in words)
    return page.rows(taken)


def _cause(page: Page) -> list[str]:
    causes = [item for item in page.results() if item.kind is Kind.HYPOTHESIS]
    return page.rows([*page.labelled("Cause"), *causes])


def _because(page: Page) -> list[str]:
    """What supports the result; where nothing is linked to it, what is linked to an option."""
    goals = {one for item in page.results() for one in (item.id, *item.supports)}
    goals = goals or {item.id for label in ("Outcome", "Cause") for item in page.labelled(label)}
    held = [item for item in page.live() if _gives_reason(item)]
    linked = set(goals)
    while more := {item.id for item in held if linked & set(item.supports)} - linked:
        linked |= more
    reasons = [item for item in held if item.id in linked - goals]
    if not reasons and page.inquiry.mode_name != "review":
        options = page.live(Kind.OPTION)
        below = {one for option in options for one in option.supports}
        above = {option.id for option in options}
        reasons = [item for item in held if item.id in below or above & set(item.supports)]
    reasons = [item for item in reasons if item.kind not in _UNSURE]
    return page.rows(sorted(reasons, key=lambda item: item.kind is not Kind.INSIGHT))


def _gives_reason(item: Item) -> bool:
    return item.kind not in _GIVES_NO_REASON and label_of(item) not in {"Risk", "Signal"}


def _held(page: Page) -> list[str]:
    """Where nothing has been decided: what the person holds, and what each rests on."""
    if page.results():
        return []
    rows = []
    for claim in page.fresh(page.live(Kind.CLAIM)):
        rows.append(f"- {line_of(claim)}")
        grounds = [one for one in page.live() if claim.id in one.supports]
        rows += [f"  - because: {line_of(one)}" for one in grounds]
        page.fresh(one for one in grounds if one.kind not in _UNSURE)
    return rows


def _options(page: Page) -> list[str]:
    return page.rows(page.live(Kind.OPTION))


def _choices(page: Page) -> list[str]:
    """What a design rests on, and what was said of each choice."""
    rows = []
    for option in page.live(Kind.OPTION):
        parts = [
            *page.live(*_SAID, Kind.PROPOSAL),
            *page.labelled("Reason"),
            *page.labelled("Risk"),
        ]
        rows += page.rows([option])
        under = (item for item in parts if option.id in item.supports)
        rows += [f"  {row}" for row in page.rows(under, strip=False)]
    return rows


def _against(page: Page) -> list[str]:
    """What speaks against something that stands, other than in a contradiction."""
    pairs = [set(one.contradicts) for one in page.board.of_kind(Kind.TENSION)]
    goals = {item.id for item in page.results()}
    rows = page.rows(page.labelled("Risk"))
    for item in page.live():
        if item.kind in {Kind.TENSION, Kind.OPEN_QUESTION}:
            continue
        hit = [
            one
            for one in page.find(item.contradicts)
            if not any({item.id, one.id} <= pair for pair in pairs)
        ]
        if hit:
            page.rows([item])
            named = [unquoted(text_of(one)) for one in hit if one.id not in goals]
            about = f", against: {'; '.join(named)}" if named else ""
            rows.append(f"- {line_of(item)}{about}")
    return rows


def _tensions(page: Page) -> list[str]:
    return [row for one in page.board.of_kind(Kind.TENSION) for row in page.tension(one)]


def _said(page: Page) -> list[str]:
    items = [item for kind in _SAID for item in page.live(kind)]
    asked = {item.id for item in items if _is_asked_word(item)}
    return page.rows((item for item in items if item.id not in asked), strip=False)


def _is_asked_word(item: Item) -> bool:
    return item.kind is Kind.TERM and not item.is_users


def _struck(page: Page) -> list[str]:
    items = (item for item in page.board.items if item.is_struck and item.kind is not Kind.PROPOSAL)
    return [f"- {page.struck(item)}" for item in page.fresh(items)]


def _unknown(page: Page) -> list[str]:
    """What nobody has checked or answered yet."""
    kinds = (Kind.OPEN_QUESTION, Kind.ASSUMPTION, Kind.HYPOTHESIS, Kind.TERM)
    waiting = [
        item
        for item in page.board.live(*kinds)
        if item.status in {Status.OPEN, Status.PARKED}
        and (item.kind is not Kind.TERM or _is_asked_word(item))
    ]
    parked = [item for item in page.board.items if item.status is Status.PARKED]
    rows = page.rows([*waiting, *parked])
    rows += [f"- Which side holds: {named_by(one)}" for one in page.board.open_tensions]
    return [*rows, *_untaken(page)]


def _untaken(page: Page) -> list[str]:
    """Questions that were put aside, and the one that still lies on the table."""
    inquiry, asked = page.inquiry, page.inquiry.questions
    waiting = asked[-1:] if inquiry.is_waiting_for_user else ()
    kept = [one for one in asked if (one.skipped and not one.answer) or one in waiting]
    sums_up = {turn for turn, request in inquiry.requests if request is Request.SUMMARY}
    return [
        f"- {unquoted(one.text)} (Claude, message {one.turn}, not answered)"
        for one in kept
        if one.turn not in sums_up and one.turn
    ]


def _proposed(page: Page) -> list[str]:
    return page.rows(item for item in page.live(Kind.PROPOSAL) if not item.is_settled)


def _change(page: Page) -> list[str]:
    return page.rows(item for item in page.labelled("Signal") if item.is_users)


def _found(page: Page) -> list[str]:
    """What was seen by oneself; a line with a label has a section of its own."""
    return page.rows(item for item in page.live(Kind.INSIGHT) if not label_of(item))


def _next(page: Page) -> list[str]:
    return page.rows(page.live(Kind.ACTION))


def _of(*labels: str) -> Callable[[Page], list[str]]:
    """A section of the items with one of these labels."""
    return lambda page: page.rows(item for label in labels for item in page.labelled(label))


Section = tuple[str, Callable[[Page], list[str]], str]
"""A heading, what stands under it, and what was not talked about where nothing does."""


def _form(*parts: tuple[str, str, str]) -> tuple[Section, ...]:
    """The sections of a page whose lines have labels: each label, its heading, and its name."""
    named = tuple((heading, _of(label), name) for label, heading, name in parts)
    return (("Question", _question, ""), *named, ("Decision", _decision, ""))


_MODES: Mapping[str, tuple[Section, ...]] = {
    "examine": (
        ("Question", _question, ""),
        ("Decision", _decision, ""),
        ("Because", _because, ""),
        ("Held so far", _held, ""),
    ),
    "brief": _form(
        ("Outcome", "Outcome", "the outcome"),
        ("For whom", "For whom", "for whom"),
        ("Why now", "Why now", "why now"),
        ("Success", "How success is seen", "how success is seen"),
        ("Limit", "Limit", "the limit"),
        ("Out of scope", "Out of scope", "what is out of scope"),
    ),
    "interview": _form(
        ("Actor", "Who, and when", "who, and when"),
        ("Workaround", "How it is done today", "how it is done today"),
        ("Rule", "What must never break", "what must never break"),
        ("Errors", "Errors and empty cases", "errors and empty cases"),
        ("Numbers", "Numbers", "numbers"),
        ("Out of scope", "Out of scope", "what is out of scope"),
        ("Accepted by", "Who accepts it", "who accepts it"),
    ),
    "debug": (
        ("What happened", _happened, ""),
        ("What was expected", _of("Expected"), "what was expected"),
        ("When it last worked", _of("Last worked"), "when it last worked"),
        ("Cause", _cause, "the cause"),
        ("Fix", _of("Fix"), ""),
        ("Decision", _decision, ""),
    ),
    "tutor": (
        ("Started from", _question, ""),
        ("Explained in their own words", _of("Restated"), "the whole in their own words"),
        ("Solved unaided", _of("New case"), "a new case"),
        ("Found on the way", _found, ""),
    ),
    "review": (
        ("Purpose", _purpose, ""),
        ("Not its purpose", _of("Non-goal"), ""),
        ("Decision", _decision, ""),
        ("Because", _because, ""),
        ("What the design rests on", _choices, ""),
    ),
}


def sections_of(mode: Mode) -> tuple[Section, ...]:
    """The sections that the page of a mode begins with."""
    return _MODES.get(mode.name) or _form(*((one, one, one) for one in mode.labels))


SHARED_SECTIONS: tuple[Section, ...] = (
    ("Because", _because, ""),
    ("Options", _options, ""),
    ("What speaks against it", _against, AGAINST),
    ("Contradictions", _tensions, ""),
    ("What would change it", _change, "what would change it"),
    ("Told by Claude", _of("Told"), ""),
    ("Claude's answer when asked for it", lambda page: page.told(Request.ANSWER_NOW), ""),
    ("Claude's summing up at the end", lambda page: page.told(Request.CLOSE), ""),
    ("What would have caught it earlier", _of("Caught by"), ""),
    ("Also said", _said, ""),
    ("Taken back", _struck, ""),
    ("Proposed by Claude, not taken up", _proposed, ""),
    ("Unknown", _unknown, ""),
    ("Next", _next, "the next step"),
)

"""The sections of a page: those that a mode begins with, and those that all modes share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from hq_tui.core.text.reply_notes import at_beginning
from hq_tui.inquiry.board.labels import label_of
from hq_tui.inquiry.board.model import Item, Kind, Status
from hq_tui.inquiry.brief.rows import (
    SAID,
    Page,
    beginning,
    opposing,
    since_reworded,
)
from hq_tui.inquiry.citations import Place, cited, unquoted
from hq_tui.inquiry.modes import Mode
from hq_tui.inquiry.state import Request

AGAINST = "what speaks against it"
_GIVES_NO_REASON = frozenset(
    {Kind.ACTION, Kind.DECISION, Kind.OPEN_QUESTION, Kind.PROPOSAL, Kind.TENSION}
)
_DONE = frozenset({Status.ANSWERED, Status.CONFIRMED})
_UNSURE = frozenset({Kind.ASSUMPTION, Kind.OPTION})


def _question(page: Page) -> list[str]:
    """The subject: the beginning of the first message."""
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
    """Support for the result; where nothing is linked to it, items linked to an option."""
    goals = page.goals()
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
    """Claims and the grounds of each, where nothing has been decided."""
    if page.results():
        return []
    rows = []
    for claim in page.fresh(page.live(Kind.CLAIM)):
        rows.append(f"- {page.line_of(claim)}")
        grounds = [one for one in page.live() if claim.id in one.supports]
        rows += [f"  - because: {page.line_of(one)}" for one in grounds]
        page.fresh(one for one in grounds if one.kind not in _UNSURE)
    return rows


def _options(page: Page) -> list[str]:
    options = page.live(Kind.OPTION)
    if page.inquiry.mode_name != "review":
        return page.rows(options)
    return [row for one in options for row in _choice(page, one)]


def _choices(page: Page) -> list[str]:
    """The options that a design rests on, and what was said of each."""
    doubted = {one for wish in page.live(Kind.PROPOSAL) if wish.outcome for one in wish.supports}
    below = {one for item in page.live() for one in item.supports} - doubted
    options = page.live(Kind.OPTION)
    chosen = [one for one in options if one.id in below] or options
    return [row for option in chosen for row in _choice(page, option)]


def _choice(page: Page, option: Item) -> list[str]:
    """An option, what was said of it, and what Claude would have of it."""
    if not (rows := page.rows([option])):
        return []
    named = (*page.labelled("Reason"), *page.labelled("Risk"))
    for item in (*page.live(*SAID), *named, *page.board.proposals_for(option.id)):
        is_change = label_of(item) == "Signal" and item.is_users
        if option.id in item.supports and item.kind is not Kind.OPTION and not is_change:
            first, *more = page.rows([item], strip=False) or [""]
            first += since_reworded(option, item) if first else ""
            rows += [f"  {row}" for row in (first, *more) if row]
    return rows


def _against(page: Page) -> list[str]:
    """Objections to the result; before there is one, to whatever stands."""
    goals = page.goals()
    rows = page.rows(page.labelled("Risk"))
    for item in page.live():
        if item.kind in {Kind.TENSION, Kind.OPEN_QUESTION}:
            continue
        hit = [one for one in page.opposed(item) if not one.is_struck]
        hit = [one for one in hit if not goals or one.id in goals]
        if hit and page.fresh([item]):
            named = [one for one in hit if one.id not in goals]
            rows.append(f"- {page.line_of(item)}{opposing(named)}")
    return rows


def _tensions(page: Page) -> list[str]:
    return [row for one in page.board.of_kind(Kind.TENSION) for row in page.tension(one)]


def _said(page: Page) -> list[str]:
    """Everything else that was said, and under a line what is against it."""
    items = [item for kind in SAID for item in page.live(kind) if not _is_asked_word(item)]
    moot = [item for item in page.live(Kind.ASSUMPTION) if _is_moot(page, item)]
    against = {item.id: opposing(page.opposed(item)) for item in items}
    rows = page.rows((one for one in [*items, *moot] if not against.get(one.id)), strip=False)
    left = [item for item in items if against[item.id]]
    for item in left:
        named = page.against(item)
        rows += [
            f"- {page.line_of(item, strip=False)}{against[item.id]}" for _ in page.fresh([item])
        ]
        rows += named
    return rows


def _is_moot(page: Page, item: Item) -> bool:
    """True if all that an item was said for no longer holds."""
    found = [page.board.find(one) for one in item.supports]
    return bool(found) and all(one is not None and one.is_struck for one in found)


def _is_asked_word(item: Item) -> bool:
    return item.kind is Kind.TERM and not item.is_users


def _struck(page: Page) -> list[str]:
    items = (item for item in page.board.items if item.is_struck and item.kind is not Kind.PROPOSAL)
    return _as_struck(page, items)


def _as_struck(page: Page, items: Iterable[Item]) -> list[str]:
    return [
        row for item in page.fresh(items) for row in (f"- {page.struck(item)}", *page.against(item))
    ]


def _explanations(page: Page) -> list[str]:
    """The other explanations, once the cause was found."""
    if not page.found_in:
        return []
    others = page.board.of_kind(Kind.HYPOTHESIS)
    left = page.rows(item for item in others if item.status is Status.OPEN)
    return [*_as_struck(page, (item for item in others if item.is_struck)), *left]


def _unknown(page: Page) -> list[str]:
    """Items and questions not checked or answered yet."""
    kinds = (Kind.OPEN_QUESTION, Kind.ASSUMPTION, Kind.HYPOTHESIS, Kind.TERM)
    waiting = [
        item
        for item in page.board.live(*kinds)
        if item.status in {Status.OPEN, Status.PARKED}
        and not _is_moot(page, item)
        and (item.kind is not Kind.TERM or _is_asked_word(item))
    ]
    parked = [item for item in page.board.items if item.status is Status.PARKED]
    rows = page.rows([*waiting, *parked])
    rows += [f"- Which side holds: {page.attributed(one)}" for one in page.board.open_tensions]
    return [*rows, *_untaken(page)]


def _untaken(page: Page) -> list[str]:
    """Questions that were put aside, and the one that still lies on the table."""
    inquiry, asked = page.inquiry, page.inquiry.questions
    waiting = asked[-1:] if inquiry.is_waiting_for_user else ()
    kept = [one for one in asked if (one.skipped and not one.answer) or one in waiting]
    sums_up = {turn for turn, request in inquiry.requests if request is Request.SUMMARY}
    return [
        f"- {unquoted(one.text)} ({page.partner}, message {one.turn}, not answered)"
        for one in kept
        if one.turn not in sums_up and one.turn
    ]


def _proposed(page: Page) -> list[str]:
    """Proposals that nobody took, and Claude's steps towards a cause that was found without."""
    steps = (item for item in page.live(Kind.ACTION) if _is_left(page, item))
    waiting = (item for item in page.live(Kind.PROPOSAL) if not item.is_settled)
    return page.rows([*waiting, *steps], strip=False)


def _is_left(page: Page, item: Item) -> bool:
    is_open = item.status is Status.OPEN and not item.quote and not item.is_users
    return is_open and item.changed < page.found_in


def _change(page: Page) -> list[str]:
    return page.rows(item for item in page.labelled("Signal") if item.is_users)


def _found(page: Page) -> list[str]:
    """Insights without a label; a line with one has a section of its own."""
    return page.rows(item for item in page.live(Kind.INSIGHT) if not label_of(item))


def _fix(page: Page) -> list[str]:
    """The fix; where none is known, the one that was only proposed."""
    fixes = page.labelled("Fix")
    return page.rows([item for item in fixes if item.kind is not Kind.PROPOSAL] or fixes)


def _next(page: Page) -> list[str]:
    steps = (item for item in page.live(Kind.ACTION) if item.status not in _DONE)
    return page.rows(item for item in steps if not _is_left(page, item))


def _done(page: Page) -> list[str]:
    return page.rows(item for item in page.live(Kind.ACTION) if item.status in _DONE)


def _of(*labels: str) -> Callable[[Page], list[str]]:
    """A section of the items with one of these labels."""
    return lambda page: page.rows(item for label in labels for item in page.labelled(label))


class PageSection(NamedTuple):
    """A heading, what stands under it, and what is named where no line was filed on it.

    `label` is that of its lines; with one, a line that stands elsewhere counts as filed.
    """

    heading: str
    rows: Callable[[Page], list[str]]
    name: str = ""
    label: str = ""

    def head(self, page: Page) -> str:
        """The heading, with the name of who answers."""
        return at_beginning(self.heading.replace("{partner}", page.partner))


def unfiled(page: Page, empty: Iterable[PageSection]) -> list[str]:
    """Names of the empty sections on which the board has no line at all."""
    items = page.board.items
    filed = {label_of(one, page.own) for one in items} - {""}
    named = [one.name for one in empty if one.name and one.label not in filed]
    opposed = any(item.contradicts for item in items)
    return [name for name in named if name != AGAINST or not opposed]


def _form(*parts: tuple[str, str, str]) -> tuple[PageSection, ...]:
    """The sections of a page whose lines have labels: each label, its heading, and its name."""
    return (
        PageSection("Question", _question),
        *_labelled(*parts),
        PageSection("Decision", _decision),
    )


def _labelled(*parts: tuple[str, str, str]) -> tuple[PageSection, ...]:
    return tuple(PageSection(heading, _of(label), name, label) for label, heading, name in parts)


_MODES: Mapping[str, tuple[PageSection, ...]] = {
    "examine": (
        PageSection("Question", _question),
        PageSection("Decision", _decision),
        PageSection("Because", _because),
        PageSection("Held so far", _held),
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
        PageSection("What happened", _happened),
        PageSection("What was expected", _of("Expected"), "what was expected", "Expected"),
        PageSection(
            "When it last worked", _of("Last worked"), "when it last worked", "Last worked"
        ),
        PageSection("Cause", _cause, "the cause", "Cause"),
        PageSection("Fix", _fix),
        PageSection("Decision", _decision),
        PageSection("Because", _because),
        PageSection("Other explanations", _explanations),
    ),
    "tutor": (
        PageSection("Started from", _question),
        *_labelled(("Restated", "Explained in their own words", "the whole in their own words")),
        *_labelled(("New case", "Solved unaided", "a new case")),
        PageSection("Found on the way", _found),
    ),
    "review": (
        PageSection("Purpose", _purpose),
        PageSection("Not its purpose", _of("Non-goal")),
        PageSection("Decision", _decision),
        PageSection("Because", _because),
        PageSection("What the design rests on, with reasons and risks", _choices),
    ),
}


def sections_of(mode: Mode) -> tuple[PageSection, ...]:
    """The sections that the page of a mode begins with."""
    return _MODES.get(mode.name) or _form(*((one, one, one) for one in mode.labels))


SHARED_SECTIONS: tuple[PageSection, ...] = (
    PageSection("Because", _because),
    PageSection("Options", _options),
    PageSection("What speaks against it", _against, AGAINST),
    PageSection("Contradictions", _tensions),
    PageSection("What would change it", _change, "what would change it"),
    PageSection("Unknown", _unknown),
    PageSection("Next", _next, "the next step"),
    PageSection("Told by {partner}", _of("Told")),
    PageSection("{partner}'s answer when asked for it", lambda page: page.told(Request.ANSWER_NOW)),
    PageSection("{partner}'s summing up at the end", lambda page: page.told(Request.CLOSE)),
    PageSection("What would have caught it earlier", _of("Caught by")),
    PageSection("Steps taken", _done),
    PageSection("Proposed by {partner}, not taken up", _proposed),
    PageSection("Also said", _said),
    PageSection("Taken back", _struck),
)

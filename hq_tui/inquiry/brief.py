"""The page that a session leaves behind.

It is computed from the session alone, so the same session gives the same page to the byte.
Each mode has its own sections and all modes share the last ones: what was dropped, what is
open, the next action, and how the page was made. A decision stands there only if the user
took it. No sentence is written here that nobody said; empty sections say that they are empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hq_tui.core.conversation import Conversation
from hq_tui.core.text.summary import timestamp, title_of
from hq_tui.inquiry.board.labels import label_of, labelled
from hq_tui.inquiry.board.model import Board, Item, Kind, Status
from hq_tui.inquiry.citations import cited, former, sourced, struck, unquoted
from hq_tui.inquiry.state import Inquiry
from hq_tui.inquiry.text.language import own_words, shorten

NONE = "(none)"
Section = tuple[str, list[str]]


def brief_of(conversation: Conversation, inquiry: Inquiry, *, review_line: str = "") -> str:
    """The page of the session's mode, as Markdown. `review_line` sums up its review, if wanted."""
    mode = inquiry.mode
    title = unquoted(title_of(conversation) or conversation.id or "untitled")
    lines = [f"# {mode.title}: {title}", "", f"Status: {_status(inquiry)}", ""]
    for heading, body in (*_SECTIONS[mode.name](inquiry), *_shared(inquiry)):
        lines += [f"## {heading}", "", *(body or [NONE]), ""]
    lines += ["## Method", "", _method(conversation, inquiry, review_line), ""]
    return "\n".join(lines)


def _status(inquiry: Inquiry) -> str:
    return "accepted" if inquiry.board.decisions else "draft, not confirmed"


def _rows(items: Iterable[Item]) -> list[str]:
    return [f"- {sourced(item)} ({item.id})" for item in items]


def _live(board: Board, *kinds: Kind) -> list[Item]:
    return [item for item in board.live(*kinds) if item.status is not Status.PARKED]


def _question(inquiry: Inquiry) -> list[str]:
    """What it is about: the beginning of the user's first message."""
    for turn in inquiry.spoken:
        if words := shorten(own_words(inquiry.texts[turn]).strip()):
            return [f"- {cited(words, turn)}"]
    return []


def _decision_record(inquiry: Inquiry) -> list[Section]:
    board = inquiry.board
    held = [item for item in _live(board, Kind.CLAIM, Kind.INSIGHT) if not label_of(item)]
    return [
        ("Question", _question(inquiry)),
        ("Decision", _rows(board.decisions)),
        ("Because", _rows(held)),
        ("Considered options", _rows(_live(board, Kind.OPTION))),
        ("Constraints", _rows(_live(board, Kind.CONSTRAINT))),
        ("Assumptions still unchecked", _unchecked(board)),
        ("Evidence", _rows(_live(board, Kind.EVIDENCE))),
        ("Tensions", _tensions(board)),
    ]


def _unchecked(board: Board) -> list[str]:
    items = _live(board, Kind.ASSUMPTION, Kind.HYPOTHESIS)
    return _rows(item for item in items if item.status is Status.OPEN)


def _tensions(board: Board) -> list[str]:
    lines = []
    for tension in board.of_kind(Kind.TENSION):
        outcome = f"{tension.status} t{tension.changed}" if tension.is_settled else "still open"
        lines.append(f"- {tension.id}: {outcome}")
        sides = [board.find(side) for side in tension.contradicts]
        lines += [f"  - {_either(side)} ({side.id})" for side in sides if side is not None]
        if not tension.contradicts:
            lines.append(f"  - {sourced(tension)}")
    return lines


def _either(item: Item) -> str:
    return struck(item) if item.is_struck else sourced(item)


def _labelled(*labels: str) -> Callable[[Inquiry], list[Section]]:
    """The sections of a page whose lines have names."""

    def sections(inquiry: Inquiry) -> list[Section]:
        board = inquiry.board
        named = [(label, _rows(_standing(board, label))) for label in labels]
        return [
            ("Question", _question(inquiry)),
            *named,
            ("Also said", _rows(_unnamed(board))),
            ("Assumptions still unchecked", _unchecked(board)),
            ("Tensions", _tensions(board)),
        ]

    return sections


def _standing(board: Board, label: str) -> list[Item]:
    return [item for item in labelled(board, label) if not item.is_struck]


_SAID = (Kind.CLAIM, Kind.TERM, Kind.EVIDENCE, Kind.CONSTRAINT, Kind.OPTION, Kind.INSIGHT)


def _unnamed(board: Board) -> list[Item]:
    return [item for item in _live(board, *_SAID, Kind.DECISION) if not label_of(item)]


def _incident(inquiry: Inquiry) -> list[Section]:
    board = inquiry.board
    causes = [item for item in _live(board, Kind.HYPOTHESIS) if item.status is Status.CONFIRMED]
    guesses = [item for item in board.of_kind(Kind.HYPOTHESIS) if item not in causes]
    seen = [item for item in _live(board, Kind.EVIDENCE, Kind.CLAIM) if not label_of(item)]
    return [
        ("Expected", _rows(_standing(board, "Expected"))),
        ("Happened", _rows(_standing(board, "Happened")) or _question(inquiry)),
        ("Last worked", _rows(_standing(board, "Last worked"))),
        ("Cause", _rows(causes)),
        ("Hypotheses", [f"- {_either(item)} ({item.id})" for item in guesses]),
        ("Observations", _rows(seen)),
        ("What would have caught it earlier", _rows(_standing(board, "Caught by"))),
        ("Tensions", _tensions(board)),
    ]


def _notes(inquiry: Inquiry) -> list[Section]:
    board = inquiry.board
    wrong = [item for item in board.of_kind(Kind.HYPOTHESIS, Kind.CLAIM) if item.is_struck]
    held = _live(board, Kind.CLAIM, Kind.HYPOTHESIS, Kind.TERM)
    ideas = [item for item in _live(board, Kind.INSIGHT) if not label_of(item)]
    return [
        ("Started from", _question(inquiry)),
        ("Explained in your words", _rows(_standing(board, "Restated"))),
        ("New case solved", _rows(_standing(board, "New case"))),
        ("Insights", _rows(ideas)),
        ("Still believed", _rows(held)),
        ("Misconceptions", [f"- {struck(item)} ({item.id})" for item in wrong]),
        ("Help taken", [f"- hints to level {inquiry.hint} (rule)"]),
        ("Tensions", _tensions(board)),
    ]


def _design(inquiry: Inquiry) -> list[Section]:
    board = inquiry.board
    choices = []
    for option in _live(board, Kind.OPTION):
        choices.append(f"- {sourced(option)} ({option.id})")
        parts = [item for item in board.live() if option.id in item.supports]
        choices += [f"  - {sourced(item)} ({item.id})" for item in parts]
    loose = [item for item in _unnamed(board) if item.kind is not Kind.OPTION]
    return [
        ("Purpose", _rows(_standing(board, "Purpose")) or _question(inquiry)),
        ("Non-goals", _rows(_standing(board, "Non-goal"))),
        ("Load-bearing choices", choices),
        ("Also said", _rows(loose)),
        ("Assumptions still unchecked", _unchecked(board)),
        ("Tensions", _tensions(board)),
    ]


_SECTIONS: Mapping[str, Callable[[Inquiry], list[Section]]] = {
    "examine": _decision_record,
    "brief": _labelled("Outcome", "For whom", "Why now", "Success", "Limit", "Out of scope"),
    "interview": _labelled(
        "Actor", "Workaround", "Rule", "Errors", "Numbers", "Out of scope", "Accepted by"
    ),
    "debug": _incident,
    "tutor": _notes,
    "review": _design,
}


def _shared(inquiry: Inquiry) -> list[Section]:
    """What every page ends with."""
    board = inquiry.board
    parked = [item for item in board.items if item.status is Status.PARKED]
    open_ones = [item for item in _live(board, Kind.OPEN_QUESTION, Kind.PROPOSAL) if _waits(item)]
    return [
        ("Dropped", _dropped(board)),
        ("Open", [*_rows(open_ones), *_rows(parked), *_untaken(inquiry)]),
        ("Next action", _rows(_live(board, Kind.ACTION))),
    ]


def _waits(item: Item) -> bool:
    return item.status is Status.OPEN


def _dropped(board: Board) -> list[str]:
    lines = []
    for item in board.items:
        if item.is_struck:
            lines.append(f"- {struck(item)} ({item.id})")
        lines += [f"- {former(item, one)}" for one in item.earlier]
    return lines


def _untaken(inquiry: Inquiry) -> list[str]:
    """Questions that were put aside, and the one that still lies on the table."""
    asked = inquiry.questions
    waiting = asked[-1:] if inquiry.is_waiting_for_user else ()
    kept = [one for one in asked if one.skipped and not one.answer]
    kept += [one for one in waiting if one not in kept]
    return [f"- {unquoted(one.text)} (asked, t{one.turn})" for one in kept]


def _method(conversation: Conversation, inquiry: Inquiry, review_line: str) -> str:
    models = dict.fromkeys(
        attempt.answered_by or attempt.model
        for turn in conversation.turns
        for attempt in turn.reply.attempts
    )
    model = ", ".join(name for name in models if name) or conversation.model or "none"
    rehearsed = model.startswith("rehearsal")
    partner = "rehearsal, rule-based, no model" if rehearsed else "Claude"
    parts = [
        f"mode: {inquiry.mode_name}",
        f"partner: {partner}",
        f"model: {model}",
        f"turns: {inquiry.turns}",
        f"begun: {timestamp(conversation.created)}" if conversation.created else "",
        f"session: {conversation.id}" if conversation.id else "",
        review_line,
    ]
    return " · ".join(part for part in parts if part)

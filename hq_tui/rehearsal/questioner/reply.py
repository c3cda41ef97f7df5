"""Composes one reply of the rehearsal partner.

A request of the app (hint, answer, close) comes first, then the next question of the mode's
list, then the end.
"""

from collections.abc import Mapping, Sequence
from zlib import crc32

from hq_tui.rehearsal.questioner.history import History, PastTurn, read_history
from hq_tui.rehearsal.questioner.ladders import LADDERS, Step
from hq_tui.rehearsal.questioner.quoting import asks

WHO = (
    "I am the rehearsal partner, rule-based and not Claude: a fixed list of questions in English. "
    "I quote your words and understand none of them."
)
"""Introduction in the first reply."""

_NOTED = (
    "You write “{quote}”.",
    "“{quote}”: noted in your words.",
    "I keep “{quote}” as you put it.",
    "“{quote}” is what I have from you now.",
)
_NO_ANSWER = "I am rule-based and not Claude, so I have no answer to give."
_HINTS = (
    "Look at {about} again, word by word.",
    "Take the last time it happened, and only that one.",
    "Say it as a friend would who holds the opposite.",
)
_LINES = 5


def compose(
    messages: Sequence[Mapping[str, object]], *, system: str = "", seed: str = ""
) -> tuple[str, list[Mapping[str, object]]]:
    """The text of the reply to `messages` (as in the Messages API), and its board additions."""
    history = read_history(messages, system)
    return _said(history, seed), _filed(history)


def _said(history: History, seed: str) -> str:
    """The text of the reply, with its question last."""
    match history.now.request:
        case "answer_now" | "tell":
            return _told(history)
        case "close":
            return _closed(history, "We stop here.")
        case "hint":
            return _hinted(history)
    step = _next_step(history)
    if step is None:
        return _closed(history, "That was the last of my questions.")
    question = _worded(step, history)
    before = _reflected(history, seed)
    return f"{before}\n\n{question}" if before else question


def _hinted(history: History) -> str:
    """The question once more with a hint before it; after the last hint, what there is to tell."""
    step = _open_step(history)
    level = history.now.level or 1 + sum(t.reply.startswith("Hint ") for t in history.before)
    if step is None or level > len(_HINTS):
        return _told(history)
    question = _worded(step, history)
    hint = _HINTS[level - 1].format(about=_subject(history))
    return f"Hint {level}. {hint}\n\n{question}"


def _next_step(history: History) -> Step | None:
    """The first step of the mode that has not been asked; None when the list is at its end."""
    asked = "\n".join(turn.reply for turn in history.before)
    return next(
        (step for step in LADDERS[history.mode] if _worded(step, history) not in asked), None
    )


def _open_step(history: History) -> Step | None:
    """The step that was asked last: what a hint is about."""
    for turn in reversed(history.before):
        for step in LADDERS[history.mode]:
            if _worded(step, history) in turn.reply:
                return step
    return None


def _worded(step: Step, history: History) -> str:
    return step.question.format(about=_subject(history))


def _subject(history: History) -> str:
    return f"“{history.about}”" if history.about else "it"


def _reflected(history: History, seed: str) -> str:
    """The text before the question: an introduction, once, and the user's words."""
    now = history.now
    parts = [] if any(WHO in turn.reply for turn in history.before) else [WHO]
    if asks(now.text) and len(history.turns) > 1:
        parts.append("I cannot answer that; I only ask.")
    if now.quote:
        start = crc32(f"{seed}/{history.turns[0].text[:200]}".encode("utf-8", "replace"))
        phrase = _NOTED[(start + len(history.turns)) % len(_NOTED)]
        parts.append(phrase.format(quote=now.quote))
    elif now.request == "skip":
        parts.append("Then we leave that one.")
    elif len(history.turns) > 1:
        parts.append("I go on from what you wrote before.")
    return " ".join(parts)


def _told(history: History) -> str:
    lines = _listed(history)
    own = f"\n\nWhat you said yourself so far:\n{lines}" if lines else ""
    return f"{_NO_ANSWER}{own}\n\nWrite on whenever you like; I take up where we were."


def _closed(history: History, beginning: str) -> str:
    if any("the board keeps them" in turn.reply for turn in history.before):
        return "I have nothing left to ask. Whatever you write goes on the board."
    lines = _listed(history)
    own = f" Your lines, as you put them:\n{lines}\n\n" if lines else " "
    return f"{beginning}{own}F10 makes a page of your lines; the board keeps them."


def _listed(history: History) -> str:
    """The first line and the newest ones, each with the number of its message."""
    lines = history.lines
    shown = [*lines[:1], *lines[1:][-(_LINES - 1) :]]
    return "\n".join(f"- “{turn.quote}” (message {turn.number})" for turn in shown)


def _filed(history: History) -> list[Mapping[str, object]]:
    """The line of this turn for the board, and that of the turn before where it was lost."""
    turns = [*(history.before[-1:] if history.lost else ()), history.now]
    return [_add(turn, _answered(turn, history)) for turn in turns if turn.quote]


def _answered(turn: PastTurn, history: History) -> Step | None:
    """The step that a turn answers: the one asked in the reply before it."""
    before = history.turns[: history.turns.index(turn)]
    if not before or asks(turn.text):
        return None
    asked = before[-1].reply
    return next((s for s in LADDERS[history.mode] if _worded(s, history) in asked), None)


def _add(turn: PastTurn, step: Step | None) -> dict[str, object]:
    kind = step.kind if step else "question" if asks(turn.text) else "claim"
    named = {"text": f"{step.label}: {turn.quote}"} if step and step.label else {}
    return {"kind": kind, **named, "quote": turn.quote}

"""The board update that goes with a reply: what was said, what was asked, where we are.

The partner files the user's words and nothing else. It never infers an item and
never decides: every added line is a verbatim quotation from the turn it names.
"""

from collections.abc import Iterable, Mapping

from hq_tui.inquiry.language import shorten, squeezed

from .choosing import SHOWN_AS
from .history import History
from .memory import Idea, Memory
from .parts import Part, answered_part, supported

ADDS_AT_MOST = 4
Op = dict[str, object]


def adds(history: History, memory: Memory) -> list[Op]:
    """The new lines of this turn that are not on the board yet.

    Those of the turn before come first where the update that held them was lost.
    """
    filed = {squeezed(str(op.get("quote", ""))) for op in history.ops if op.get("op") == "add"}
    turns = [*(turn.number for turn in history.before[-1:] if history.now.lost), history.now.number]
    new = [idea for turn in turns for idea in memory.fresh(turn)]
    fresh = [idea for idea in new if squeezed(idea.text) not in filed]
    ops = [_add(history, idea, place) for place, idea in enumerate(fresh[:ADDS_AT_MOST], start=1)]
    for turn in turns:
        part = answered_part(history, turn)
        first = next((at for at, op in enumerate(ops) if op["turn"] == turn), None)
        if part is not None and first is not None:
            ops[first] |= _as_part(history, part, fresh[first])
    return ops


def _add(history: History, idea: Idea, place: int) -> Op:
    return {
        "op": "add",
        "ref": f"t{idea.turn}n{place}",
        "kind": kind_of(idea, history.mode),
        "text": shorten(idea.text, 30, 120),
        "quote": idea.text,
        "turn": idea.turn,
        "by": "user",
        "confidence": _confidence(idea),
        "supports": [],
        "contradicts": [],
    }


def _as_part(history: History, part: Part, idea: Idea) -> Op:
    """What an item is besides when it answers the question for a part of the page."""
    text = f"{part.label}: {idea.text}" if part.label else idea.text
    supports = list(supported(history)) if part.label else []
    return {"kind": part.kind, "text": shorten(text, 30, 120), "supports": supports}


def kind_of(idea: Idea, mode: str) -> str:
    """The kind of board item that the words of an idea make it."""
    text = f" {idea.text.lower()} "
    names = idea.marks.names
    if any(mark in text for mark in (" means ", " i mean ", " defined as ")):
        return "term"
    if any(mark in text for mark in (" assume", " suppose", " taking for granted")):
        return "assumption"
    if any(mark in text for mark in (" measured", " we saw", " i saw", " i read", " tested")):
        return "evidence"
    if "number" in names and "plan" not in names and "obligation" not in names:
        return "evidence"
    if "constraint" in names and "number" in names:
        return "constraint"
    if "dilemma" in names and "plan" in names:
        return "option"
    return "hypothesis" if mode == "debug" and names & {"hedge", "causal"} else "claim"


def _confidence(idea: Idea) -> str:
    if "hedge" in idea.marks.names:
        return "low"
    return "high" if "absolute" in idea.marks.names else "unknown"


def tension(history: History, older: Idea, newer: Idea, new: Iterable[Op], why: str) -> Op:
    """The item that says two lines of the user do not seem to fit."""
    known = [name for idea in (older, newer) if (name := board_name(history, idea, new))]
    return {
        "op": "add",
        "ref": f"t{history.now.number}n9",
        "kind": "tension",
        "text": shorten(f"t{older.turn} and t{newer.turn} do not seem to fit: {why}", 30, 120),
        "quote": newer.text,
        "turn": newer.turn,
        "by": "partner",
        "confidence": "unknown",
        "supports": [],
        "contradicts": known,
    }


def board_name(history: History, idea: Idea, new: Iterable[Op] = ()) -> str:
    """The id or temporary name under which an idea can be pointed at; else empty."""
    wanted = squeezed(idea.text)
    for op in new:
        if squeezed(str(op.get("quote", ""))) == wanted:
            return str(op["ref"])
    for old in history.ops:
        if old.get("op") == "add" and squeezed(str(old.get("quote", ""))) == wanted:
            return history.ids.get(str(old.get("ref", "")), "")
    return ""


def ask(question: str, kind: str, why: str, targets: Iterable[str] = ()) -> Op:
    """The question as it goes on the board."""
    return {
        "op": "ask",
        "text": question,
        "qtype": SHOWN_AS.get(kind, kind),
        "why": shorten(why, 15),
        "targets": [target for target in targets if target],
    }


def resolve(name: str, outcome: str, quote: str, turn: int) -> Op:
    """The user's own outcome for a tension."""
    return {"op": "resolve", "id": name, "outcome": outcome, "quote": quote, "turn": turn}


def phase(history: History, to: str) -> list[Op]:
    """The move to another phase, when it is one."""
    last = [op.get("to") for op in history.ops if op.get("op") == "phase"]
    return [] if last[-1:] == [to] else [{"op": "phase", "to": to}]


def reveal(level: int, *, answer_given: bool) -> Op:
    """A hint of some level, or the answer."""
    return {"op": "reveal", "level": level, "answer_given": answer_given}


def has_closed(ops: Iterable[Mapping[str, object]]) -> bool:
    """Whether the last phase that was named is the close."""
    phases = [op.get("to") for op in ops if op.get("op") == "phase"]
    return phases[-1:] == ["close"]

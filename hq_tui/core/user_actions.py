"""The person's actions other than messages: board edits and choices about the inquiry.

In the journal an action is a fixed word and an object; only `read_action` and `wire_form`
know that form. An unknown word becomes an `UnknownAction` that keeps its detail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import assert_never

from hq_tui.core.json_fields import is_count, text_in


class Verdict(StrEnum):
    """Verdicts on a board item, as the journal spells them."""

    RETRACT = "board.retract"
    CONTEST = "board.contest"
    CONFIRM = "board.confirm"
    ANSWER = "board.answer"
    REJECT = "board.reject"
    PARK = "board.park"
    REOPEN = "board.reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItem:
    """One more line on the board."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditItem:
    """Other words for an item."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefineItem:
    """A narrower wording; for a tension, that of the claim that gives way."""

    id: str
    text: str
    gives_way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinItem:
    """An item is pinned, or no longer is."""

    id: str
    pinned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeItem:
    """A verdict on an item, with a reason; for a tension, also the claim that gives way."""

    id: str
    verdict: Verdict
    why: str = ""
    gives_way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideItem:
    """A decision: an item that becomes or is one, or words of its own without an item."""

    id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptProposal:
    """A proposal of the model is accepted."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoEdit:
    """The last edit of the board since the last message is taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMode:
    """Another mode from the next message on; `before` is the one that held until then."""

    mode: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipQuestion:
    """The question of a turn is skipped; without a turn, whichever is on the table."""

    turn: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """One line of a summary: the user's words and their turn."""

    quote: str
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSummary:
    """A summary was shown, with exactly these lines."""

    lines: tuple[SummaryLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOver:
    """The session goes on from another one: with the items of its board, and its page."""

    session: str
    page: str = ""
    items: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownAction:
    """An action of another version: it changes nothing and is kept as it came."""

    what: str
    detail: Mapping[str, object]


BoardEdit = AddItem | EditItem | RefineItem | PinItem | JudgeItem | DecideItem | AcceptProposal
"""Actions that may change the board."""
UserAction = (
    BoardEdit | UndoEdit | ChangeMode | SkipQuestion | ShowSummary | CarryOver | UnknownAction
)
"""Every action."""


def wire_form(action: UserAction) -> tuple[str, dict[str, object]]:
    """The word and the detail of an action, as the journal has them."""
    match action:
        case AddItem():
            return "board.add", {"kind": action.kind, "text": action.text}
        case EditItem():
            return "board.edit", {"id": action.id, "text": action.text}
        case RefineItem():
            return "board.refine", {
                "id": action.id, "text": action.text, **_named(gives_way=action.gives_way)
            }  # fmt: skip
        case PinItem():
            # The empty text says nothing; the journal has always had it.
            return "board.pin" if action.pinned else "board.unpin", {"id": action.id, "text": ""}
        case JudgeItem():
            return str(action.verdict), {
                "id": action.id, "why": action.why, **_named(gives_way=action.gives_way)
            }  # fmt: skip
        case DecideItem():
            return "board.decide", {**_named(id=action.id), "text": action.text}
        case AcceptProposal():
            return "board.accept", {"id": action.id}
        case UndoEdit():
            return "board.undo", {}
        case ChangeMode():
            return "mode", {"mode": action.mode, "from": action.before}
        case SkipQuestion():
            return "skip", {} if action.turn is None else {"turn": action.turn}
        case ShowSummary():
            rows = [{"quote": line.quote, "turn": line.turn} for line in action.lines]
            return "summary", {"lines": rows}
        case CarryOver():
            items = [dict(item) for item in action.items]
            return "carry", {"session": action.session, "page": action.page, "items": items}
        case UnknownAction():
            return action.what, dict(action.detail)
        case _:
            assert_never(action)


def read_action(what: str, detail: Mapping[str, object]) -> UserAction:
    """The action that a word and its detail tell of; a part that is missing or odd is empty."""
    part = partial(text_in, detail)
    if what in _VERDICTS:
        verdict = Verdict(what)
        return JudgeItem(
            id=part("id"), verdict=verdict, why=part("why"), gives_way=part("gives_way")
        )
    match what:
        case "board.add":
            return AddItem(kind=part("kind"), text=part("text"))
        case "board.edit":
            return EditItem(id=part("id"), text=part("text"))
        case "board.refine":
            return RefineItem(id=part("id"), text=part("text"), gives_way=part("gives_way"))
        case "board.pin" | "board.unpin":
            return PinItem(id=part("id"), pinned=what == "board.pin")
        case "board.decide":
            return DecideItem(id=part("id"), text=part("text"))
        case "board.accept":
            return AcceptProposal(id=part("id"))
        case "board.undo":
            return UndoEdit()
        case "mode":
            return ChangeMode(mode=part("mode"), before=part("from"))
        case "skip":
            return SkipQuestion(turn=_number(detail.get("turn")))
        case "summary":
            return ShowSummary(lines=_lines(detail.get("lines")))
        case "carry":
            items = detail.get("items")
            found = items if isinstance(items, list | tuple) else ()
            return CarryOver(
                session=part("session"),
                page=part("page"),
                items=tuple(item for item in found if isinstance(item, Mapping)),
            )
        case _:
            return UnknownAction(what=what, detail=dict(detail))


_VERDICTS = frozenset(Verdict)


def _named(**parts: str) -> dict[str, object]:
    return {name: part for name, part in parts.items() if part}


def _number(value: object) -> int | None:
    return value if is_count(value) else None


def _lines(rows: object) -> tuple[SummaryLine, ...]:
    listed = rows if isinstance(rows, list | tuple) else ()
    return tuple(
        SummaryLine(quote=row["quote"], turn=_number(row.get("turn")) or 0)
        for row in listed
        if isinstance(row, Mapping) and isinstance(row.get("quote"), str)
    )

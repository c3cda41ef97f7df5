"""A board call read as operations, in whatever form a model wrote it.

Next to nothing is required. What is missing gets its default, what has another shape is read
if it can be, and an operation that makes no sense is told by itself and costs no other one.
Two forms are read: the present one, with a list for each thing to do (`add`, `change`,
`settle`) and the question beside them, and that of the first version, one list `ops`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hq_tui.inquiry.board.model import By, Kind, Status
from hq_tui.inquiry.text.language import squeezed

MOST_OPS = 60
"""More operations than a reply can mean."""
WHY_WORDS = 15
KIND_WORDS = {"contradiction": Kind.TENSION, "question": Kind.OPEN_QUESTION}
"""Words for kinds that say more to a model than those of the journal."""
OUTCOMES = ("answered", "confirmed", "rejected", "retracted", "parked")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOp:
    """One more item. `where` names it in the answer, `name` in the rest of the call."""

    where: str
    name: str
    kind: Kind
    text: str
    quote: str = ""
    turn: int = 0
    inferred: bool = False
    supports: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOp:
    """Another wording of an item."""

    where: str
    id: str
    text: str
    quote: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleOp:
    """An outcome of an item."""

    where: str
    id: str
    outcome: Status
    quote: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A call's words on the question of its reply; without a text, of the one that was written.

    `targets` are names as the model wrote them, or ids once they are known.
    """

    text: str = ""
    why: str = ""
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HintOp:
    """The hint level that a reply reached by itself."""

    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An operation that makes no sense, and why."""

    where: str
    reason: str


Operation = AddOp | ChangeOp | SettleOp | Ask | HintOp | Unreadable


def read_call(given: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Every operation of a call: additions first in their order, contradictions behind them."""
    found = [*_old_form(given.get("ops", ())), *_lists(given), *_beside(given)]
    found += [
        Unreadable(where=str(key)[:40], reason="no such field")
        for key in given
        if key not in _LISTS and key not in {"ops", "ask", "why", "about", "hint"}
    ]
    if len(found) > MOST_OPS:
        reason = f"{len(found)} operations; {MOST_OPS} is the most"
        found = [*found[:MOST_OPS], Unreadable(where="the rest", reason=reason)]
    return tuple(sorted(found, key=_is_contradiction))


def _is_contradiction(op: Operation) -> bool:
    return isinstance(op, AddOp) and op.kind is Kind.TENSION


def _lists(given: Mapping[str, Any]) -> Iterator[Operation]:
    for name, read in _LISTS.items():
        for number, row in enumerate(_rows(given.get(name)), start=1):
            where = f"n{number}" if name == "add" else f"{name} {_text(row, 'id') or number}"
            yield read(where, row) if isinstance(row, Mapping) else _no_object(where)


def _beside(given: Mapping[str, Any]) -> Iterator[Operation]:
    ask = given.get("ask")
    row = ask if isinstance(ask, Mapping) else {**given, "text": ask}
    if any(given.get(key) for key in ("ask", "why", "about")):
        yield _ask("ask", row)
    if given.get("hint") is not None:
        yield _hint("hint", given)


def _old_form(ops: object) -> Iterator[Operation]:
    for number, row in enumerate(_rows(ops)):
        where = f"ops[{number}]"
        if not isinstance(row, Mapping):
            yield _no_object(where)
        elif (name := str(row.get("op"))) in _OLD_NAMES:
            yield _OLD_NAMES[name](where, row)
        elif name != "phase":
            yield Unreadable(where=where, reason=f"no operation `{name[:20]}`")


def _rows(value: object) -> Sequence[object]:
    """A list, one object for a list of it, or a list that was written as a text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return (value,) if value else ()
    if isinstance(value, list | tuple):
        return value
    return () if value is None else (value,)


def _no_object(where: str) -> Unreadable:
    return Unreadable(where=where, reason="not an object")


def _add(where: str, row: Mapping[str, Any]) -> Operation:
    word = _text(row, "kind").strip().lower()
    if word not in KIND_WORDS and word not in set(Kind):
        return Unreadable(where=where, reason=f"no kind `{word[:20]}`")
    quote = _text(row, "quote").strip()
    return AddOp(
        where=where,
        name=_text(row, "ref").strip() or where,
        kind=KIND_WORDS.get(word) or Kind(word),
        text=squeezed(_text(row, "text")) or squeezed(quote),
        quote=quote,
        turn=_whole(row, "turn"),
        inferred=row.get("by") == By.PARTNER,
        supports=_names(row, "for", "supports"),
        against=_names(row, "against", "contradicts"),
    )


def _change(where: str, row: Mapping[str, Any]) -> Operation:
    quote = _text(row, "quote").strip()
    return ChangeOp(
        where=where,
        id=_text(row, "id"),
        text=squeezed(_text(row, "text")) or squeezed(quote),
        quote=quote,
        turn=_whole(row, "turn"),
    )


def _settle(where: str, row: Mapping[str, Any]) -> Operation:
    word = _text(row, "as", "outcome").strip().lower()
    if word not in {*OUTCOMES, "refined", "contested"}:
        return Unreadable(where=where, reason=f"no outcome `{word[:20]}`")
    return SettleOp(
        where=where,
        id=_text(row, "id"),
        outcome=Status(word),
        quote=_text(row, "quote").strip(),
        turn=_whole(row, "turn"),
    )


def _ask(_where: str, row: Mapping[str, Any]) -> Operation:
    why = _text(row, "why").split()
    return Ask(
        text=squeezed(_text(row, "text")),
        why=" ".join(why[:WHY_WORDS]) + ("…" if len(why) > WHY_WORDS else ""),
        targets=_names(row, "about", "targets"),
    )


def _hint(_where: str, row: Mapping[str, Any]) -> Operation:
    return HintOp(level=min(max(_whole(row, "level", "hint"), 0), 4))


_LISTS: Mapping[str, Callable[[str, Mapping[str, Any]], Operation]] = {
    "change": _change, "add": _add, "settle": _settle
}  # fmt: skip
_OLD_NAMES: Mapping[str, Callable[[str, Mapping[str, Any]], Operation]] = {
    **_LISTS, "revise": _change, "resolve": _settle, "ask": _ask, "reveal": _hint
}  # fmt: skip


def _text(row: object, *names: str) -> str:
    """The first of `names` that holds a text."""
    given = row if isinstance(row, Mapping) else {}
    return next((value for name in names if isinstance(value := given.get(name), str)), "")


def _whole(row: Mapping[str, Any], *names: str) -> int:
    values = (row.get(name) for name in names)
    return next((v for v in values if isinstance(v, int) and not isinstance(v, bool)), 0)


def _names(row: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    """Ids, names or words: a list, or one text."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return (value,)
        if isinstance(value, list | tuple):
            return tuple(part for part in value if isinstance(part, str) and part.strip())
    return ()

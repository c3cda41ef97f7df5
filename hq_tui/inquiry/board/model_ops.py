"""What the model may do to the board, and what becomes of the rest.

A call is a list of operations. If any of them is misshapen, nothing happens. Otherwise
each is judged by itself, in order, against one rule above all: the user has authority.
What the user typed, edited or pinned is locked; a change of it becomes a proposal. An
outcome that speaks for the user needs their words. A decision is accepted by the user or
not at all.

A quotation is checked, not trusted: it is, word for word (white space aside), in the message it
names or in an attached text, or the item is kept as a paraphrase and does not count as the
user's.

The question and the hint level that travel among them are handed back beside the board.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hq_tui.core.text.sanitize import counted
from hq_tui.inquiry.attached_texts import NO_TEXTS, AttachedTexts
from hq_tui.inquiry.board.model import (
    LIMIT_ADDS,
    LIMIT_ITEMS,
    LIMIT_TEXT,
    Board,
    By,
    Item,
    Kind,
    Status,
    reworded,
    settled,
)
from hq_tui.inquiry.board.schema import problems
from hq_tui.inquiry.text.language import is_verbatim, squeezed, words

WHY_WORDS = 15
SPEAKS_FOR_USER = frozenset({"retracted", "refined", "contested", "confirmed", "rejected"})
"""Outcomes that need the user's own words."""

Op = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An operation that was done: its place in the call, the item, perhaps a remark."""

    op: int
    id: str
    ref: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An operation that was not done, and why. `op` is -1 where the call as a whole is meant."""

    op: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The question that the model says it asked."""

    text: str
    why: str = ""
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """The hint level that a reply reached."""

    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A call and what became of it. `failed` means that it was misshapen and nothing was done."""

    board: Board
    applied: tuple[Change, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    failed: bool = False
    adds: int = 0
    asks: tuple[Ask, ...] = ()
    reveal: Reveal | None = None
    refs: Mapping[str, str] = field(default_factory=dict)

    def meant(self, name: str) -> Item | None:
        """The item that `name` means: a name given in this call, an id, or an earlier name."""
        name = name.strip()
        given = self.refs.get(name)
        if given is None and self.board.find(name) is None:
            given = self.board.names.get(name)
        return self.board.find(given or name)

    def targets(self, names: Sequence[str]) -> tuple[str, ...]:
        """The ids of the items that `names` mean; names of nothing are left out."""
        found = (self.meant(name) for name in names)
        return tuple(dict.fromkeys(item.id for item in found if item is not None))

    def naming(self, ref: str, id: str) -> Applied:
        """The same, with `ref` as a name of the item `id`."""
        if not ref:
            return self
        board = replace(self.board, names={**self.board.names, ref: id})
        return replace(self, board=board, refs={**self.refs, ref: id})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What the operations of one reply are judged by."""

    turn: int
    user_texts: Mapping[int, str]
    attached: AttachedTexts

    def source(self, quote: str, turn: int) -> str:
        """Name and line of an attached text that holds `quote`; empty if the user wrote it."""
        is_asked = bool(words(quote)) and not self.verifies(quote, turn)
        return self.attached.source(quote, turn) if is_asked else ""

    def verifies(self, quote: str, turn: int) -> bool:
        """True if the user wrote `quote` in `turn`."""
        return bool(words(quote)) and is_verbatim(quote, self.user_texts.get(turn, ""))

    def named(self, turn: int) -> int:
        """The turn that an operation names, or the present one where that never was."""
        return turn if turn in self.user_texts else self.turn


def apply_ops(
    board: Board,
    ops: object,
    *,
    turn: int,
    user_texts: Mapping[int, str],
    attached: AttachedTexts = NO_TEXTS,
    adds_before: int = 0,
) -> Applied:
    """The board after `ops`, each judged. `adds_before` counts earlier calls of the reply."""
    if wrong := problems(ops):
        return failed(board, *wrong)
    assert isinstance(ops, Sequence)  # noqa: S101 - `problems` has just said so
    scene = _Scene(turn=turn, user_texts=user_texts, attached=attached)
    state = Applied(board=board, adds=adds_before)
    for number, op in enumerate(ops):
        state = _DO[str(op["op"])](state, number, op, scene)
    return state


def failed(board: Board, *reasons: str) -> Applied:
    """A call of which nothing was done, for these reasons."""
    return Applied(
        board=board, failed=True, rejected=tuple(Rejection(op=-1, reason=why) for why in reasons)
    )


def _no(state: Applied, number: int, reason: str) -> Applied:
    return replace(state, rejected=(*state.rejected, Rejection(op=number, reason=reason)))


def _yes(state: Applied, board: Board, number: int, id: str, **more: str) -> Applied:
    change = Change(op=number, id=id, **more)
    return replace(state, board=board, applied=(*state.applied, change))


def _too_much(state: Applied) -> str:
    if state.adds >= LIMIT_ADDS:
        return f"{LIMIT_ADDS} adds a reply is the most; revise or merge instead"
    if len(state.board.items) >= LIMIT_ITEMS:
        return f"the board holds {LIMIT_ITEMS} items, which is the most; revise or merge instead"
    return ""


def _bad_text(text: str) -> str:
    if not text:
        return "the text is empty"
    if len(text) > LIMIT_TEXT:
        return f"the text has {counted(len(text), 'character')}; {LIMIT_TEXT} is the most"
    return ""


def _add(state: Applied, number: int, op: Op, scene: _Scene) -> Applied:
    text, ref = squeezed(op["text"]), op["ref"].strip()
    if reason := _bad_text(text) or _too_much(state):
        return _no(state, number, reason)
    kind = Kind(op["kind"])
    if same := _same(state.board, kind, text):
        return _no(state.naming(ref, same.id), number, f"already on the board as {same.id}")
    source = scene.source(op["quote"], op["turn"])
    true = bool(source) or scene.verifies(op["quote"], op["turn"])
    item = Item(
        id=state.board.next_id(kind),
        kind=kind,
        text=text,
        quote=squeezed(op["quote"]) if true else "",
        turn=scene.named(op["turn"]),
        by=By(op["by"]) if true else By.PARTNER,
        confidence=op["confidence"],
        supports=state.targets(op["supports"]),
        contradicts=state.targets(op["contradicts"]),
        paraphrase=not true and (bool(op["quote"].strip()) or op["by"] == By.USER),
        source=source,
        changed=scene.turn,
    )
    state = replace(state, board=state.board.with_item(item), adds=state.adds + 1)
    note = "the quotation is not in that turn; kept as a paraphrase" if item.paraphrase else ""
    state = state.naming(ref, item.id)
    return _yes(state, state.board, number, item.id, ref=ref, note=note)


def _same(board: Board, kind: Kind, text: str) -> Item | None:
    plain = text.casefold()
    return next((item for item in board.live(kind) if item.text.casefold() == plain), None)


def _revise(state: Applied, number: int, op: Op, scene: _Scene) -> Applied:
    item, text = state.meant(op["id"]), squeezed(op["text"])
    if item is None:
        return _no(state, number, f"there is no item {op['id'][:20]}")
    if reason := _bad_text(text):
        return _no(state, number, reason)
    if item.locked or item.status is Status.ACCEPTED:
        return _propose(state, number, item, text, scene)
    if "rev" in op and op["rev"] != item.rev:
        return _no(state, number, f"{item.id} is at rev {item.rev} and reads: {item.text}")
    if item.is_struck:
        return _no(state, number, f"{item.id} was {item.status} in t{item.struck}")
    if text == item.text and not op["quote"].strip():
        return _yes(state, state.board, number, item.id, note="it reads so already")
    source = scene.source(op["quote"], op["turn"])
    true = bool(source) or scene.verifies(op["quote"], op["turn"])

    def change(old: Item) -> Item:
        new = reworded(
            old,
            text,
            turn=scene.turn,
            quote=squeezed(op["quote"]) if true else "",
            said=op["turn"] if true else 0,
        )
        claimed = bool(op["quote"].strip()) and not true
        by = old.by if true else By.PARTNER
        return replace(new, by=by, paraphrase=claimed, source=source)

    return _yes(state, state.board.changed(item.id, change, turn=scene.turn), number, item.id)


def _propose(state: Applied, number: int, item: Item, text: str, scene: _Scene) -> Applied:
    """What the model wanted of an item that is not its own, as a proposal beside it."""
    held = f"{item.id} is locked by the user"
    if reason := _too_much(state):
        return _no(state, number, f"{held}; {reason}")
    if same := _same(state.board, Kind.PROPOSAL, text):
        return _no(state, number, f"{held}; already proposed as {same.id}")
    proposal = Item(
        id=state.board.next_id(Kind.PROPOSAL),
        kind=Kind.PROPOSAL,
        text=text,
        turn=scene.turn,
        supports=(item.id,),
        changed=scene.turn,
    )
    note = f"{held}; kept as proposal {proposal.id}"
    board = state.board.with_item(proposal)
    return _yes(replace(state, adds=state.adds + 1), board, number, proposal.id, note=note)


def _resolve(state: Applied, number: int, op: Op, scene: _Scene) -> Applied:
    item, outcome = state.meant(op["id"]), op["outcome"]
    if item is None:
        return _no(state, number, f"there is no item {op['id'][:20]}")
    if item.kind is Kind.DECISION or item.status is Status.ACCEPTED:
        return _no(state, number, f"only the user decides about {item.id}")
    if item.is_struck:
        return _no(state, number, f"{item.id} was {item.status} in t{item.struck}")
    if outcome in SPEAKS_FOR_USER and not scene.verifies(op["quote"], op["turn"]):
        return _no(state, number, f"“{outcome}” needs the user's own words, exact, with their turn")
    if item.locked:
        return _propose(state, number, item, f"{item.id} is {outcome}", scene)
    board = state.board.changed(
        item.id, lambda old: settled(old, Status(outcome), turn=scene.turn), turn=scene.turn
    )
    return _yes(state, board, number, item.id)


def _ask(state: Applied, _number: int, op: Op, _scene: _Scene) -> Applied:
    why = op["why"].split()
    short = " ".join(why[:WHY_WORDS]) + ("…" if len(why) > WHY_WORDS else "")
    ask = Ask(
        text=squeezed(op["text"]),
        why=short,
        targets=state.targets(op["targets"]),
    )
    return replace(state, asks=(*state.asks, ask))


def _pass(state: Applied, _number: int, _op: Op, _scene: _Scene) -> Applied:
    """What an earlier version knew and this one does not: it is well shaped, and does nothing."""
    return state


def _reveal(state: Applied, _number: int, op: Op, _scene: _Scene) -> Applied:
    level = min(max(op["level"], 0), 4)
    return replace(state, reveal=Reveal(level=level))


_DO: Mapping[str, Callable[[Applied, int, Op, _Scene], Applied]] = {
    "add": _add,
    "revise": _revise,
    "resolve": _resolve,
    "ask": _ask,
    "phase": _pass,
    "reveal": _reveal,
}

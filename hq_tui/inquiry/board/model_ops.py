"""Applies the model's operations to the board, each with its outcome.

A call is a list of operations; each is judged by itself, against one rule above all: the user
has authority. What the user typed, edited or pinned is locked; a change of it becomes a
proposal. Only the user ends a contradiction, accepts a decision or drops what they said.

A quotation is checked, not trusted: it is looked for in what the user wrote, in messages, on
the board and in attached texts, set right to their spelling, and makes the item theirs. One that
is not found is dropped, and the item is kept as a paraphrase.

The question and the hint level that travel among them are handed back beside the board.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, assert_never

from hq_tui.inquiry.attached_texts import NO_TEXTS, AttachedTexts
from hq_tui.inquiry.board.applied import Applied, Done, Rejection
from hq_tui.inquiry.board.calls import (
    AddOp,
    Ask,
    ChangeOp,
    HintOp,
    Operation,
    SettleOp,
    Unreadable,
    read_call,
)
from hq_tui.inquiry.board.model import (
    LIMIT_ADDS,
    LIMIT_ITEMS,
    LIMIT_TEXT,
    PREFIX,
    Board,
    By,
    Item,
    Kind,
    Status,
    reworded,
    settled,
)
from hq_tui.inquiry.board.user_words import Quoted, UserWords
from hq_tui.inquiry.text.language import squeezed

_DROPS = frozenset({Status.REJECTED, Status.RETRACTED, Status.REFINED, Status.CONTESTED})
_WISHES = {
    Status.RETRACTED: "Take back",
    Status.REJECTED: "Rule out",
    Status.PARKED: "Set aside",
}
_NEVER_THEIRS = frozenset({Kind.TENSION, Kind.PROPOSAL})
"""Kinds that are the model's own thought, whatever words they quote."""


def apply_call(
    board: Board,
    given: Mapping[str, Any],
    *,
    turn: int,
    user_texts: Mapping[int, str],
    attached: AttachedTexts = NO_TEXTS,
    adds_before: int = 0,
) -> Applied:
    """The board after a call, each operation judged. `adds_before` counts calls before it."""
    user_words = UserWords.of(board, turn, user_texts, attached)
    state = Applied(board=board, adds=adds_before)
    ops = read_call(given)
    taken = _taken(ops, LIMIT_ADDS - adds_before)
    for op in ops:
        if isinstance(op, AddOp) and op.where not in taken:
            state = _no(state, op, f"{LIMIT_ADDS} additions a reply is the most; send it again")
        else:
            state = _done(state, op, user_words)
    about = [name for ask in state.asks for name in ask.targets]
    return replace(state.ignoring(about), asks=_aimed(state))


def _taken(ops: Sequence[Operation], most: int) -> frozenset[str]:
    """The additions that are taken: contradictions, what they are about, then the first ones."""
    adds = [op for op in ops if isinstance(op, AddOp)]
    clashes = [op for op in adds if op.kind is Kind.TENSION]
    named = {name for op in clashes for name in op.against}
    sides = [op for op in adds if op.name in named]
    order = dict.fromkeys(op.where for op in [*clashes, *sides, *adds])
    return frozenset(islice(order, max(0, most)))


def _aimed(state: Applied) -> tuple[Ask, ...]:
    """The questions with their targets: what is named, else the contradictions of this call."""
    new = tuple(one.id for one in state.applied if one.id[0] == PREFIX[Kind.TENSION])
    asks = [replace(ask, targets=state.targets(ask.targets) or new) for ask in state.asks]
    return tuple(asks) or ((Ask(targets=new),) if new else ())


def _done(state: Applied, op: Operation, user_words: UserWords) -> Applied:
    match op:
        case AddOp(kind=Kind.TENSION):
            return _contradiction(state, op, user_words)
        case AddOp():
            return _add(state, op, user_words)
        case ChangeOp():
            return _change(state, op, user_words)
        case SettleOp():
            return _settle(state, op, user_words)
        case Ask():
            return replace(state, asks=(*state.asks, op))
        case HintOp(level=level):
            return replace(state, hint=level)
        case Unreadable(reason=reason):
            return _no(state, op, reason)
        case _:
            assert_never(op)


def _no(state: Applied, op: AddOp | ChangeOp | SettleOp | Unreadable, reason: str) -> Applied:
    where = op.name if isinstance(op, AddOp) else op.where
    return replace(state, rejected=(*state.rejected, Rejection(where=where, reason=reason)))


def _yes(state: Applied, what: str, id: str, *, name: str = "", note: str = "") -> Applied:
    done = Done(what=what, id=id, name=name, note=note)
    return replace(state, applied=(*state.applied, done))


def _unfit(state: Applied, text: str) -> str:
    """The reason that a text cannot become an item; empty when it can."""
    if not text:
        return "no text"
    if len(state.board.items) >= LIMIT_ITEMS:
        return f"the board holds {LIMIT_ITEMS} items, which is the most"
    return ""


def _fitted(text: str) -> str:
    """The text, or the beginning of a long one up to a word."""
    if len(text) <= LIMIT_TEXT:
        return text
    cut = text[:LIMIT_TEXT]
    head, _, _ = cut.rpartition(" ")
    return f"{head if len(head) > LIMIT_TEXT // 2 else cut[:-1]}…"


def _filed(state: Applied, item: Item) -> Applied:
    return replace(state, board=state.board.with_item(item), adds=state.adds + 1)


def _new(
    state: Applied, kind: Kind, text: str, said: Quoted, user_words: UserWords, turn: int
) -> Item:
    """A new item with what was found of its quotation; `turn` where no quotation names one."""
    return Item(
        id=state.board.next_id(kind),
        kind=kind,
        text=text,
        quote=said.text,
        typed_quote=said.typed,
        source=said.source,
        turn=said.turn or turn,
        changed=user_words.turn,
    )


def _add(state: Applied, op: AddOp, user_words: UserWords) -> Applied:
    if reason := _unfit(state, op.text):
        return _no(state, op, reason)
    said = user_words.find(op.quote, op.turn)
    same_words = bool(said.text) and op.text == squeezed(op.quote)
    text = _fitted(said.text if same_words else op.text)
    if same := _same(state.board, op.kind, text, said.text, user_words.turn):
        return _no(state.naming(op.name, same.id), op, f"already on the board as {same.id}")
    theirs = bool(said.text) and not op.inferred and op.kind not in _NEVER_THEIRS
    item = replace(
        _new(state, op.kind, text, said, user_words, user_words.named(op.turn)),
        by=By.USER if theirs else By.PARTNER,
        supports=state.targets(op.supports),
        contradicts=state.targets(op.against),
        paraphrase=bool(op.quote) and not said.text,
    )
    named = (*op.supports, *op.against)
    note = _joined(_about_quote(op.quote, said), *_struck(state, named))
    state = _filed(state.ignoring(named), item).naming(op.name, item.id)
    return _yes(state, "noted", item.id, name=op.name, note=note)


def _about_quote(quote: str, said: Quoted) -> str:
    """The remark on a quotation that is not as the user wrote it."""
    if quote and not said.text:
        return "the user did not write that quote; kept as yours"
    return f"quote set to “{said.text}”" if said.text != squeezed(quote) else ""


def _struck(state: Applied, names: Sequence[str]) -> list[str]:
    """The remarks on items that are named and hold no longer."""
    items = (state.meant(name) for name in names)
    return [f"{one.id} was {one.status} in t{one.struck}" for one in items if one and one.is_struck]


def _joined(*remarks: str) -> str:
    return "; ".join(filter(None, remarks))


def _same(board: Board, kind: Kind, text: str, quote: str, turn: int) -> Item | None:
    """The item that says this already: in these words, or filed before from the same quote."""
    plain = text.casefold()
    for item in board.live(kind):
        filed_before = bool(quote) and item.quote == quote and item.changed < turn
        if item.text.casefold() == plain or filed_before:
            return item
    return None


def _contradiction(state: Applied, op: AddOp, user_words: UserWords) -> Applied:
    """A contradiction with its sides, which may be named by id or by the user's own words."""
    if reason := _unfit(state, op.text or " ".join(op.against)):
        return _no(state, op, reason)
    said = user_words.find(op.quote, op.turn)
    before = len(state.applied)
    state, sides = _sides(state, [*op.against, op.quote], user_words)
    filed = [f"quote filed as {one.id}" for one in state.applied[before:]]
    if not sides:
        return _no(state, op, "a contradiction needs its two sides: ids, or the user's words")
    for old in state.board.open_tensions:
        if set(sides) <= set(old.contradicts):
            return _no(state.naming(op.name, old.id), op, f"already on the board as {old.id}")
    text = _fitted(op.text) or _fitted(_both(state.board, sides))
    item = replace(
        _new(state, Kind.TENSION, text, said, user_words, user_words.named(op.turn)),
        contradicts=sides,
        sides=tuple(one.text for side in sides if (one := state.board.find(side))),
    )
    missing = "" if len(sides) > 1 else "its other side is missing"
    note = _joined(*filed, missing, *_struck(state, sides))
    state = _filed(state, item).naming(op.name, item.id)
    return _yes(state, "noted", item.id, name=op.name, note=note)


def _both(board: Board, sides: Iterable[str]) -> str:
    items = [item for side in sides if (item := board.find(side))]
    return " ≠ ".join(f"“{item.quote or item.text}”" for item in items)


def _sides(
    state: Applied, names: Sequence[str], user_words: UserWords
) -> tuple[Applied, tuple[str, ...]]:
    """The ids of two sides; words of the user's that are no item yet become a claim of theirs.

    The last of `names` is the quotation of the contradiction itself, of use where a side lacks.
    """
    *given, quote = names
    sides = dict.fromkeys(state.targets(given))
    words = [name for name in given if state.meant(name) is None and " " in name.strip()]
    state = state.ignoring([name for name in given if name not in words])
    for text in [*words, quote]:
        said = user_words.find(text)
        if text in words and not said.text:
            state = state.ignoring([text], "not the user's words")
        if not said.text or (text is quote and len(sides) > 1):
            continue
        found = next((i.id for i in state.board.live() if i.is_users and said.text in i.quote), "")
        if not found:
            claim = _new(state, Kind.CLAIM, _fitted(said.text), said, user_words, 0)
            claim = replace(claim, by=By.USER)
            found = claim.id
            state = _yes(_filed(state, claim), "noted", found)
        sides[found] = None
    return state, tuple(sides)


def _change(state: Applied, op: ChangeOp, user_words: UserWords) -> Applied:
    item, text = state.meant(op.id), _fitted(op.text)
    if item is None:
        return _no(state, op, f"there is no item {op.id[:20]}")
    if not text:
        return _no(state, op, "no text")
    if item.locked or item.status is Status.ACCEPTED:
        return _propose(state, op, item, user_words, text)
    if item.is_struck:
        return _no(state, op, f"{item.id} was {item.status} in t{item.struck}")
    if text == item.text and not op.quote:
        return _yes(state, "changed", item.id, note="it reads so already")
    said = user_words.find(op.quote, op.turn)

    def change(old: Item) -> Item:
        new = reworded(
            old,
            text,
            turn=user_words.turn,
            quote=said.text,
            said=said.turn,
            typed=said.typed,
            source=said.source,
        )
        claimed = bool(op.quote) and not said.text
        return replace(new, by=old.by if said.text else By.PARTNER, paraphrase=claimed)

    board = state.board.changed(item.id, change, turn=user_words.turn)
    note = _about_quote(op.quote, said)
    return _yes(replace(state, board=board), "changed", item.id, note=note)


def _settle(state: Applied, op: SettleOp, user_words: UserWords) -> Applied:
    item = state.meant(op.id)
    if item is None:
        return _no(state, op, f"there is no item {op.id[:20]}")
    if item.kind is Kind.TENSION:
        return _no(state, op, "only the user ends a contradiction")
    if item.kind is Kind.DECISION or item.status is Status.ACCEPTED:
        return _no(state, op, f"only the user decides about {item.id}")
    if item.is_struck or item.status is op.outcome:
        return _no(state, op, f"{item.id} was {item.status} in t{item.struck or item.changed}")
    said = user_words.own(op.quote, op.turn)
    if (op.outcome is Status.CONFIRMED or item.is_users) and not said.text and _speaks(op):
        return _no(state, op, f"“{op.outcome}” needs the user's own words")
    refuted = item.kind is Kind.HYPOTHESIS and op.outcome is Status.REJECTED
    drops = item.is_users and (op.outcome in {*_DROPS, Status.PARKED}) and not refuted
    if item.locked or drops:
        wish = _fitted(f"{_WISHES.get(op.outcome, str(op.outcome).capitalize())}: {item.text}")
        return _propose(state, op, item, user_words, wish, str(op.outcome))
    board = state.board.changed(
        item.id, lambda old: settled(old, op.outcome, turn=user_words.turn), turn=user_words.turn
    )
    note = _about_quote(op.quote, said) if said.text else ""
    return _yes(replace(state, board=board), "settled", item.id, note=note)


def _speaks(op: SettleOp) -> bool:
    """True if an outcome speaks for the user."""
    return op.outcome in {*_DROPS, Status.CONFIRMED}


def _propose(
    state: Applied,
    op: ChangeOp | SettleOp,
    item: Item,
    user_words: UserWords,
    text: str,
    outcome: str = "",
) -> Applied:
    """Keep the model's wish for an item that is the user's, as a proposal beside it."""
    held = f"{item.id} is the user's"
    if reason := _unfit(state, text):
        return _no(state, op, f"{held}; {reason}")
    for old in state.board.proposals_for(item.id):
        if old.text == text and old.outcome == outcome:
            return _no(state, op, f"{held}; proposed already as {old.id}")
    said = user_words.find(op.quote, op.turn)
    proposal = replace(
        _new(state, Kind.PROPOSAL, text, said, user_words, user_words.turn),
        outcome=outcome,
        supports=(item.id,),
    )
    note = f"{held}; kept as proposal {proposal.id}"
    return _yes(_filed(state, proposal), "proposed", proposal.id, note=note)

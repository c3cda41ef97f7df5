"""The board: what the user holds, wants, assumes and decides, one line each, with its source.

A board is a value. Items get a number when they are filed and keep it for ever; nothing is
taken off a board, it is struck through with the turn that did it, and an older wording
stays beside the newer one. Who may change what is not decided here: `ops` holds the rules
for the model, `edits` those for the user.

A turn is written `t7`, so the letter of a term is `w`; the other letters are the first of
their kind where that is free. Tensions have a capital, because they want to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """The kind of an item."""

    CLAIM = "claim"
    TERM = "term"
    ASSUMPTION = "assumption"
    EVIDENCE = "evidence"
    OPTION = "option"
    CONSTRAINT = "constraint"
    TENSION = "tension"
    OPEN_QUESTION = "open_question"
    HYPOTHESIS = "hypothesis"
    INSIGHT = "insight"
    DECISION = "decision"
    ACTION = "action"
    PROPOSAL = "proposal"


PREFIX = {
    Kind.CLAIM: "c",
    Kind.TERM: "w",
    Kind.ASSUMPTION: "a",
    Kind.EVIDENCE: "e",
    Kind.OPTION: "x",
    Kind.CONSTRAINT: "k",
    Kind.TENSION: "T",
    Kind.OPEN_QUESTION: "o",
    Kind.HYPOTHESIS: "h",
    Kind.INSIGHT: "i",
    Kind.DECISION: "d",
    Kind.ACTION: "s",
    Kind.PROPOSAL: "p",
}
"""The letter before the number of an item."""

KIND_OF = {prefix.lower(): kind for kind, prefix in PREFIX.items()}


class By(StrEnum):
    """The author of the thought in an item."""

    USER = "user"
    PARTNER = "partner"


class Origin(StrEnum):
    """The way by which an item came to the board."""

    TOOL = "tool"
    USER = "user"


class Status(StrEnum):
    """The state of an item."""

    OPEN = "open"
    RETRACTED = "retracted"
    REFINED = "refined"
    CONTESTED = "contested"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    PARKED = "parked"
    ACCEPTED = "accepted"


STRUCK = frozenset({Status.RETRACTED, Status.REJECTED})
"""States that are drawn with a line through them."""

TENSION_ENDS = frozenset({Status.RETRACTED, Status.REFINED, Status.CONTESTED})
"""The three ways in which a tension ends; all of them are the user's."""

LIMIT_TEXT = 160
LIMIT_ITEMS = 200
LIMIT_ADDS = 20
"""As many as a pasted design needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A former wording of an item, up to the turn that replaced it."""

    text: str
    turn: int
    quote: str = ""
    said: int = 0
    source: str = ""
    typed_quote: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the board.

    `quote` stands word for word in the message of `turn`, or on the board where it was typed
    (`typed_quote`), or it is empty; a quotation that did not is dropped and leaves
    `paraphrase`. `changed` is the turn of the last change, `struck` the turn that struck it
    through, or 0. `session` names the session that the item was taken from, and that `turn` is
    of; it is empty for one of this session. `outcome` is what a proposal wants of the item that
    it is for, if not words.
    """

    id: str
    kind: Kind
    text: str
    quote: str = ""
    turn: int = 0
    by: By = By.PARTNER
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    status: Status = Status.OPEN
    rev: int = 1
    locked: bool = False
    pinned: bool = False
    origin: Origin = Origin.TOOL
    paraphrase: bool = False
    typed_quote: bool = False
    outcome: str = ""
    changed: int = 0
    struck: int = 0
    earlier: tuple[Earlier, ...] = ()
    session: str = ""
    source: str = ""
    """Name and line of the attached text that `quote` is from; empty for a message."""
    sides: tuple[str, ...] = ()
    """The wording of both sides of a contradiction when it was raised."""

    @property
    def is_struck(self) -> bool:
        """True if it no longer holds. A tension that ended has done its work and stands."""
        ended = self.kind is Kind.TENSION and self.status in TENSION_ENDS
        return self.status in STRUCK and not ended

    @property
    def is_users(self) -> bool:
        """True if it counts as the user's own: typed on the board, or backed by their words."""
        return self.by is By.USER and (self.origin is Origin.USER or bool(self.quote))

    @property
    def is_settled(self) -> bool:
        """True if nothing about it is waiting."""
        return self.status is not Status.OPEN

    @property
    def mark(self) -> str:
        """One character for its source: `~` paraphrase, `›` typed, else none."""
        if self.paraphrase:
            return "~"
        return "›" if self.origin is Origin.USER else ""

    def as_json(self) -> dict[str, object]:
        """The item for an export."""
        row: dict[str, object] = {
            name: getattr(self, name)
            for name in ("id", "kind", "text", "quote", "turn", "by", "status")
        }
        row = {
            name: str(value) if isinstance(value, StrEnum) else value for name, value in row.items()
        }
        row |= {"supports": list(self.supports), "contradicts": list(self.contradicts)}
        row |= {"rev": self.rev, "locked": self.locked, "pinned": self.pinned}
        row |= {"origin": str(self.origin), "paraphrase": self.paraphrase, "struck": self.struck}
        row |= {name: value for name in ("session", "source") if (value := getattr(self, name))}
        row["earlier"] = [
            {"text": one.text, "turn": one.turn, "quote": one.quote, "said": one.said}
            for one in self.earlier
        ]
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All items in the order of their filing; `rev` grows with every change.

    `names` holds the temporary names that replies gave to items, the latest meaning of each.
    """

    items: tuple[Item, ...] = ()
    rev: int = 0
    names: Mapping[str, str] = field(default_factory=dict)

    def find(self, id: str) -> Item | None:
        """The item with this id, whatever the case of its letter; None when there is none."""
        wanted = id.strip().lower()
        return next((item for item in self.items if item.id.lower() == wanted), None)

    def of_kind(self, *kinds: Kind) -> tuple[Item, ...]:
        """The items of these kinds, struck ones too."""
        return tuple(item for item in self.items if item.kind in kinds)

    def live(self, *kinds: Kind) -> tuple[Item, ...]:
        """The items (of these kinds) that are not struck."""
        wanted = kinds or tuple(Kind)
        return tuple(item for item in self.items if item.kind in wanted and not item.is_struck)

    @property
    def open_tensions(self) -> tuple[Item, ...]:
        """Tensions without an outcome."""
        return tuple(item for item in self.of_kind(Kind.TENSION) if not item.is_settled)

    @property
    def decisions(self) -> tuple[Item, ...]:
        """Decisions that the user has accepted."""
        return tuple(item for item in self.of_kind(Kind.DECISION) if item.status is Status.ACCEPTED)

    def is_contested(self, id: str) -> bool:
        """True if an item is an open contradiction, or a side of one."""
        wanted = self.find(id)
        clashes = self.open_tensions if wanted else ()
        return any(wanted and wanted.id in (one.id, *one.contradicts) for one in clashes)

    def proposals_for(self, id: str) -> tuple[Item, ...]:
        """The open proposals about an item."""
        found = self.of_kind(Kind.PROPOSAL)
        return tuple(one for one in found if one.supports[:1] == (id,) and not one.is_settled)

    def groups(self) -> Iterator[tuple[Kind, tuple[Item, ...]]]:
        """The kinds that have items, each with all of them, in the order of `FaultKind`."""
        for kind in Kind:
            if items := self.of_kind(kind):
                yield kind, items

    def counts(self) -> dict[Kind, int]:
        """Count the items of each kind: struck ones and ended tensions are left out."""
        counts = {kind: len(self.live(kind)) for kind in Kind}
        return counts | {Kind.TENSION: len(self.open_tensions)}

    def next_id(self, kind: Kind) -> str:
        """The id that the next item of `kind` gets."""
        return f"{PREFIX[kind]}{len(self.of_kind(kind)) + 1}"

    def with_item(self, item: Item) -> Board:
        """The board with one more item."""
        return replace(self, items=(*self.items, item), rev=self.rev + 1)

    def changed(self, id: str, change: Callable[[Item], Item], *, turn: int) -> Board:
        """The board with the item `id` changed and its revision raised."""
        items = tuple(
            replace(change(item), rev=item.rev + 1, changed=turn) if item.id == id else item
            for item in self.items
        )
        return replace(self, items=items, rev=self.rev + 1)

    def as_json(self) -> dict[str, object]:
        """The board for an export."""
        return {"rev": self.rev, "items": [item.as_json() for item in self.items]}


NO_BOARD = Board()
"""A board on which nothing stands yet."""


def reworded(
    item: Item,
    text: str,
    *,
    turn: int,
    quote: str = "",
    said: int = 0,
    typed: bool = False,
    source: str = "",
) -> Item:
    """`item` with another wording; the former one is kept beside it."""
    former = Earlier(
        text=item.text,
        turn=turn,
        quote=item.quote,
        said=item.turn,
        typed_quote=item.typed_quote,
        typed=item.origin is Origin.USER,
        source=item.source,
    )
    return replace(
        item,
        text=text,
        quote=quote,
        typed_quote=typed,
        turn=said or item.turn,
        session="" if said else item.session,
        source=source,
        earlier=(*item.earlier, former),
        paraphrase=False,
    )


def settled(item: Item, status: Status, *, turn: int) -> Item:
    """`item` with an outcome; struck through at `turn` where the outcome strikes."""
    done = replace(item, status=status)
    return replace(done, struck=turn if done.is_struck else 0)

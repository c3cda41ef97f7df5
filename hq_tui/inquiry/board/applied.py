"""A board call and what became of it: what was done, what was not and why, what meant nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hq_tui.inquiry.board.calls import Ask
from hq_tui.inquiry.board.model import Board, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An operation that was done: `what` was done with which item, perhaps with a remark."""

    what: str
    id: str
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An operation that was not done, and why; without a place, the whole call is meant."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A call and what became of it. `failed` means that it could not be read at all."""

    board: Board
    applied: tuple[Done, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    failed: bool = False
    adds: int = 0
    asks: tuple[Ask, ...] = ()
    hint: int = 0
    refs: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    """Names in the call that mean nothing."""

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

    def ignoring(self, names: Sequence[str], why: str = "no such id") -> Applied:
        """The same, with a remark on those of `names` that mean nothing."""
        lost = (name.strip() for name in names if self.meant(name) is None)
        told = (f"{name[:40]} ({why})" for name in lost if name)
        return replace(self, ignored=tuple(dict.fromkeys((*self.ignored, *told))))

    def naming(self, ref: str, id: str) -> Applied:
        """The same, with `ref` as a name of the item `id`."""
        board = replace(self.board, names={**self.board.names, ref: id})
        return replace(self, board=board, refs={**self.refs, ref: id})


def failed(board: Board, *reasons: str) -> Applied:
    """A call of which nothing was done, for these reasons."""
    rejected = tuple(Rejection(where="", reason=why) for why in reasons)
    return Applied(board=board, failed=True, rejected=rejected)

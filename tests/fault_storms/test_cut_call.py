"""The input of the board tool, cut wherever it can be cut: nothing lost, nothing half done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hq_tui.core.blocks import ToolBlock
from hq_tui.core.conversation import Phase
from hq_tui.inquiry.actions import read_tag
from hq_tui.inquiry.board.model import Board
from hq_tui.rehearsal.faults.faults import Fault, FaultKind, FaultScript
from hq_tui.sessions.session import Session
from tests.fault_storms.held_sessions import MODELS, Held, hold
from tests.fault_storms.personas import Said

SAID = (
    Said(
        text="Straße 日本: the batch is always slow, we measured 70 minutes. \U0001f469‍\U0001f4bb"
    ),
    Said(text="The batch is slow only at night."),
)


def cut_at(place: int, kind: FaultKind = FaultKind.CUT) -> FaultScript:
    """The first reply breaks after so many characters of thinking, text and tool input."""
    fault = Fault(kind=kind, first=1, last=1, after=place, in_characters=True)
    return FaultScript(faults=(fault,))


def call_of(held: Held) -> ToolBlock:
    """The board call of the first reply."""
    (call,) = (
        one for one in held.found.conversation.turn(1).reply.shown if isinstance(one, ToolBlock)
    )
    return call


def span_of_call(held: Held) -> range:
    """The places in the first reply that lie within the input of its call."""
    shown = held.found.conversation.turn(1).reply.shown
    before = sum(len(getattr(block, "text", "")) for block in shown)
    return range(before, before + len(call_of(held).json_text) + 1)


NEVER_SILENT = 4_000.0
"""Quick seconds that a busy machine may hold up a partner that is never silent by intent."""


class Boards:
    """What the board was at every moment of the first reply."""

    def __init__(self) -> None:
        self.seen: list[Board] = []

    def look(self, session: Session) -> None:
        if (
            session.conversation.turn_count > 1
            or session.conversation.reply.phase is Phase.COMPLETE
        ):
            return
        if (board := session.inquiry.board) not in self.seen:
            self.seen.append(board)


async def sweep(folder: Path, model: str, places: slice) -> int:
    """Cut at these places; how many were tried."""
    calm = await hold(folder / "calm", "examine", model, said=SAID)
    tried = 0
    for place in span_of_call(calm)[places]:
        for kind in (FaultKind.CUT, FaultKind.CUT_EVENT)[: 1 + place % 2]:
            boards = Boards()
            held = await hold(
                folder / f"{place}{kind}",
                "examine",
                model,
                cut_at(place, kind),
                said=SAID,
                watch=boards.look,
                bears=NEVER_SILENT,
            )
            where = f"{kind} at {place}"
            assert held.papers.differences(calm.papers) == [], where
            assert [board.rev for board in boards.seen] == [0], where
            assert [one.outcome for one in held.requests] == [str(kind), "sent", "sent"], where
            tried += 1
    return tried


@pytest.mark.parametrize("model", MODELS)
async def test_a_cut_in_the_call_leaves_the_board_whole_and_the_session_goes_on(
    model: str, tmp_path: Path
) -> None:
    assert await sweep(tmp_path, model, slice(3, None, 31)) > 4


@pytest.mark.soak
@pytest.mark.parametrize("model", MODELS)
async def test_no_place_in_the_call_is_an_exception(model: str, tmp_path: Path) -> None:
    tried = await sweep(tmp_path, model, slice(None))
    print(f"\n{model}: {tried} cuts inside the call, 0 differences, 0 half boards")


@pytest.mark.parametrize("model", MODELS)
async def test_the_call_is_asked_for_in_words_that_say_what_is_missing(
    model: str, tmp_path: Path
) -> None:
    calm = await hold(tmp_path / "calm", "examine", model, said=SAID[:1])
    middle = span_of_call(calm)[40]
    held = await hold(tmp_path / "cut", "examine", model, cut_at(middle), said=SAID[:1])
    first, again = held.requests
    assert again.body["messages"][: len(first.body["messages"])] == first.body["messages"]
    assert [one["role"] for one in again.body["messages"]] == ["user", "assistant", "user"]
    assert "call of board_update" in _words(again.body["messages"][-1])
    assert "make only that call again" in _words(again.body["messages"][-1])
    assert "Continue" not in _words(again.body["messages"][-1])
    assert not any(block["type"] == "tool_use" for block in again.body["messages"][1]["content"])


async def test_a_call_that_is_never_had_is_named_to_the_partner_with_the_next_message(
    tmp_path: Path,
) -> None:
    calm = await hold(tmp_path / "calm", "examine", MODELS[0], said=SAID)
    middle = span_of_call(calm)[40]
    held = await hold(
        tmp_path / "cut", "examine", MODELS[0], cut_at(middle), said=SAID, patient=False
    )
    assert [one.outcome for one in held.requests] == ["cut", "sent"]
    notes = held.found.conversation.turn(2).asked.notes
    assert "cut" in read_tag(notes)["board_error"]
    quotes = [item["quote"] for item in json.loads(held.papers.board)["items"]]
    assert any("70 minutes" in quote for quote in quotes), "what the lost update held is filed"


def _words(message: Any) -> str:
    return "".join(block.get("text", "") for block in message["content"])

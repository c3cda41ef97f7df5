"""Coarser streams carry the same reply in fewer events."""

import pytest

from hq_tui.rehearsal.faults.perform import coarser
from hq_tui.rehearsal.server.events import Counts, Event, events
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart, ToolUsePart

REPLY = RehearsedReply(
    blocks=(
        TextPart(text="One two three four five six seven eight nine ten."),
        ToolUsePart(id="t", name="board_update", input={"ops": [{"op": "phase", "to": "map"}]}),
    )
)


def told() -> list[Event]:
    return list(events(REPLY, id="m", model="rehearsal-1", counts=Counts()))


def carried(stream: list[Event]) -> list[str]:
    return ["".join(event.written for event in stream), str(sum(event.tokens for event in stream))]


@pytest.mark.parametrize("grain", [2, 5, 1000])
def test_a_coarser_stream_says_the_same(grain: int) -> None:
    coarse = coarser(told(), grain)
    assert len(coarse) < len(told())
    assert carried(coarse) == carried(told())
    assert max(event.tokens for event in coarse) <= grain


def test_the_finest_grain_changes_nothing() -> None:
    assert coarser(told(), 1) == told()


def test_blocks_are_never_joined() -> None:
    indices = [event.data["index"] for event in coarser(told(), 1000) if event.tokens]
    assert indices == [0, 1]

"""Whatever moment a program ends at, the session opens and the reply can be had in full."""

from __future__ import annotations

from typing import Any

import pytest

from hq_tui.core.conversation import Phase
from tests.engine.fixtures import CUT, FULL, InHand, failing, finished, folded, hold


async def records_of(*, prefill: bool, chars: int) -> list[dict[str, Any]]:
    """The records of a reply that broke twice."""
    held = hold(InHand(failing(CUT, CUT, chars=chars), prefill=prefill))
    held.engine.ask("Why?")
    await finished(held, seconds=9)
    assert held.conversation.reply.text == FULL
    return held.records.rows


@pytest.mark.parametrize("chars", [0, 3, 40])
@pytest.mark.parametrize("prefill", [True, False], ids=["prefill", "in words"])
async def test_a_session_cut_at_any_record_gives_the_exact_text(prefill: bool, chars: int) -> None:
    rows = await records_of(prefill=prefill, chars=chars)
    asked = next(place for place, row in enumerate(rows) if row["t"] == "user")
    for end in range(asked + 1, len(rows) + 1):
        held = hold(InHand(failing(), prefill=prefill), rows=rows[:end])
        before = held.conversation.reply.text
        assert FULL.startswith(before)
        held.engine.recover()
        assert not held.conversation.is_busy
        assert held.conversation.reply.text == before
        if held.conversation.reply.can_continue:
            held.engine.resume()
            await finished(held, seconds=9)
        assert (held.conversation.reply.text, held.conversation.reply.phase) == (
            FULL,
            Phase.COMPLETE,
        ), end
        held.engine.flush()
        assert folded(held.records.rows) == held.conversation


async def test_a_reply_whose_stop_reason_was_written_is_whole() -> None:
    rows = await records_of(prefill=False, chars=40)
    end = next(place for place, row in enumerate(rows) if row["t"] == "report") + 1
    held = hold(InHand(failing()), rows=rows[:end])
    held.engine.recover()
    assert (held.conversation.reply.text, held.conversation.reply.phase) == (FULL, Phase.COMPLETE)


async def test_recovering_twice_or_without_need_changes_nothing() -> None:
    rows = await records_of(prefill=False, chars=40)
    for part in (rows, rows[:1], rows[:4]):
        held = hold(InHand(failing()), rows=part)
        held.engine.recover()
        once = len(held.happened)
        held.engine.recover()
        assert len(held.happened) == once <= 1

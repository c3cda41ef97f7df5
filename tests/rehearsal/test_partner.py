"""The partner behind the server: the questioner, and nothing that it was not asked for."""

from __future__ import annotations

from typing import Any

import pytest

from hq_tui.core.resume import continuation as seam
from hq_tui.rehearsal.faults.spec import parse
from hq_tui.rehearsal.server.reply import ToolUsePart
from hq_tui.rehearsal.server.responder import Composed
from hq_tui.rehearsal.server.server import Server
from tests.support.raw import asking, post

SAID = "I want to rewrite our service in Rust because Python is slow"
TOOLS: Any = [{"name": "board_update", "input_schema": {"type": "object"}}]


def test_the_reply_quotes_the_user_and_asks_exactly_one_question() -> None:
    reply = Composed(seed="1").reply(asking(SAID))
    assert "Rust" in reply.text
    assert reply.text.count("?") == 1


def test_the_same_request_draws_the_same_reply_with_the_same_ids() -> None:
    body = asking(SAID, tools=TOOLS)
    assert Composed(seed="1").reply(body) == Composed(seed="1").reply(body)


@pytest.mark.parametrize(("tools", "reason"), [(TOOLS, "tool_use"), ([], "end_turn")])
def test_a_tool_is_called_only_if_it_was_offered(tools: Any, reason: str) -> None:
    reply = Composed(seed="1").reply(asking(SAID, tools=tools))
    assert reply.stop_reason == reason
    assert any(isinstance(block, ToolUsePart) for block in reply.blocks) == bool(tools)


def test_to_bare_tool_results_there_is_nothing_to_add() -> None:
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"}
    body = asking(SAID, "Why?", {"role": "user", "content": [result]})
    assert Composed(seed="1").reply(body).blocks == ()


def test_the_result_of_a_call_without_a_word_is_answered_in_words() -> None:
    """Another client's history: its first reply was a call and nothing else."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "42"}
    called = {"role": "assistant", "content": [call]}
    body = asking(SAID, called, {"role": "user", "content": [result]})
    assert Composed(seed="1").reply(body).text.count("?") == 1


async def test_the_partner_goes_on_exactly_after_a_cut() -> None:
    async with Server() as calm:
        whole = (await post(calm, asking(SAID, tools=TOOLS))).text
    go_on = seam.continue_prompt("")[0]
    async with Server(faults=parse("cut@1:after=9")) as server:
        first = (await post(server, asking(SAID, tools=TOOLS))).text
        rest = (await post(server, asking(SAID, first, go_on, tools=TOOLS))).text
    assert first
    assert first + rest == whole

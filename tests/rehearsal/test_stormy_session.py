"""A long session through a storm of faults says the same as one in calm weather."""

from __future__ import annotations

from typing import Any

import pytest

from hq_tui.core.resume import continuation as seam
from hq_tui.rehearsal.faults.spec import parse
from hq_tui.rehearsal.server.server import Server
from tests.support.raw import Response, asking, post

GO_ON = seam.continue_prompt("")[0]
SAID = (
    "I want to rewrite our service in Rust because Python is slow",
    "Users complain that the search page takes four seconds",
    "Nobody has measured where the time goes",
    "My manager thinks a rewrite is always faster",
    "It must be done before the summer",
)


def text_so_far(got: Response) -> str:
    """The text of the whole, undamaged events at the start of a response."""
    blocks = got.body.split(b"\n\n")[:-1]
    text = ""
    for block in blocks:
        try:
            one = Response(status=200, headers={}, body=block + b"\n\n", end="neat").text
        except ValueError:
            break
        text += one
    return text


async def hold(server: Server, model: str, turns: int) -> list[str]:
    """A session with a client that does no more than the API asks of one."""
    wire: list[Any] = []
    replies = []
    for turn in range(turns):
        wire.append(SAID[turn % len(SAID)] + f", and that is point {turn}")
        start, reply = len(wire), ""
        while True:
            got = await post(server, asking(*wire, model=model))
            part = text_so_far(got) if got.status == 200 else ""
            given = wire[start] if model == "rehearsal-prefill" and len(wire) > start else ""
            reply = given + part if given else reply + part
            if b'"stop_reason":"end_turn"' in got.body:
                break
            if model == "rehearsal-prefill":
                wire[start:] = [reply.rstrip()] if reply.strip() else []
            elif part.strip():
                wire.extend([part, GO_ON])
        wire[start:] = [reply] if model == "rehearsal-prefill" else [*wire[start:], part]
        if not wire[-1].strip():
            del wire[-2:]
        replies.append(reply)
    return replies


@pytest.mark.parametrize("model", ["rehearsal-1", "rehearsal-prefill"])
async def test_a_third_of_all_replies_failing_changes_no_word(model: str) -> None:
    fine, foul = parse("seed=7"), parse("seed=7,rate=0.33,jsonsplit")
    async with Server(faults=fine) as calm, Server(faults=foul) as stormy:
        without, through = await hold(calm, model, 20), await hold(stormy, model, 20)
    assert len(stormy.requests) > 22
    assert through == without

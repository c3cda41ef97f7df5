"""Seven recorded sessions with a model: what its calls asked for, and what is made of them now.

The requests of each turn are made anew from the journal and held to the strict validation of the
rehearsal server, which refuses what the API refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hq_tui.claude.models import facts_for
from hq_tui.core.blocks import ToolBlock
from hq_tui.core.conversation import Conversation, Reply
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import MessagesRequest, build
from hq_tui.inquiry.board.calls import Ask, HintOp, read_call
from hq_tui.inquiry.board.model import Kind
from hq_tui.inquiry.board.tool import board_tool
from hq_tui.inquiry.fold import beginning, during, fold_turn
from hq_tui.rehearsal.server.models import stand_in
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.validation.request import check
from hq_tui.sessions.session import ReplayedSession, replay
from hq_tui.store.reader import read

DATA = Path(__file__).parent.parent / "data" / "sessions"
ONLY_PERSON = "only the user ends a contradiction"
CALLS: Mapping[str, tuple[int, int, tuple[str, ...]]] = {
    "cuq9": (31, 26, (
        ONLY_PERSON, ONLY_PERSON, ONLY_PERSON,
        "a1 is the user's; proposed already as p1", "already on the board as c6",
    )),
    "tefs": (19, 18, ("there is no item w7",)),
    "a3hs": (8, 8, ()),
    "wfw6": (23, 20, (ONLY_PERSON, "already on the board as e1", "no operation `delete`")),
    "m2m9": (11, 11, ()),
    "je39": (1, 1, ()),
    "zwv7": (6, 6, ()),
}  # fmt: skip
"""Operations asked for, done, and why the others were not."""

every_session = pytest.mark.parametrize("name", CALLS)


def told(name: str) -> ReplayedSession:
    (path,) = DATA.glob(f"*-{name}.jsonl")
    return replay(read(path, live=True).records)


@every_session
def test_every_operation_is_done_or_refused_for_what_it_wants_and_none_for_a_missing_field(
    name: str,
) -> None:
    session, asked, done, refused = told(name), 0, 0, []
    state = beginning(session.conversation, session.acts)
    for turn in session.conversation.turns:
        state = fold_turn(state, turn, during(session.acts, turn.number))
        ours = {"board_update"}
        calls = [one for one in turn.reply.shown if isinstance(one, ToolBlock) and one.input]
        ops = [op for call in calls if call.name in ours for op in read_call(call.input or {})]
        asked += sum(not isinstance(op, Ask | HintOp) for op in ops)
        lines = [line for result in state.results for line in result.content.split("\n")]
        for line in lines:
            what, *words = line.split()
            if what == "noted":
                done += sum("=" in word for word in words)
            elif what in {"changed", "settled", "proposed"}:
                done += len(words)
            elif what == "not" and "JSON" not in line and "no tool" not in line:
                refused.append(line.partition(": ")[2].partition(": ")[2])
    assert (asked, done, tuple(sorted(refused))) == (
        *CALLS[name][:2],
        tuple(sorted(CALLS[name][2])),
    )


@every_session
def test_every_contradiction_that_was_raised_is_on_the_board_with_both_sides(name: str) -> None:
    (path,) = DATA.glob(f"*-{name}.jsonl")
    session = told(name)
    state = beginning(session.conversation, session.acts)
    for turn in session.conversation.turns:
        state = fold_turn(state, turn, during(session.acts, turn.number))
    clashes = state.board.of_kind(Kind.TENSION)
    written = "".join(
        row["partial_json"]
        for row in map(json.loads, path.read_text("utf-8").split("\n")[:-1])
        if row["t"] == "input"
    )
    assert len(clashes) == written.count('"kind": "tension"')
    for clash in clashes:
        sides = [state.board.find(side) for side in clash.contradicts]
        assert len(sides) == 2
        assert all(side is not None and (side.quote or side.earlier) for side in sides)


@every_session
@pytest.mark.parametrize("tools", ["offered", "of the history", "not taken", "not called"])
def test_no_request_of_a_session_is_refused_whatever_becomes_of_the_tools(
    name: str, tools: str
) -> None:
    for request in requests(told(name).conversation, tools):
        model = stand_in(request.model)
        assert check(dict(request.params), model, SentSignatures()) is None
        blocks = [block for one in request.params["messages"] for block in one["content"]]
        calls = [block for block in blocks if block["type"] in {"tool_use", "tool_result"}]
        if tools == "not taken":
            assert not calls
            assert "tools" not in request.params
        elif calls:
            assert request.params["tools"]
        none = {"tool_choice": {"type": "none"}}
        forbidden = "tools" in request.params and tools in {"of the history", "not called"}
        assert request.params.get("tool_choice") == (none["tool_choice"] if forbidden else None)


def requests(conversation: Conversation, tools: str) -> Iterator[MessagesRequest]:
    """The request of each turn, as it is made from what had happened by then."""
    wishes = RequestOptions(tools=() if tools == "of the history" else (board_tool(),))
    turns = list(conversation.turns)
    for number, turn in enumerate(turns):
        asked = replace(turn.asked, calls=tools != "not called")
        waits = replace(turn, asked=asked, reply=Reply())
        facts = replace(facts_for(conversation.model), tools=tools != "not taken")
        part = replace(conversation, past=tuple(turns[:number]), live=waits)
        yield build(part, facts, wishes)


def test_a_call_of_the_present_form_is_less_than_half_of_one_of_the_first() -> None:
    then = now = words = 0
    for name in CALLS:
        for turn in told(name).conversation.turns:
            words += len(turn.reply.text)
            for block in turn.reply.shown:
                if isinstance(block, ToolBlock) and block.input:
                    then += len(json.dumps(block.input, ensure_ascii=False))
                    now += len(json.dumps(shortened(block.input), ensure_ascii=False))
    assert now <= 0.5 * then
    assert now <= 1.2 * words


def shortened(given: Mapping[str, Any]) -> dict[str, Any]:
    """A call of the first form as the present one asks for it: the same operations."""
    made: dict[str, Any] = {}
    for op in given["ops"]:
        quote = op.get("quote", "")
        said = {"quote": quote} if quote else {}
        match op["op"]:
            case "add":
                links = {"for": op.get("supports", []), "against": op.get("contradicts", [])}
                same = quote.strip(".").casefold() == op["text"].strip(".").casefold()
                text = {} if same else {"text": op["text"]}
                row = {"kind": op["kind"], **text, **said}
                made.setdefault("add", []).append(row | {k: v for k, v in links.items() if v})
            case "revise":
                made.setdefault("change", []).append({"id": op["id"], "text": op["text"], **said})
            case "resolve":
                made.setdefault("settle", []).append({"id": op["id"], "as": op["outcome"], **said})
            case "ask" if any(name.startswith("T") for name in op["targets"]):
                made["about"] = op["targets"]
            case "reveal":
                made["hint"] = op["level"]
            case _:
                pass
    return made

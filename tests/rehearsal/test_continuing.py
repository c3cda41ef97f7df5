"""A broken reply goes on exactly where it stopped, however the client asks for the rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.resume import continuation as seam
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart, pieces, rest_of, shortened
from hq_tui.rehearsal.server.turns import PREAMBLE, Message, advance, unfold
from tests.support.raw import asking, post
from tests.support.samples import RICH, UNICODE, numbered_words
from tests.support.scripted import scripted_server

GO_ON = seam.continue_prompt("the end")[0]
DOCUMENTED = (
    "Your previous response was interrupted and ended with [the end]. "
    "Continue from where you left off."
)
FULL = "One two three.\n\nFour five six seven, eight nine ten."


def answers(messages: tuple[Message, ...]) -> RehearsedReply:
    """As many copies of the full reply as there are questions."""
    asked = sum(message["role"] == "user" for message in messages)
    return RehearsedReply(blocks=(TextPart(text=f"{asked}: {FULL}"),))


def conversation(*contents: Any) -> list[dict[str, Any]]:
    roles = ("user", "assistant")
    return [{"role": roles[i % 2], "content": content} for i, content in enumerate(contents)]


@given(st.integers(0, 51), st.integers(0, 51))
def test_two_breaks_anywhere_leave_exactly_the_rest(first: int, second: int) -> None:
    full = f"1: {FULL}"
    a, b = sorted((first + 1, second + 1))
    parts = [full[:a], GO_ON] + ([full[a:b], GO_ON] if b > a else [])
    turn = unfold(conversation("Go.", *parts), answers)
    assert full[turn.delivered :] == full[b:]
    assert len(turn.messages) == 1


@given(st.integers(1, 54))
def test_a_prefill_is_continued_after_its_last_letter(at: int) -> None:
    full = f"1: {FULL}"
    given_back = full[:at].rstrip()
    turn = unfold(conversation("Go.", given_back), answers)
    assert full[turn.delivered :] == full[len(given_back) :]


def test_the_history_reads_as_if_nothing_had_broken() -> None:
    full = f"1: {FULL}"
    broken = conversation("Go.", full[:9], GO_ON, full[9:], "And then?")
    whole = conversation("Go.", full, "And then?")
    assert unfold(broken, answers).reply == unfold(whole, answers).reply


ORDINARY = (
    "I was interrupted yesterday. What now?",
    "Let us start with a new question.",
    "The team picks the work up where it left off.",
    "My answer was interrupted by a call.",
    "The reply has been cut. Continue exactly as before, where you left off?",
    "Please continue from where you left off",
    "Your previous response was interrupted and ended with a joke.",
    f"What does this mean: {GO_ON}",
    f"{GO_ON} It stands in my log.",
)


@pytest.mark.parametrize("last", [*ORDINARY, "Please continue from where you left off."])
def test_words_that_sound_like_a_continuation_are_a_turn_after_a_whole_reply(last: str) -> None:
    turn = unfold(conversation("Go.", f"1: {FULL}", last), answers)
    assert (turn.delivered, turn.reply) == (0, answers(turn.messages))


@pytest.mark.parametrize("said", ORDINARY)
@pytest.mark.parametrize("reply", [f"1: {FULL}", f"1: {FULL[:20]}", "What another said and"])
def test_words_that_sound_like_a_continuation_never_are_one(said: str, reply: str) -> None:
    """Neither last nor in the history, after a whole reply, half of one, or somebody else's."""
    last = unfold(conversation("Go.", reply, said), answers)
    assert (last.delivered, len(last.messages)) == (0, 3)
    later = unfold(conversation("Go.", reply, said, f"2: {FULL}", "And then?"), answers)
    assert (len(later.messages), later.reply) == (5, answers(later.messages))


@given(kept=st.text(max_size=400) | st.sampled_from([FULL, RICH.text, UNICODE]), name=st.text())
def test_every_prompt_that_the_engine_makes_asks_for_the_rest(kept: str, name: str) -> None:
    prompts = (
        seam.continue_prompt(kept)[0],
        seam.call_again_prompt(kept, name),
        seam.after_call_prompt(kept, name),
    )
    for prompt in prompts:
        turn = unfold(conversation("Go.", f"1: {FULL}", prompt), answers)
        assert turn.delivered == len(f"1: {FULL}")


@pytest.mark.parametrize("said", [DOCUMENTED, "Please continue from where you left off."])
def test_what_the_documentation_says_brings_the_words_that_are_missing(said: str) -> None:
    turn = unfold(conversation("Go.", f"1: {FULL[:20]}", said), answers)
    assert f"1: {FULL}"[turn.delivered :] == FULL[20:]


def test_a_reply_that_another_began_is_followed_by_an_answer_of_its_own() -> None:
    """What the client says of the break is nothing that the person said."""
    turn = unfold(conversation("Go.", "What another said and", GO_ON), answers)
    assert turn.messages == tuple(conversation("Go."))
    assert turn.reply.text[turn.delivered :] == f"\n\n1: {FULL}"
    later = unfold(
        conversation("Go.", "What another said and", GO_ON, " more.", "And then?"), answers
    )
    whole = unfold(conversation("Go.", "What another said and more.", "And then?"), answers)
    assert later.reply == whole.reply
    assert [message["role"] for message in later.messages] == ["user", "assistant", "user"]


def test_a_prefill_of_the_clients_own_is_simply_answered() -> None:
    turn = unfold(conversation("Go.", "My own beginning"), answers)
    assert (turn.delivered, len(turn.messages)) == (0, 2)


@pytest.mark.parametrize(
    ("part", "reached"),
    [
        ("three", 13),
        ("two three", 13),
        (PREAMBLE + "three", 13),
        (PREAMBLE + "two three", 13),
        ("three.\nFour", 20),
        ("four", None),
    ],
)
def test_repetition_and_preambles_are_seen_through(part: str, reached: int | None) -> None:
    assert advance(FULL, 8, part) == reached


@given(st.text(max_size=300))
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(st.integers(0, 60))
def test_what_is_left_and_what_was_sent_make_the_whole(at: int) -> None:
    sent = shortened(RICH, at, "max_tokens")
    assert sent.text + rest_of(RICH, len(sent.text)).text == RICH.text


@pytest.mark.parametrize("model", ["rehearsal-1", "rehearsal-prefill"])
@pytest.mark.parametrize(
    "fault", ["cut", "reset", "eof", "cut_event", "error_event", "end_unconfirmed"]
)
async def test_no_fault_costs_a_word(model: str, fault: str) -> None:
    words = numbered_words(40) + "\n" + UNICODE
    async with scripted_server([words], [f"{fault}@1-3"]) as server:
        got = ""
        for _ in range(4):
            parts = [] if not got else [got] if model == "rehearsal-prefill" else [got, GO_ON]
            answer = await post(server, asking("Go.", *parts, model=model))
            got += answer.text.removeprefix("" if model == "rehearsal-1" else _tail(got))
            got = got if model == "rehearsal-1" else got.rstrip()
    assert got == words


async def test_a_client_that_starts_again_instead_would_double_words() -> None:
    async with scripted_server([FULL], ["cut@1"]) as server:
        got = [(await post(server, asking("Go."))).text for _ in range(2)]
    assert "".join(got) != FULL


def _tail(got: str) -> str:
    return got[len(got.rstrip()) :]


@pytest.mark.parametrize(
    ("fault", "begins"),
    [
        ("overlap@2:chars=11", "three four five"),
        ("preamble@2", PREAMBLE + "five"),
    ],
)
async def test_a_continuation_may_repeat_or_announce_itself(fault: str, begins: str) -> None:
    async with scripted_server(["one two three four five six"], ["cut@1:after=4", fault]) as server:
        first = await post(server, asking("Go."))
        second = await post(server, asking("Go.", first.text, GO_ON))
    assert second.text.startswith(begins)
    assert second.text.endswith("five six")


async def test_thinking_is_not_thought_again_and_the_tool_is_still_called() -> None:
    async with scripted_server([RICH], ["cut@1:after=30"]) as server:
        first = await post(server, asking("Go."))
        rest = await post(server, asking("Go.", first.text, GO_ON, stream=False))
    blocks = rest.json["content"]
    assert isinstance(blocks, list)
    kinds = [block["type"] for block in blocks]
    assert kinds[-1] == "tool_use"
    assert "thinking" not in kinds
    left = "".join(block["text"] for block in blocks if block["type"] == "text")
    assert first.text + left == RICH.text


async def test_a_call_that_has_its_result_is_not_called_again() -> None:
    tools = [{"name": "board_update", "input_schema": {"type": "object"}}]
    async with scripted_server([RICH]) as server:
        first = await post(server, asking("Go.", stream=False, tools=tools))
        blocks = first.json["content"]
        assert isinstance(blocks, list)
        result = {"type": "tool_result", "tool_use_id": blocks[-1]["id"], "content": "noted"}
        go_on = {"role": "user", "content": [result, {"type": "text", "text": GO_ON}]}
        had = {"role": "assistant", "content": blocks}
        rest = await post(server, asking("Go.", had, go_on, stream=False, tools=tools))
    assert (rest.json["content"], rest.json["stop_reason"]) == ([], "end_turn")


async def test_a_reply_that_ran_out_of_tokens_can_be_finished() -> None:
    async with scripted_server(["one two three four five"]) as server:
        short = await post(server, asking("Go.", max_tokens=2))
        rest = await post(
            server, asking("Go.", short.text, "Please continue from where you left off.")
        )
    assert (short.text, rest.text) == ("one two ", "three four five")
    assert "max_tokens" in str(short.events[-2])


async def test_each_new_turn_gets_the_next_reply_and_a_retry_the_same() -> None:
    async with scripted_server(["first", "second"], ["overloaded@2"]) as server:
        bodies = [asking("a"), asking("a", "first", "b"), asking("a", "first", "b"), asking("a")]
        got = [(await post(server, body)).text for body in bodies if body]
    assert got == ["first", "", "second", "first"]


@pytest.mark.parametrize("fault", ["preamble@2", "overlap@2:chars=11"])
async def test_a_prefilled_partner_goes_on_without_a_word_about_it(fault: str) -> None:
    async with scripted_server(["one two three four"], ["cut@1:after=2", fault]) as server:
        await post(server, asking("Go.", model="rehearsal-prefill"))
        rest = await post(server, asking("Go.", "one two", model="rehearsal-prefill"))
    assert rest.text == " three four"

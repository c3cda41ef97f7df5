"""Every request of every history is one that the API accepts, and history only grows."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq_tui.claude.models import facts_for
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import (
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    GaveUp,
    MessageDelta,
    MessageSent,
    MessageStarted,
    ReplyDiscarded,
    ReplyDone,
    ReplyStopped,
    ResumeMode,
    SessionChanged,
    SessionStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
    ToolResult,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo, ThinkingSupport
from hq_tui.core.reducer import apply
from hq_tui.core.requests.history import with_distinct_calls
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import NO_WORDS, MessagesRequest, build, context_digest
from hq_tui.core.usage import NO_USAGE
from hq_tui.rehearsal.server import reply as rehearsed
from tests.core.test_reducer import CUT, attempt, fold, words
from tests.support.gates import Tally, part
from tests.support.request_rules import Rules

MODELS = ("rehearsal-1", "rehearsal-prefill")
TOOL = {"name": "note", "description": "d", "input_schema": {"type": "object"}}
WISHES = (
    RequestOptions(tools=(TOOL,)),
    RequestOptions(thinking=False, tools=(TOOL,)),
    RequestOptions(max_tokens=1500, effort="low"),
)
SEEDS = st.integers(0, 2**32)
PARTS = ("Hello", " ", "\n", "  \n", "w1 w2 w3 w4 w5", " What do you mean by that?", "\n\nAnd")


@dataclass(slots=True)
class World:
    """A session, a strict API without a network, and dice that decide what happens."""

    rng: random.Random
    model: str
    conversation: Conversation = EMPTY
    rules: Rules = None  # type: ignore[assignment]  # made below
    wanted: RequestOptions = WISHES[0]
    number: int = 0

    def __post_init__(self) -> None:
        self.rules = Rules()
        self.wanted = self.rng.choice(WISHES)
        self.happen(SessionStarted(id="s", mode="a", model=self.model, at=1, system=("Ask.",)))

    def happen(self, *events: Event) -> None:
        for event in events:
            self.conversation = apply(self.conversation, event)

    def step(self) -> None:
        """Whatever a person may do now, and a reply to it."""
        phase = self.conversation.reply
        self.rng.choice(
            [self.ask, self.ask]
            + [self.go_on, self.go_on] * (phase.can_continue and self.conversation.live is not None)
            + [self.ask_again] * (self.conversation.live is not None)
            + [self.change]
        )()

    def ask(self) -> None:
        text = self.rng.choice(["Why?", " \n ", "I say so."])
        notes = tuple(self.rng.sample(["A note.", " "], self.rng.randint(0, 2)))
        results = (ToolResult(tool_use_id=f"toolu_{self.number}", content="kept", is_error=True),)
        self.happen(MessageSent(text=text, at=2, notes=notes, results=results))
        self.go_on()

    def ask_again(self) -> None:
        self.happen(ReplyDiscarded(at=3))
        self.rules.edited()
        self.go_on()

    def change(self) -> None:
        mode = self.rng.choice(["a", "b"])
        system = (f"Ask, {mode}.", " ") if self.rng.random() < 0.8 else ()
        self.happen(SessionChanged(mode=mode, model=self.model, system=system))

    def go_on(self) -> None:
        self.happen(*self.reply_to(self.request()))

    def request(self) -> MessagesRequest:
        request = build(self.conversation, facts_for(self.model), self.wanted)
        had = self.conversation.reply.attempts
        if request.how is ResumeMode.FRESH and had:
            self.rules.edited()
        self.rules.hold(request)
        self.happen(
            AttemptStarted(
                number=len(had) + 1, how=request.how, model=request.model, at=3,
                context=request.context, prompt=request.prompt, anchor=request.anchor,
            )
        )  # fmt: skip
        return request

    def reply_to(self, request: MessagesRequest) -> list[Event]:
        """The events of some reply, whole or cut somewhere, and how it ended."""
        blocks, events = self.some_blocks(), list[Event]()
        for index, block in enumerate(blocks):
            events += _told(index, block)
        self.rules.answered(request, rehearsed.RehearsedReply(blocks=tuple(blocks)))
        begun: Event = MessageStarted(message_id=f"msg_{self.number}", model="m", usage=NO_USAGE)
        if self.rng.random() < 0.6:
            events = events[: self.rng.randint(0, len(events))]
            return [begun, *events, *self.some_break()]
        calls = any(isinstance(block, rehearsed.ToolUsePart) for block in blocks)
        reasons = ["tool_use" if calls else "end_turn", "max_tokens", "refusal", "pause_turn"]
        reason = self.rng.choices(reasons, [6, 2, 1, 1])[0]
        if reason == "refusal":
            self.rules.edited()
        return [begun, *events, MessageDelta(stop_reason=reason), ReplyDone(at=4)]

    def some_break(self) -> list[Event]:
        failed = AttemptFailed(failure=CUT, at=4)
        return self.rng.choice(
            [[failed], [failed, GaveUp(failure=CUT, at=4)], [ReplyStopped(at=4)],
             [GaveUp(failure=CUT, at=4)]]
        )  # fmt: skip

    def some_blocks(self) -> list[rehearsed.Block]:
        blocks: list[rehearsed.Block] = []
        for _ in range(self.rng.randint(0, 4)):
            self.number += 1
            kind = self.rng.choice(["text", "text", "text", "thinking", "tool", "other"])
            match kind:
                case "text":
                    text = "".join(self.rng.choices(PARTS, k=self.rng.randint(0, 3)))
                    blocks.append(rehearsed.TextPart(text=text))
                case "thinking" if self.wanted.thinking:
                    sign = f"sig-{self.number}"
                    blocks.append(rehearsed.ThinkingPart(thinking="hm", signature=sign))
                case "tool":
                    blocks.append(
                        rehearsed.ToolUsePart(
                            id=f"toolu_{self.number}", name="note", input={"a": 1}
                        )
                    )
                case "other":
                    data = {"type": "redacted_thinking", "data": f"x{self.number}"}
                    blocks.append(rehearsed.OtherPart(data=data))
        return blocks


def _told(index: int, block: rehearsed.Block) -> list[Event]:
    data: dict[str, Any] = dict(block.as_json())
    deltas: list[Event] = []
    match block:
        case rehearsed.TextPart(text=text):
            data["text"] = ""
            half = len(text) // 2
            deltas = [TextArrived(index=index, text=one) for one in (text[:half], text[half:])]
        case rehearsed.ThinkingPart(thinking=thinking, signature=signature):
            data.update(thinking="", signature="")
            deltas = [
                ThinkingArrived(index=index, text=thinking),
                SignatureArrived(index=index, signature=signature),
            ]
        case rehearsed.ToolUsePart():
            data["input"] = {}
            spelt = block.spelt
            deltas = [
                ToolInputArrived(index=index, partial_json=one) for one in (spelt[:3], spelt[3:])
            ]
        case rehearsed.OtherPart():
            deltas = []
    return [BlockStarted(index=index, data=data), *deltas, BlockEnded(index=index)]


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(MODELS), SEEDS)
def test_every_request_is_accepted_and_history_only_grows(model: str, seed: int) -> None:
    check_history(model, seed, steps=12)


def test_the_history_that_lost_white_space_keeps_it() -> None:
    check_history("rehearsal-prefill", seed=71_619, steps=40)


def check_history(model: str, seed: int, *, steps: int) -> None:
    """Live through a session; the world checks each of its requests."""
    world = World(rng=random.Random(seed), model=model)
    world.ask()
    for _ in range(steps):
        world.step()


@pytest.mark.soak
@pytest.mark.gate("requests")
@settings(max_examples=part(1500), suppress_health_check=list(HealthCheck))
@given(model=st.sampled_from(MODELS), seed=SEEDS)
def test_every_request_is_accepted_in_long_histories_too(
    tally: Tally, model: str, seed: int
) -> None:
    tally.tried()
    check_history(model, seed, steps=40)


@pytest.mark.twin("requests", "builders that send what the API refuses")
def test_the_rules_can_be_broken() -> None:
    """A builder that sends empty text, trailing space or a changed past is caught."""
    world = World(rng=random.Random(1), model="rehearsal-1")
    good = build(
        fold(MessageSent(text="Why?", at=1), start=world.conversation),
        facts_for("rehearsal-1"),
        RequestOptions(),
    )
    world.rules.hold(good)
    for messages in (
        [{"role": "user", "content": [{"type": "text", "text": " "}]}],
        [{"role": "assistant", "content": [{"type": "text", "text": "x"}]}],
        [{"role": "user", "content": [{"type": "text", "text": "Why not?"}]}],
    ):
        with pytest.raises(AssertionError):
            world.rules.hold(replace(good, params={**good.params, "messages": messages}))


# Single histories, with the form of the request written out

START = SessionStarted(id="s", mode="m", model="m", at=1, system=("Ask.",))
WHY = MessageSent(text="Why?", at=1)
PREFILLS = ModelInfo(
    id="rehearsal-prefill", prefill=True, thinking=ThinkingSupport.BUDGET, tools=True
)
CONTINUES = ModelInfo(id="rehearsal-1", thinking=ThinkingSupport.ADAPTIVE, tools=True)
BROKE = AttemptFailed(failure=CUT, at=2)


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def sent(conversation: Conversation, facts: ModelInfo = CONTINUES) -> MessagesRequest:
    return build(conversation, facts, RequestOptions())


def test_a_model_that_takes_it_gets_its_own_words_as_the_beginning() -> None:
    conversation = fold(START, WHY, attempt(), *words("One two "), BROKE)
    request = sent(conversation, PREFILLS)
    assert request.how is ResumeMode.PREFILL
    assert request.params["messages"][-1] == {"role": "assistant", "content": [text("One two")]}
    assert "thinking" not in request.params
    conversation = fold(attempt(2, ResumeMode.PREFILL), *words("  "), BROKE, start=conversation)
    conversation = fold(
        attempt(3, ResumeMode.PREFILL), *words("three"), ReplyDone(at=3), WHY, start=conversation
    )
    assert sent(conversation, PREFILLS).params["messages"][1]["content"] == [text("One two  three")]
    assert sent(conversation, PREFILLS).params["thinking"]["type"] == "enabled"


def test_the_others_are_asked_in_words_and_that_stays_on_the_wire() -> None:
    conversation = fold(START, WHY, attempt(), *words("One two "), BROKE)
    request = sent(conversation)
    partial, prompt = request.params["messages"][1:]
    assert partial == {"role": "assistant", "content": [text("One two ")]}
    assert prompt == {"role": "user", "content": [text(request.prompt)]}
    again = AttemptStarted(
        number=2,
        how=ResumeMode.CONTINUE,
        model="m",
        at=2,
        prompt=request.prompt,
        context=request.context,
    )
    conversation = fold(again, *words("three"), ReplyDone(at=3), WHY, start=conversation)
    messages = sent(conversation).params["messages"]
    assert messages[:3] == request.params["messages"]
    assert messages[3:] == [
        {"role": "assistant", "content": [text("three")]},
        {"role": "user", "content": [text("Why?")]},
    ]


@pytest.mark.parametrize("facts", [PREFILLS, CONTINUES])
def test_where_no_word_came_the_question_is_simply_asked_again(facts: ModelInfo) -> None:
    conversation = fold(START, WHY, attempt(), *words(" \n"), BROKE)
    request = sent(conversation, facts)
    assert request.how is ResumeMode.FRESH
    assert request.params["messages"] == [{"role": "user", "content": [text("Why?")]}]


def test_a_finished_tool_call_is_answered_before_the_reply_goes_on() -> None:
    call = BlockStarted(index=0, data={"type": "tool_use", "id": "t1", "name": "n", "input": {}})
    conversation = fold(START, WHY, attempt(), call, BlockEnded(index=0), *words("And", 1), BROKE)
    request = sent(conversation, PREFILLS)
    assert request.how is ResumeMode.CONTINUE
    result = request.params["messages"][-1]["content"][0]
    assert result == {"type": "tool_result", "tool_use_id": "t1", "content": "noted"}


def test_calls_that_a_gateway_gave_the_same_id_are_told_apart() -> None:
    def told(name: str, *ids: str) -> list[dict[str, Any]]:
        return [{"type": name, "tool_use_id" if "result" in name else "id": one} for one in ids]

    given = ("t", "t"), ("t_2", "u"), ("t",)
    messages = [
        {"role": role, "content": told(kind, *ids)}
        for ids in given
        for role, kind in (("assistant", "tool_use"), ("user", "tool_result"))
    ]
    made = with_distinct_calls(messages)
    calls = [[block["id"] for block in message["content"]] for message in made[::2]]
    assert calls == [["t", "t_2"], ["t_2_2", "u"], ["t_3"]]
    assert [
        [block["tool_use_id"] for block in message["content"]] for message in made[1::2]
    ] == calls
    assert with_distinct_calls(made) == made


def test_a_reply_that_was_refused_or_thrown_away_is_not_sent_again() -> None:
    refused = fold(
        START, WHY, attempt(), *words("One"), MessageDelta(stop_reason="refusal"),
        ReplyDone(at=2), MessageSent(text="And?", at=3),
    )  # fmt: skip
    assert sent(refused).params["messages"] == [
        {"role": "user", "content": [text("Why?"), text("And?")]}
    ]
    thrown = fold(START, WHY, attempt(), *words("One"), ReplyDone(at=2), ReplyDiscarded(at=3))
    assert len(sent(thrown).params["messages"]) == 1


def test_going_on_after_a_refused_continuation_asks_afresh() -> None:
    conversation = fold(START, WHY, attempt(), *words("One"), BROKE)
    conversation = fold(
        attempt(2, ResumeMode.CONTINUE), *words(" two"), MessageDelta(stop_reason="refusal"),
        ReplyDone(at=2), start=conversation,
    )  # fmt: skip
    assert [one["role"] for one in sent(conversation).params["messages"]] == ["user"]


def test_a_message_without_a_word_has_a_stand_in() -> None:
    conversation = fold(START, MessageSent(text=" \n", at=1, notes=("",)))
    assert sent(conversation).params["messages"] == [{"role": "user", "content": [text(NO_WORDS)]}]


def test_an_empty_instruction_is_left_out() -> None:
    conversation = fold(replace(START, system=(" ", "")), WHY)
    assert "system" not in sent(conversation).params


@pytest.mark.parametrize(
    ("max_tokens", "thinking"),
    [
        (16_000, {"type": "enabled", "budget_tokens": 4000}),
        (3_000, {"type": "enabled", "budget_tokens": 1500}),
        (2_000, None),
    ],
)
def test_a_budget_for_thinking_fits_into_the_reply(
    max_tokens: int, thinking: dict[str, Any] | None
) -> None:
    wanted = RequestOptions(max_tokens=max_tokens)
    request = build(fold(START, WHY), PREFILLS, wanted)
    assert request.params.get("thinking") == thinking


def test_thinking_goes_back_only_where_it_was_made() -> None:
    thinking = BlockStarted(index=0, data={"type": "thinking", "thinking": "", "signature": "s"})
    first = sent(fold(START, WHY))
    begun = AttemptStarted(number=1, how=ResumeMode.FRESH, model="m", at=1, context=first.context)
    conversation = fold(
        START, WHY, begun, thinking, BlockEnded(index=0), *words("One", 1), ReplyDone(at=2), WHY
    )
    kinds = [block["type"] for block in sent(conversation).params["messages"][1]["content"]]
    assert kinds == ["thinking", "text"]
    other = apply(conversation, SessionChanged(mode="x", model="m", system=("Tell.",)))
    for request in (
        sent(other),
        build(conversation, CONTINUES, RequestOptions(), strip_thinking=True),
    ):
        assert [one["type"] for one in request.params["messages"][1]["content"]] == ["text"]


def test_thinking_goes_back_with_the_same_tools_however_their_fields_are_ordered() -> None:
    conversation, turned = fold(START, WHY), dict(reversed(TOOL.items()))
    made = [context_digest(conversation, CONTINUES, tools) for tools in ([TOOL], [turned], [])]
    assert made[0] == made[1] != made[2]


def test_words_that_were_prefilled_without_thinking_are_never_sent_with_it_behind_them() -> None:
    """Sent so, white space that came first after a prefill was left out, as a text of its own."""
    thinking = BlockStarted(index=1, data={"type": "thinking", "thinking": "", "signature": "s"})
    begun = AttemptStarted(
        number=1,
        how=ResumeMode.FRESH,
        model="m",
        at=1,
        context=sent(fold(START, WHY), PREFILLS).context,
    )
    full = (MessageDelta(stop_reason="max_tokens"), ReplyDone(at=2))
    conversation = fold(START, WHY, begun, *words("One"), thinking, BlockEnded(index=1), *full)
    assert sent(conversation, PREFILLS).how is ResumeMode.CONTINUE
    tell = SessionChanged(mode="x", model="m", system=("Tell.",))
    ask = replace(tell, system=START.system)
    assert sent(apply(conversation, tell), PREFILLS).how is ResumeMode.PREFILL
    none = fold(tell, attempt(2, ResumeMode.PREFILL), BROKE, ask, start=conversation)
    assert sent(none, PREFILLS).params == sent(conversation, PREFILLS).params, "no word, no trace"
    conversation = fold(
        tell,
        attempt(2, ResumeMode.PREFILL),
        *words(" \n"),
        ReplyDone(at=3),
        WHY,
        start=conversation,
    )
    for there in (conversation, apply(conversation, ask)):
        assert sent(there, PREFILLS).params["messages"][1]["content"] == [text("One \n")]


def test_a_failure_before_anything_leaves_no_trace_on_the_wire() -> None:
    failure = Failure(kind=FailureKind.OVERLOADED, retryable=True)
    conversation = fold(START, WHY, attempt(), AttemptFailed(failure=failure, at=2))
    assert sent(conversation).params["messages"] == sent(fold(START, WHY)).params["messages"]

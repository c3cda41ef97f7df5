"""No fault of a real server costs a word, whichever way the model goes on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest

from hq_tui.claude.client import ClientTimeouts
from hq_tui.claude.credentials import Credentials, CredentialsKind
from hq_tui.claude.event_decoder import EventDecoder
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core.conversation import Conversation, Outcome, Phase
from hq_tui.core.events import Event, ResumeMode, RetryScheduled
from hq_tui.core.failure import FailureKind
from hq_tui.core.ledger import ledger_of
from hq_tui.core.usage import FIELDS
from hq_tui.formats.export import session_as_json
from hq_tui.rehearsal.faults.faults import FaultKind
from hq_tui.rehearsal.server.server import Server
from tests.engine.fixtures import Held, hold
from tests.support.gates import Tally, part
from tests.support.samples import RICH, UNICODE, numbered_words
from tests.support.scripted import Answer, scripted_server

WORDS = numbered_words(40) + "\n" + UNICODE[:40]
MODELS = ("rehearsal-1", "rehearsal-prefill")
GOES_ON = {"rehearsal-1": ResumeMode.CONTINUE, "rehearsal-prefill": ResumeMode.PREFILL}
PATIENT = ClientTimeouts(connect=5, read=30, drain=0.05, facts=5)

AFRESH = [
    "overloaded", "rate_limit:retry_after=2", "overloaded:retry_after=3", "error500", "drop",
    "mute", "empty", "bad_gzip", "html:status=502",
]  # fmt: skip
"""Nothing came: the question is asked again."""

HALF_WAY = [
    "error_event", "error_event:type=api_error", "eof", "cut", "cut_event", "reset", "stall",
    "pings:every=0.01", "bad_json", "bad_utf8", "cut:after=0", "eof:after=1", "cut:after=3c",
    "reset:after=39", "cut_event:after=61",
]  # fmt: skip
"""Some words came: the reply goes on."""

HARMLESS = [
    "unknown_events", "early_usage", "duplicate", "duplicate:event=stop", "duplicate:event=message",
    "gap", "end_unconfirmed", "error_after_stop", "hang_after_stop", "jsonsplit", "slicer",
    "drip:per_second=9000", "stall:seconds=0.01", "pings:every=0.01:seconds=0.03",
]  # fmt: skip
"""The reply is whole all the same."""

FINAL = {
    "bad_request": FailureKind.BAD_REQUEST,
    "unauthorised": FailureKind.CREDENTIALS,
    "forbidden": FailureKind.PERMISSION,
    "not_found": FailureKind.NOT_FOUND,
    "too_large": FailureKind.TOO_LARGE,
    "redirect": FailureKind.REDIRECT,
}
"""Asking again cannot help."""

STOPS = {"max_tokens": "max_tokens"}
OTHERWISE_TESTED = {FaultKind.OVERLAP, FaultKind.PREAMBLE, FaultKind.REFUSAL, FaultKind.BAD_UTF8}
SILENT = {"mute", "stall", "pings", "hang_after_stop"}


def at(spec: str, request: str) -> str:
    """The fault at these requests."""
    name, colon, options = spec.partition(":")
    return f"{name}@{request}{colon}{options}"


@dataclass(slots=True)
class Run:
    """One session with a real server."""

    server: Server
    held: Held
    falls_silent: bool = False

    async def ask(self, text: str = "Go.") -> Conversation:
        self.held.engine.ask(text)
        return await self.over()

    async def go_on(self) -> Conversation:
        self.held.engine.resume()
        return await self.over()

    async def over(self) -> Conversation:
        """Wait for the end; where the server is silent or a wait is due, time passes."""
        held, quiet_for = self.held, 0
        happened = len(held.happened)
        async with asyncio.timeout(20):
            while held.engine.is_running:
                await asyncio.sleep(0)
                quiet_for = 0 if len(held.happened) != happened else quiet_for + 1
                happened = len(held.happened)
                if isinstance(held.happened[-1], RetryScheduled):
                    held.engine.replies.retry_now()
                elif self.falls_silent and quiet_for > 300 and self._is_silent():
                    await held.clock.passes(10)
                    quiet_for = 250
        return held.conversation

    def _is_silent(self) -> bool:
        last = self.server.requests[-1].outcome if self.server.requests else ""
        return bool(SILENT & set(last.split("+")))


class Session:
    """A server with faults and an engine that talks to it, closed together."""

    def __init__(self, model: str, *faults: str, replies: tuple[Answer, ...] = (WORDS,)) -> None:
        self._made = scripted_server(replies, faults)
        self._model = model
        self._falls_silent = any("seconds" not in fault for fault in faults)
        self._partner: ClaudePartner | None = None

    async def __aenter__(self) -> Run:
        server = await self._made.__aenter__()
        key = Credentials(kind=CredentialsKind.API_KEY, source="a test", secret=server.token)
        self._partner = ClaudePartner(key, base_url=server.url, timeouts=PATIENT)
        held = hold(self._partner, model=self._model)
        return Run(server=server, held=held, falls_silent=self._falls_silent)

    async def __aexit__(self, *_: object) -> None:
        assert self._partner is not None
        await self._partner.close()
        await self._made.__aexit__(None, None, None)


def check_account(run: Run, conversation: Conversation) -> None:
    """The export has every attempt, and its usage is what the server sent."""
    rows = run.server.ledger
    attempts = [one for turn in conversation.turns for one in turn.reply.attempts]
    for attempt in attempts:
        if attempt.message_id:
            row = rows[attempt.message_id]
            assert attempt.usage.input_tokens == row.input_tokens
            assert attempt.usage.cache_read_input_tokens == row.cache_read_input_tokens
            assert attempt.usage.cache_creation_input_tokens == row.cache_creation_input_tokens
            if attempt.stop_reason:
                assert attempt.cost.output_tokens == row.output_tokens
                assert not attempt.cost.estimated
            else:
                assert attempt.cost.estimated
    exported = session_as_json(conversation)
    told = [one for turn in exported["turns"] for one in turn.get("attempts", ())]
    assert [one["message_id"] for one in told] == [one.message_id or None for one in attempts]
    posts = [one for one in run.server.requests if one.path == "/v1/messages"]
    assert len(told) == len(posts)
    total = ledger_of(conversation).total
    for name in FIELDS:
        assert exported["usage"]["total"][name] == (getattr(total, name) or 0)
        assert exported["usage"]["total"][name] == sum(
            exported["usage"][part][name] for part in ("kept", "resent", "discarded")
        )


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("spec", AFRESH)
async def test_where_nothing_came_the_question_is_asked_again(model: str, spec: str) -> None:
    async with Session(model, at(spec, "1-2")) as run:
        conversation = await run.ask()
        assert (conversation.reply.text, conversation.reply.phase) == (WORDS, Phase.COMPLETE)
        assert [one.how for one in conversation.reply.attempts] == [ResumeMode.FRESH] * 3
        assert [one.outcome for one in conversation.reply.attempts[:2]] == [Outcome.FAILED] * 2
        assert conversation.reply.seams == ()
        check_account(run, conversation)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("spec", HALF_WAY)
async def test_where_some_words_came_the_reply_goes_on(model: str, spec: str) -> None:
    async with Session(model, at(spec, "1-2")) as run:
        conversation = await run.ask()
        assert conversation.reply.phase is Phase.COMPLETE
        if "utf8" not in spec:
            assert conversation.reply.text == WORDS
        hows = [one.how for one in conversation.reply.attempts]
        assert set(hows[1:]) <= {ResumeMode.FRESH, GOES_ON[model]}
        for before, attempt in zip(
            conversation.reply.attempts, conversation.reply.attempts[1:], strict=False
        ):
            had = before.started_at_char + sum(len(getattr(b, "text", "")) for b in before.blocks)
            assert attempt.how is (GOES_ON[model] if had else ResumeMode.FRESH)
        check_account(run, conversation)
        again = await run.ask("And then?")
        assert again.reply.phase is Phase.COMPLETE


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("spec", HARMLESS)
async def test_what_looks_odd_and_is_whole_is_not_asked_for_again(model: str, spec: str) -> None:
    async with Session(model, spec) as run:
        conversation = await run.ask()
        assert (conversation.reply.text, conversation.reply.phase) == (WORDS, Phase.COMPLETE)
        assert len(conversation.reply.attempts) == 1
        check_account(run, conversation)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("spec", FINAL)
async def test_where_it_cannot_help_nothing_is_asked_again(model: str, spec: str) -> None:
    async with Session(model, at(spec, "1")) as run:
        conversation = await run.ask()
        assert conversation.reply.phase is Phase.FAILED
        assert conversation.reply.failure is not None
        assert conversation.reply.failure.kind is FINAL[spec]
        assert len(conversation.reply.attempts) == 1
        whole = await run.go_on()
        assert whole.reply.text == WORDS


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("spec", STOPS)
async def test_a_reply_that_stopped_early_can_be_had_in_full(model: str, spec: str) -> None:
    async with Session(model, at(spec, "1")) as run:
        conversation = await run.ask()
        assert (conversation.reply.phase, conversation.reply.stop_reason) == (
            Phase.COMPLETE,
            STOPS[spec],
        )
        assert conversation.reply.can_continue
        whole = await run.go_on()
        assert whole.reply.text == WORDS
        assert not whole.reply.can_continue


@pytest.mark.parametrize("model", MODELS)
async def test_a_reply_that_the_server_paused_goes_on_by_itself(model: str) -> None:
    async with Session(model, at("pause_turn", "1")) as run:
        conversation = await run.ask()
        assert (conversation.reply.text, conversation.reply.phase) == (WORDS, Phase.COMPLETE)
        assert [one.how for one in conversation.reply.attempts] == [
            ResumeMode.FRESH,
            ResumeMode.PAUSE,
        ]
        assert not conversation.reply.seams
        body = run.server.requests[-1].body
        assert isinstance(body, dict)
        assert [one["role"] for one in body["messages"]] == ["user", "assistant"]


@pytest.mark.parametrize("model", MODELS)
async def test_a_refusal_is_shown_and_not_sent_back(model: str) -> None:
    async with Session(model, "refusal@1") as run:
        conversation = await run.ask()
        assert conversation.reply.attempts[0].outcome is Outcome.REFUSED
        assert conversation.reply.text == "w1 w2 w3 w4 w5 w6 "
        after = await run.ask("And then?")
        assert after.reply.phase is Phase.COMPLETE
        body = run.server.requests[-1].body
        assert isinstance(body, dict)
        assert [one["role"] for one in body["messages"]] == ["user"]


@pytest.mark.parametrize("chars", [20, 33, 64, 100, 131])
async def test_a_continuation_that_repeats_the_tail_reads_as_one(chars: int) -> None:
    faults = ("cut@1:after=31", "cut@2:after=5", f"overlap@2-3:chars={chars}")
    async with Session("rehearsal-1", *faults) as run:
        assert (await run.ask()).reply.text == WORDS


@pytest.mark.parametrize("spec", ["cut", "eof:after=1", "cut:after=3c", "reset:after=39", "stall"])
@pytest.mark.parametrize("words", [15, 31, 90])
async def test_a_reply_begun_again_shows_nothing_twice_however_often_it_breaks(
    spec: str, words: int
) -> None:
    faults = (f"cut@1:after={words}", at(spec, "2-3"), "overlap@2-4:chars=9999")
    async with Session("rehearsal-1", *faults) as run:
        seen = [""]
        run.held.engine.events.subscribe(lambda _: seen.append(run.held.conversation.reply.text))
        assert (await run.ask()).reply.text == WORDS
        for before, after in pairwise(seen):
            assert WORDS.startswith(after)
            assert after.startswith(before)


async def test_an_announcement_is_left_out() -> None:
    async with Session("rehearsal-1", "cut@1:after=31", "preamble@2") as run:
        assert (await run.ask()).reply.text == WORDS


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("after", [1, 8, 30, 44, 46, 55])
async def test_thinking_and_tool_calls_survive_or_are_asked_for_again(
    model: str, after: int
) -> None:
    async with Session(model, f"cut@1:after={after}", replies=(RICH, "Next?")) as run:
        conversation = await run.ask()
        assert (conversation.reply.text, conversation.reply.phase) == (RICH.text, Phase.COMPLETE)
        tools = [block for block in conversation.reply.shown if hasattr(block, "json_text")]
        assert tools
        assert all(getattr(block, "input", None) for block in tools)
        assert (await run.ask("And then?")).reply.phase is Phase.COMPLETE


@pytest.mark.parametrize("model", MODELS)
async def test_the_message_after_a_stop_is_accepted(model: str) -> None:
    async with Session(model, "stall@1") as run:
        held = run.held

        def stop(event: Event) -> None:
            if held.conversation.reply.text.endswith("w6 "):
                held.engine.stop()

        unsubscribe = held.engine.events.subscribe(stop)
        conversation = await run.ask()
        assert (conversation.reply.phase, conversation.reply.text) == (
            Phase.STOPPED,
            "w1 w2 w3 w4 w5 w6 ",
        )
        unsubscribe()
        assert (await run.ask("And then?")).reply.phase is Phase.COMPLETE
        assert all("400" not in one.outcome for one in run.server.requests)


def test_every_kind_of_fault_is_tried() -> None:
    tried = {spec.split(":")[0] for spec in (*AFRESH, *HALF_WAY, *HARMLESS, *FINAL, *STOPS)} | {
        "pause_turn"
    }
    assert {FaultKind(one) for one in tried} | OTHERWISE_TESTED == set(FaultKind)


@pytest.mark.soak
@pytest.mark.gate("storm")
@pytest.mark.gate("ledger")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", range(60))
async def test_random_faults_in_a_third_of_all_replies_cost_no_word(
    model: str, tally: Tally, seed: int
) -> None:
    await ride_out(model, seed, part(8), tally)


async def ride_out(model: str, seed: int, turns: int, tally: Tally) -> None:
    """A session in which a third of all replies go wrong somehow; every text has to be exact."""
    async with Session(model, replies=tuple(f"{n}: {WORDS}" for n in range(turns))) as run:
        conversation = run.held.conversation
        run.server.service.script = run.server.service.script.__class__(seed=str(seed), rate=0.34)
        for number in range(turns):
            tally.tried()
            conversation = await run.ask(f"Go {number}.")
            while conversation.reply.phase is not Phase.COMPLETE:
                conversation = await run.go_on()
            assert conversation.reply.text == f"{number}: {WORDS}"
        check_account(run, conversation)


class Believing(EventDecoder):
    """A reader that takes any end for done."""

    def __init__(self) -> None:
        super().__init__()
        self.is_whole = True


@pytest.mark.twin("storm", "a reader that takes any end for done")
async def test_a_reader_that_takes_any_end_for_done_loses_words_in_a_storm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hq_tui.claude.partner.EventDecoder", Believing)
    with pytest.raises(AssertionError):
        await ride_out(MODELS[0], 3, 8, Tally())


@pytest.mark.twin("ledger", "a broken attempt left out")
async def test_an_account_without_a_broken_attempt_is_found_out() -> None:
    async with Session(MODELS[0], "cut@1:after=9") as run:
        conversation = await run.ask()
        check_account(run, conversation)
        assert conversation.live is not None
        reply = replace(conversation.reply, attempts=conversation.reply.attempts[1:])
        with pytest.raises(AssertionError):
            check_account(run, replace(conversation, live=replace(conversation.live, reply=reply)))


@pytest.mark.twin("ledger", "another count of the input")
async def test_an_account_that_differs_from_the_servers_is_found_out() -> None:
    async with Session(MODELS[0]) as run:
        conversation = await run.ask()
        for row in run.server.service.ledger.values():
            row.input_tokens += 1
        with pytest.raises(AssertionError):
            check_account(run, conversation)

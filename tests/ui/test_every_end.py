"""However a reply ends or waits, the screen says it in words and names a key that goes on.

One table of the ends that the API knows, one of what stops a reply, and one of the answers
a server really gives, each walked through the app itself.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from hq_tui.claude.error_response import ErrorResponse, failure_from, not_an_api
from hq_tui.core.conversation import Phase
from hq_tui.core.events import MessageEnded
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.requests.lessons import LEARNED
from tests.ui.app_driver import RESET, a_reply, reports, text
from tests.ui.conftest import Playing

HALF = "What would have to be true for"

ENDS: list[tuple[str, str, tuple[str, ...], str]] = [
    ("end_turn", "your turn", (), "F1 help"),
    ("stop_sequence", "your turn", (), "F1 help"),
    ("tool_use", "your turn", (), "F1 help"),
    ("max_tokens", "length limit", ("length limit reached",), "Ctrl+R goes on"),
    (
        "model_context_window_exceeded",
        "window full",
        ("the context window is full", "goes on from it in a new session"),
        "F10 is its page",
    ),
    ("refusal", "refused", ("refused by the model: a closed subject",), "F3 edits your message"),
    ("sparkle", "your turn", ("ended with sparkle, which is new to hq-tui",), "Enter goes on"),
    ("\x1b[31mred", "your turn", ("which is new to hq-tui",), "Enter goes on"),
]


def flowing(screen: str) -> str:
    """The words of the left half of a screen as one line, wherever they were wrapped."""
    return " ".join(" ".join(row.partition("│")[0] for row in screen.splitlines()).split())


@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "unconfirmed"])
async def test_every_stop_reason_has_its_words_and_its_key(
    playing: Playing, confirmed: bool
) -> None:
    async with playing(size=(100, 30)) as stage:
        for reason, state, words, key in ENDS:
            await stage.asks("Should I move?")
            told = reports(stop_reason=reason)
            if reason == "refusal":
                told = reports(stop_reason=reason, explanation="a closed subject")
            end = (MessageEnded(), None) if confirmed else (None,)
            await stage.says(*a_reply(HALF)[:-2], told, *end)
            assert stage.app.view.session.conversation.reply.phase is Phase.COMPLETE
            screen = stage.screen_text
            assert "\x1b" not in screen
            for said in (*words, key):
                assert said in flowing(screen), reason
            assert state in screen, reason
            if stage.app.view.session.conversation.reply.can_continue:
                await stage.presses("ctrl+r")
                await stage.replies("the move to be wrong?")
                assert stage.app.view.session.conversation.reply.attempts[-1].number == 2


ADAPTED = {FailureKind.NO_PREFILL, FailureKind.BOUND_THINKING} | LEARNED
"""The engine asks again in another form after these, and nobody waits for anything."""
SHOWN = sorted(set(FailureKind) - ADAPTED)


async def test_every_failure_that_passes_counts_down_and_names_two_keys(playing: Playing) -> None:
    async with playing(size=(120, 30)) as stage:
        for kind in SHOWN:
            await stage.asks("Should I move?")
            await stage.says(Failure(kind=kind, retryable=True, message="It happened."))
            begin = kind.words[:12]
            for said in ("retrying in ", "(2 of 6)", begin, "Ctrl+R now", "Esc stops"):
                assert said in stage.banner
            await stage.presses("ctrl+r")
            await stage.replies(f"After {kind}?")
            assert stage.app.view.session.conversation.reply.text == f"After {kind}?"


async def test_every_failure_that_stays_says_why_and_what_to_do(playing: Playing) -> None:
    async with playing(size=(100, 30)) as stage:
        # Where there is no room, Ctrl+R goes on in a new session.
        for kind in sorted(set(SHOWN) - {FailureKind.TOO_LARGE}):
            await stage.asks("Should I move?")
            await stage.says(Failure(kind=kind, hint=f"Do this for {kind}."))
            assert kind.words in flowing(stage.screen_text)
            assert "Ctrl+R tries again" in stage.banner
            assert f"Do this for {kind}." in flowing(stage.screen_text)
            await stage.presses("ctrl+r")
            await stage.replies(f"After {kind}?")
            assert stage.app.view.session.conversation.reply.text == f"After {kind}?"


def answer(status: int, kind: str, message: str, **headers: str) -> Failure:
    """What the adapter makes of an error answer."""
    details = {"error_code": "enforced_spend_limit_reached"} if "spend" in message else {}
    error = {"type": kind, "message": message, "details": details}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"type": "error", "error": error}
    host = "api.anthropic.com"
    return failure_from(ErrorResponse(status=status, body=body, headers=named, host=host, now=0.0))


ANSWERS: list[tuple[str, Failure, str, bool]] = [
    ("short wait", answer(429, "rate_limit_error", "Slow.", retry_after="17"), "in 17 s", True),
    (
        "long wait",
        answer(429, "rate_limit_error", "Slow.", retry_after="3600"),
        "The server asks to wait 60 min",
        False,
    ),
    (
        "spend limit",
        answer(429, "rate_limit_error", "A spend limit.", retry_after="5"),
        "has reached its spend limit",
        False,
    ),
    ("key", answer(401, "authentication_error", "No."), "refused the key", False),
    ("overloaded in the stream", answer(200, "overloaded_error", "Busy."), "overloaded", True),
    ("page", not_an_api(host="api.anthropic.com"), "a proxy or login page?", False),
]


@pytest.mark.parametrize(
    ("failure", "words", "waits"), [pytest.param(*row, id=name) for name, *row in ANSWERS]
)
async def test_what_a_server_answers_is_waited_for_or_asked_about(
    playing: Playing, failure: Failure, words: str, waits: bool
) -> None:
    async with playing(size=(120, 30)) as stage:
        await stage.asks("Should I move?")
        await stage.says(failure)
        assert words in flowing(stage.screen_text)
        assert (stage.app.view.session.conversation.reply.phase is Phase.RETRYING) == waits
        assert "Ctrl+R" in stage.banner


async def test_offline_is_said_and_goes_on_by_itself(playing: Playing) -> None:
    async with playing(size=(120, 30)) as stage:
        await stage.asks("Should I move?")
        offline = Failure(kind=FailureKind.OFFLINE, retryable=True, message="No network.")
        for _ in range(3):
            await stage.says(replace(offline))
            assert "no network" in stage.banner
            await stage.waits(31)
        await stage.replies("What for?")
        assert stage.app.view.session.conversation.reply.text == "What for?"


async def test_silence_is_said_with_the_key_that_ends_it(playing: Playing) -> None:
    async with playing(size=(120, 30)) as stage:
        await stage.asks("Should I move?")
        await stage.says(*a_reply(HALF)[:3])
        await stage.waits(12)
        stage.app.view.refresh_view()
        assert "stalled 12 s" in stage.banner
        assert "Esc stop" in stage.banner
        await stage.presses("escape")
        assert "stopped by you · Ctrl+R goes on" in flowing(stage.screen_text)


async def test_words_that_may_be_said_again_wait_and_the_state_says_so(playing: Playing) -> None:
    async with playing(size=(120, 30)) as stage:
        await stage.asks("Should I move?")
        await stage.says(*a_reply(HALF)[:3])
        await stage.says(RESET)
        await stage.waits(30)
        await stage.says(*a_reply(HALF[:20])[:3])
        stage.app.view.refresh_view()
        assert "trying to go on" in stage.screen_text
        assert stage.app.view.session.conversation.reply.text == HALF
        await stage.says(text(f"{HALF[20:]} you to stay?"))
        stage.app.view.refresh_view()
        assert "resumed" in stage.screen_text
        assert stage.app.view.session.conversation.reply.text == f"{HALF} you to stay?"

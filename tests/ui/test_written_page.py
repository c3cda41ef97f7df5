"""F10, Enter: the model writes the page; a session that finds no room goes on in a new one."""

from __future__ import annotations

from hq_tui.core.events import Event
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.ui.screens.text import TextScreen
from tests.ui.app_driver import OVERLOADED, AppDriver, a_reply
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST, two_turns

PROSE = f"# What was said\n\nThe person holds “{RUST[:20]}” [message 1] and “nothing else”."
NO_ROOM = Failure(kind=FailureKind.TOO_LARGE, message="The session is too long.", status=400)


async def says_beside(stage: AppDriver, *lines: Event | Failure | None) -> None:
    """The partner says this to whoever listens, and the page takes it in."""
    for line in lines:
        stage.partner.script.put_nowait(line)
    await stage.settled()


def page(stage: AppDriver) -> str:
    screen = stage.app.screen
    return screen.text if isinstance(screen, TextScreen) else ""


async def test_enter_on_the_page_has_it_written_shown_and_counted(playing: Playing) -> None:
    async with playing() as stage:
        await two_turns(stage)
        asked = len(stage.partner.requests)
        before = stage.app.view.view_state.build(stage.app.view.session)
        await stage.presses("f10")
        assert "Enter Claude writes it as prose" in stage.screen_text
        await stage.presses("enter")
        await stage.until(lambda: len(stage.partner.requests) > asked)
        assert "Claude is writing the page" in stage.banner
        request = stage.partner.requests[-1].params
        assert "tools" not in request
        assert "[message 1]" in str(request["messages"])
        await says_beside(stage, *a_reply(PROSE, tokens=900, output=77), None)
        await stage.until(lambda: "What was said" in page(stage))
        assert f"“{RUST[:20]}”¹ and nothing else (not in the session)" in page(stage)
        after = stage.app.view.view_state.build(stage.app.view.session)
        output = after.ledger.total.output_tokens or 0
        assert output - (before.ledger.total.output_tokens or 0) == 77
        assert (after.cost or 0) > (before.cost or 0)
        await stage.presses("escape", "f10")
        assert "What was said" in page(stage)
        assert "Enter Claude writes it again" in stage.screen_text
        await stage.presses("escape")
        await stage.talks("and more", "And?")
        assert "What was said" not in str(stage.partner.requests[-1].params["messages"])
        await stage.presses("f10")
        assert "Decision record" in page(stage)


async def test_in_a_rehearsal_nobody_offers_to_write_the_page(playing: Playing) -> None:
    async with playing(rehearsal=True) as stage:
        await stage.talks("Is it Rust?", "“Rust”: what did you measure?")
        asked = len(stage.partner.requests)
        await stage.presses("f10")
        assert "What is marked (the rehearsal partner) is the rehearsal partner's." in page(stage)
        assert "Claude" not in stage.screen_text.replace("not Claude", "")
        assert "Esc closes" in stage.screen_text
        await stage.presses("enter")
        assert page(stage)
        await stage.presses("escape")
        await stage.asks("/new from")
        await stage.until(lambda: "board and page of “Is it Rust?”" in stage.banner)
        assert len(stage.partner.requests) == asked


async def test_a_page_shows_its_waits_and_stops_at_escape(playing: Playing) -> None:
    async with playing() as stage:
        await two_turns(stage)
        await stage.presses("f10", "enter")
        await stage.until(lambda: stage.partner.listening)
        await says_beside(stage, OVERLOADED)
        await stage.until(lambda: "retrying in" in stage.banner)
        await stage.presses("escape")
        await stage.until(lambda: "The page is not complete" in stage.banner)
        assert not stage.app.view.session.engine.is_running


async def test_finish_shows_the_page_when_the_last_reply_is_whole(playing: Playing) -> None:
    async with playing() as stage:
        await two_turns(stage)
        await stage.asks("/finish")
        assert not page(stage)
        await stage.replies("Settled: the parser.")
        await stage.until(lambda: bool(page(stage)))
        assert "Claude's summing up at the end" in page(stage)


async def test_finish_keeps_the_page_that_was_written_and_says_up_to_where(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await two_turns(stage)
        await stage.presses("f10", "enter")
        await stage.until(lambda: stage.partner.listening)
        await says_beside(stage, *a_reply(PROSE), None)
        await stage.until(lambda: "What was said" in page(stage))
        await stage.presses("escape")
        await stage.asks("/finish")
        await stage.replies("Settled: the parser.")
        await stage.until(lambda: "What was said" in page(stage))
        assert "Written up to message 2; what came after is not in it." in page(stage)
        await stage.presses("escape", "f10")
        assert "What was said" in page(stage)


async def test_a_message_that_finds_no_room_goes_on_in_a_new_session_by_one_key(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await two_turns(stage)
        old = stage.app.view.session.conversation.id
        await stage.asks("this one does not fit")
        await stage.says(NO_ROOM)
        assert "Ctrl+R goes on in a new session" in stage.banner
        await stage.presses("ctrl+r")
        await stage.until(lambda: stage.app.view.session.conversation.id != old)
        await stage.settled()
        assert stage.app.view.chat.composer.text == "this one does not fit"
        await stage.presses("enter")
        await stage.until(lambda: stage.partner.listening)
        (message,) = stage.partner.requests[-1].params["messages"]
        words = " ".join(part["text"] for part in message["content"])
        assert "<earlier>" in words
        assert RUST[:40] in words
        assert words.endswith("this one does not fit")
        await stage.replies("Then?")


async def test_four_fifths_of_the_window_are_told_before_it_is_full(playing: Playing) -> None:
    async with playing() as stage:
        await two_turns(stage)
        now = stage.app.view.view_state.build(stage.app.view.session)
        window = (now.facts.window if now.facts else 0) or 0
        await stage.talks("more", "And?", tokens=int(window * 0.79))
        assert "of the context used" not in stage.banner
        await stage.talks("and more", "And?", tokens=int(window * 0.81))
        assert "81 % of the context used" in stage.banner
        assert "/finish ends with the page" in stage.banner

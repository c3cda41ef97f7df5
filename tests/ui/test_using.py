"""What a person does with the keyboard, and what then happens."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from hq_tui.core.conversation import Phase
from hq_tui.terminal.clipboard import CopyMethod, CopyResult
from hq_tui.ui.screens.help import HelpScreen
from hq_tui.ui.screens.picker import PickScreen
from hq_tui.ui.screens.session_picker import SessionPicker
from hq_tui.ui.transcript import Entry, Prose, Role
from tests.support.transcripts import plain_lines
from tests.ui.app_driver import BAD_KEY, OVERLOADED, begins, block, text
from tests.ui.conftest import Playing
from tests.ui.scenes import BEGUN, RUST, TIED, long_conversation, streaming


async def test_enter_sends(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses(*"why", "enter")
        assert stage.app.view.session.conversation.turn_count == 1
        assert stage.app.view.session.conversation.turn(1).asked.text == "why"
        assert stage.app.view.chat.composer.text == ""


@pytest.mark.parametrize("key", ["ctrl+j", "alt+enter", "shift+enter", "ctrl+enter"])
async def test_a_new_line_comes_from_every_key_that_a_terminal_may_send(
    playing: Playing, key: str
) -> None:
    async with playing() as stage:
        await stage.presses("a", key, "b")
        assert stage.app.view.chat.composer.text == "a\nb"
        assert stage.app.view.session.conversation.turn_count == 0


async def test_a_backslash_before_enter_is_a_new_line(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses("a", "backslash", "enter", "b")
        assert stage.app.view.chat.composer.text == "a\nb"


async def test_nothing_is_sent_when_nothing_is_written(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses("space", "ctrl+j", "enter")
        assert stage.app.view.session.conversation.turn_count == 0


async def test_deleting_at_the_end_of_the_text_deletes_nothing(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses(
            *"gone", "ctrl+u", "ctrl+k", "ctrl+k", "a", "ctrl+k", "delete", "ctrl+d"
        )
        assert stage.app.view.chat.composer.text == "a"


async def test_up_fetches_what_was_sent_and_down_brings_the_draft_back(playing: Playing) -> None:
    async with playing() as stage:
        await stage.talks("one", "And?")
        await stage.talks("two", "And?")
        await stage.presses(*"draft", "up")
        composer = stage.app.view.chat.composer
        assert composer.text == "two"
        await stage.presses("up", "up")
        assert composer.text == "one"
        await stage.presses("down", "down")
        assert composer.text == "draft"


async def test_what_was_asked_stays_when_it_fails_and_can_be_asked_again(playing: Playing) -> None:
    async with playing() as stage:
        await stage.asks(RUST)
        await stage.says(BAD_KEY)
        assert "refused the key" in stage.screen_text
        assert "Check ANTHROPIC_API_KEY" in stage.screen_text.replace("\n", " ")
        await stage.presses("ctrl+r")
        await stage.replies(TIED)
        assert stage.app.view.session.conversation.turn_count == 1
        assert stage.app.view.session.conversation.reply.text == TIED


async def test_the_draft_stays_when_nothing_may_be_sent(playing: Playing) -> None:
    async with playing() as stage:
        stage.app.view.session.read_only = "read-only: open elsewhere"
        await stage.presses(*"mine", "enter")
        assert stage.app.view.chat.composer.text == "mine"
        assert "read-only" in stage.banner
        assert stage.app.view.session.conversation.turn_count == 0


async def test_a_message_written_meanwhile_is_queued_and_sent_afterwards(playing: Playing) -> None:
    async with playing() as stage:
        await streaming(stage)
        await stage.presses(*"more", "enter")
        assert stage.app.view.session.conversation.queued == ("more",)
        assert "1 queued" in stage.banner
        await stage.says(None)
        await stage.until(lambda: stage.app.view.session.conversation.turn_count == 2)
        assert stage.app.view.session.conversation.turn(2).asked.text == "more"
        await stage.presses("escape")


async def test_up_takes_a_queued_message_back(playing: Playing) -> None:
    async with playing() as stage:
        await streaming(stage)
        await stage.presses(*"more", "enter", "up")
        assert stage.app.view.chat.composer.text == "more"
        assert stage.app.view.session.conversation.queued == ()
        await stage.presses("escape")


async def test_escape_stops_and_keeps_what_came(playing: Playing) -> None:
    async with playing() as stage:
        await streaming(stage)
        await stage.presses("escape")
        reply = stage.app.view.session.conversation.reply
        assert (reply.phase, reply.text) == (Phase.STOPPED, BEGUN)
        assert "stopped" in stage.screen_text


async def test_ctrl_r_does_not_wait_for_the_next_attempt(playing: Playing) -> None:
    async with playing() as stage:
        await stage.asks(RUST)
        await stage.says(OVERLOADED)
        assert "(2 of 6) · retrying in " in stage.banner
        await stage.presses("ctrl+r")
        assert len(stage.partner.requests) == 2
        await stage.replies(TIED)
        assert stage.app.view.session.conversation.reply.text == TIED


async def test_ctrl_r_goes_on_with_a_stopped_reply(playing: Playing) -> None:
    async with playing() as stage:
        await streaming(stage)
        await stage.presses("escape")
        await stage.presses("ctrl+r")
        await stage.replies("is a cause.")
        assert stage.app.view.session.conversation.reply.text == f"{BEGUN}is a cause."


async def test_ctrl_y_copies_the_last_reply(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []

    def copy(words: str, **_how: object) -> CopyResult:
        taken.append(words)
        return CopyResult(way=CopyMethod.NATIVE, is_certain=True, tool="a test")

    monkeypatch.setattr("hq_tui.terminal.clipboard.copy", copy)
    async with playing() as stage:
        await stage.talks(RUST, TIED)
        await stage.presses("ctrl+y")
        await stage.until(lambda: "copied with a test" in stage.banner)
        assert taken == [TIED]


async def test_ctrl_c_asks_once_and_quits_at_the_second(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses("ctrl+c")
        assert "Ctrl+C again quits" in stage.banner
        await stage.presses("a", "ctrl+c")
        assert "Ctrl+C again quits" in stage.banner
        assert stage.app.is_running
        await stage.pilot.press("ctrl+c")
        await stage.until(lambda: stage.app._exit)
        assert stage.app.return_code == 0


async def test_another_action_between_two_ctrl_c_starts_anew(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses("ctrl+c", "pageup", "ctrl+c")
        assert not stage.app._exit
        assert "Ctrl+C again quits" in stage.banner


async def test_ctrl_f_finds_and_goes_on(playing: Playing) -> None:
    async with playing() as stage:
        await long_conversation(stage)
        await stage.presses("ctrl+f")
        assert stage.app.view.chat.composer.text == "/find "
        await stage.asks("/find cause")
        assert "5 found" in stage.banner
        await stage.presses("ctrl+f")
        first = stage.app.view.chat.transcript.scroll_y
        await stage.presses("ctrl+f")
        assert stage.app.view.chat.transcript.scroll_y != first
        await stage.presses("escape")
        assert "found" not in stage.banner


async def test_the_view_holds_still_while_text_streams_and_end_follows(playing: Playing) -> None:
    async with playing() as stage:
        await long_conversation(stage)
        await stage.asks("And now?")
        await stage.presses("pageup")
        transcript = stage.app.view.chat.transcript
        held, seen = transcript.scroll_y, plain_lines(transcript)
        await stage.says(begins(), block(), text(f"{TIED}\n\n{TIED}\n\n{TIED}"))
        assert (transcript.scroll_y, plain_lines(transcript)) == (held, seen)
        assert "End shows 17 new lines" in stage.banner
        await stage.presses("end")
        assert transcript.scroll_anchor.follows
        assert "new line" not in stage.banner
        await stage.says(text("\n\nThe last words."))
        assert "The last words." in "\n".join(plain_lines(transcript))
        await stage.presses("escape")


async def test_f1_opens_the_help_and_escape_closes_it(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses("f1")
        assert isinstance(stage.app.screen, HelpScreen)
        await stage.presses("escape")
        assert len(stage.app.screen_stack) == 1


async def test_mode_picks_a_mode(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses(*"/mode", "enter")
        assert isinstance(stage.app.screen, PickScreen)
        await stage.presses(*"tut", "enter")
        assert stage.app.view.session.conversation.mode == "tutor"


async def test_f2_goes_to_another_session(playing: Playing) -> None:
    async with playing() as stage:
        await stage.talks("The first one.", "And?")
        first = stage.app.view.session.conversation.id
        await stage.app.view.session.engine.sync()
        await stage.asks("/new")
        await stage.until(lambda: stage.app.view.session.conversation.id != first)
        await stage.presses("f2")
        await stage.until(lambda: isinstance(stage.app.screen, SessionPicker))
        await stage.app.workers.wait_for_complete()
        await stage.presses(*"first", "enter")
        await stage.until(lambda: stage.app.view.session.conversation.id == first)
        await stage.settled()
        assert "The first one." in stage.screen_text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/nonsense", "/nonsense is not a command"),
        ("/retry", "Nothing to retry"),
        ("/mode nonsense", "There is no mode 'nonsense'"),
        ("/again", "no finished reply"),
        ("/copy", "nothing to copy"),
    ],
)
async def test_a_command_that_cannot_be_done_says_why(
    playing: Playing, line: str, said: str
) -> None:
    async with playing() as stage:
        await stage.asks(line)
        await stage.until(lambda: said in stage.banner)
        assert stage.app.view.session.conversation.turn_count == 0


async def test_an_unknown_command_stays_in_the_composer(playing: Playing) -> None:
    async with playing() as stage:
        await stage.asks("/nonsense with words")
        assert stage.app.view.chat.composer.text == "/nonsense with words"


@pytest.mark.parametrize(
    ("written", "sent"),
    [("//retry", "/retry"), ("/etc/hosts is wrong", "/etc/hosts is wrong"), ("/a\n/b", "/a\n/b")],
)
async def test_a_message_may_begin_with_a_slash(playing: Playing, written: str, sent: str) -> None:
    async with playing() as stage:
        await stage.asks(written)
        assert stage.app.view.session.conversation.turn(1).asked.text == sent
        await stage.presses("escape")


async def test_a_key_can_be_bound_anew_and_is_shown_so(playing: Playing) -> None:
    async with playing(keys={"help": "f12"}, size=(100, 30)) as stage:
        assert "F12 help" in stage.screen_text
        await stage.presses("f1")
        assert stage.app.screen is stage.app._front
        await stage.presses("f12")
        assert isinstance(stage.app.screen, HelpScreen)
        assert "F12" in stage.screen_text


@pytest.mark.parametrize(
    ("width", "by_itself"), [(80, False), (100, False), (119, False), (120, True)]
)
async def test_the_panel_stands_by_itself_on_a_wide_screen_and_a_key_turns_it(
    playing: Playing, width: int, by_itself: bool
) -> None:
    async with playing(size=(width, 30)) as stage:
        await stage.talks(RUST, TIED)
        for shown in (by_itself, not by_itself, by_itself):
            assert ("this reply" in stage.screen_text) is shown
            assert ("402 in ·" in stage.screen_text) is not shown, "the figures stand somewhere"
            await stage.presses("alt+p")


async def test_a_panel_without_room_is_not_shown(playing: Playing) -> None:
    async with playing(size=(60, 20)) as stage:
        await stage.presses("alt+p")
        assert "needs a terminal of 80 columns" in stage.screen_text
        assert "this reply" not in stage.screen_text


async def test_the_first_picture_says_enter_send(playing: Playing) -> None:
    async with playing() as stage:
        assert "Enter send" in stage.screen_text.splitlines()[-1]


async def test_room_that_a_composer_gives_back_is_no_scrolling(playing: Playing) -> None:
    """A message that is sent makes the composer shrink while the view has text still to draw."""
    async with playing(size=(60, 16)) as stage:
        await long_conversation(stage)
        transcript = stage.app.view.chat.transcript
        count = len(transcript.entry_list.entries)
        for number in range(3):
            words = (Prose(text=TIED),)
            entry = Entry(key=f"more{number}", role=Role.USER, turn=0, parts=words)
            transcript.put(count + number, entry)
        width, height = transcript.size
        transcript._size_updated(Size(width, height + 2), Size(width, 0), Size(width, height + 2))
        assert transcript.scroll_anchor.follows


async def test_new_stops_the_reply_and_keeps_what_came(playing: Playing) -> None:
    async with playing() as stage:
        await streaming(stage)
        first = stage.app.view.session
        await stage.asks("/new")
        await stage.until(lambda: stage.app.view.session is not first)
        assert (first.conversation.reply.phase, first.conversation.reply.text) == (
            Phase.STOPPED,
            BEGUN,
        )


async def test_rehearse_begins_a_session_with_the_rehearsal_partner(playing: Playing) -> None:
    async with playing() as stage:
        await stage.talks(RUST, TIED)
        first = stage.app.view.session
        await stage.asks("/rehearse")
        await stage.until(lambda: stage.app.view.session is not first)
        await stage.settled()
        assert "REHEARSAL" in stage.screen_text
        assert stage.app.view.session.conversation.turn_count == 0


async def test_a_session_without_a_message_has_nothing_to_name(playing: Playing) -> None:
    async with playing() as stage:
        await stage.asks("/rename The bakery")
        assert "nothing to name" in stage.banner
        await stage.talks(RUST, TIED)
        await stage.asks("/rename The bakery")
        assert stage.app.view.session.conversation.title == "The bakery"


async def test_a_session_that_is_shown_again_is_followed_once(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    async with playing() as stage:
        view = stage.app.view
        monkeypatch.setattr(view.terminal_policy, "happened", lambda event, _: heard.append(event))
        view.show_session(view.session)
        await stage.talks(RUST, TIED)
        assert len(heard) == len({id(event) for event in heard}) > 1

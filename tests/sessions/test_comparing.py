"""Two branches side by side: what is shown, what is carried over, and what is supposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.app.actions.compare import quoted
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import BlockEnded, BlockStarted, Event, TextArrived
from hq_tui.core.reducer import apply
from hq_tui.inquiry.text.language import is_verbatim, own_words
from hq_tui.ui.screens.compare import Carried, CompareScreen
from hq_tui.ui.screens.compare_rows import DIFFERS, CompareRow, compared_exchanges, laid_out
from tests.sessions import samples
from tests.sessions.samples import replied, write
from tests.ui.app_driver import AppDriver, begins, block, text
from tests.ui.conftest import Playing

SAID = ("first", "reply one", "Python is always too slow", "How slow is it?\n\nWhat was measured?")
OTHER = ("first", "reply one", "Python is never too slow", "How slow is it?\n\nWho measured it?")


def events_of(session_id: str, *said: str, parent: str = "") -> list[Event]:
    """A session in which the last reply came in one piece, with its paragraphs."""
    events = samples.conversation(session_id, *said, parent=parent)
    if len(said) % 2:
        return events
    begin = max(at for at, one in enumerate(events) if isinstance(one, BlockStarted)) + 1
    end = max(at for at, one in enumerate(events) if isinstance(one, BlockEnded))
    return [*events[:begin], TextArrived(index=0, text=said[-1]), *events[end:]]


def conversation(session_id: str, *said: str) -> Conversation:
    """The session in which this was said."""
    now = EMPTY
    for event in events_of(session_id, *said):
        now = apply(now, event)
    return now


def page(rows: list[CompareRow]) -> str:
    """The rows as text, cells side by side, marked words in brackets."""
    lines = []
    for row in rows:
        cells = []
        for cell in row.cells:
            parts = [f"[{text}]" if style is DIFFERS else text for text, style in cell]
            cells.append("".join(parts))
        lines.append(" | ".join(cells).rstrip())
    return "\n".join(lines)


def test_wide_stands_side_by_side_and_narrow_one_below_the_other() -> None:
    found = compared_exchanges(conversation("a", *SAID), conversation("b", *OTHER))
    wide, narrow = page(laid_out(found, 120)), page(laid_out(found, 60))
    assert "── turn 1 is the same in both" in wide
    assert "Python is [always] too slow | Python is [never] too slow" in wide
    assert "How slow is it? | How slow is it?" in wide
    assert "|" not in narrow
    assert narrow.index("A · 2. you") < narrow.index("B · 2. you") < narrow.index("A · 2. partner")


@pytest.mark.parametrize("width", [9, 20, 60, 100, 200])
def test_no_word_of_either_side_is_left_out_at_any_width(width: int) -> None:
    found = compared_exchanges(
        conversation("a", *SAID, "one more", "yes"), conversation("b", *OTHER)
    )
    shown = page(laid_out(found, width)).replace("[", "").replace("]", "")
    words = {word for said in (*SAID[2:], *OTHER[2:], "one more") for word in said.split()}
    folded = "".join(shown.split())
    assert [word for word in sorted(words) if width >= 20 and word not in folded] == []


def test_rows_that_differ_have_a_star_without_any_colour() -> None:
    rows = laid_out(compared_exchanges(conversation("a", *SAID), conversation("b", *OTHER)), 60)
    starred = [page([row]) for row in rows if row.stars[0]]
    assert starred
    assert all("[" in line for line in starred)


@pytest.fixture
def folder(home: Path) -> Path:
    place = home / "data" / "sessions"
    write(place, events_of("one", *SAID))
    write(place, events_of("two", *OTHER, parent="one@1"))
    return place


def contents(folder: Path) -> dict[str, bytes]:
    """Every journal, to the byte."""
    return {path.name: path.read_bytes() for path in folder.glob("*.jsonl")}


async def opened(stage: AppDriver) -> CompareScreen:
    """The comparison of the first session with the other, once it is on screen."""
    await stage.app.view.commands.do("sessions", "one")
    await stage.app.view.commands.do("compare", "")
    await stage.pilot.pause()
    assert isinstance(stage.app.screen, CompareScreen)
    return stage.app.screen


@pytest.mark.parametrize("size", [(120, 30), (80, 24), (20, 8)])
async def test_the_only_other_branch_is_compared_at_once(
    playing: Playing, folder: Path, size: tuple[int, int]
) -> None:
    async with playing(size=size) as stage:
        await opened(stage)
        if size[0] > 20:
            assert "Python is never too slow" in stage.screen_text
            assert "Python is always too slow" in stage.screen_text
        for key in ("n", "p", "left", "right", "pagedown", "pageup", "alt+down", "alt+up", "["):
            await stage.presses(key)
        await stage.presses("escape")
        assert len(stage.app.screen_stack) == 1


def without_drafts(found: dict[str, bytes]) -> dict[str, bytes]:
    """What the files say beside what is being written, which is kept every second."""
    return {
        name: b"".join(line for line in data.splitlines(True) if b'"t":"draft"' not in line)
        for name, data in found.items()
    }


async def test_a_conclusion_is_carried_into_the_composer_of_the_other_branch(
    playing: Playing, folder: Path
) -> None:
    async with playing(size=(120, 30)) as stage:
        await opened(stage)
        before = contents(folder)
        await stage.presses("c")
        await stage.until(lambda: stage.app.view.chat.composer.text != "")
        assert stage.app.view.session.conversation.id == "one"
        assert stage.app.view.chat.composer.text == (
            "> Who measured it?\n>\n> (partner, turn 2 of two)\n\n"
        )
        assert "A quotation from the other branch" in stage.banner
        await stage.app.view.commands.do("compare", "two")
        await stage.pilot.pause()
        await stage.presses("left", "left_square_bracket", "c")
        await stage.until(lambda: stage.app.view.session.conversation.id == "two")
        both = "(partner, turn 2 of two)\n\n> How slow is it?\n>\n> (partner, turn 2 of one)\n\n"
        await stage.until(lambda: stage.app.view.chat.composer.text.endswith(both))
        assert without_drafts(contents(folder)) == before


def test_what_was_carried_over_does_not_count_as_the_persons_own_words() -> None:
    passage = Carried(side=1, turn=2, text="Nobody measured it.\n\nThe cache is cold.")
    message = f"before\n\n{quoted(passage, 'two')}I see it otherwise. > 400 ms is slow."
    assert own_words(message).split() == "before I see it otherwise. > 400 ms is slow.".split()
    assert is_verbatim("I see it otherwise", message)
    for words in ("Nobody measured it", "The cache is cold", "partner, turn 2"):
        assert not is_verbatim(words, message)


async def test_sessions_that_do_not_differ_say_so(playing: Playing, folder: Path) -> None:
    write(folder, events_of("same", *SAID))
    async with playing(size=(120, 30)) as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("compare", "same")
        await stage.pilot.pause()
        assert "The two do not differ." in stage.screen_text
        await stage.presses("n", "c", "left", "]", "escape")
        assert len(stage.app.screen_stack) == 1


async def test_a_lone_session_has_nothing_to_compare_with(playing: Playing, home: Path) -> None:
    write(home / "data" / "sessions", events_of("lone", *SAID))
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "lone")
        await stage.app.view.commands.do("compare", "")
        assert "There is no other branch" in stage.banner
        await stage.app.view.commands.do("compare", "nosuch")
        assert "There is no session of that name" in stage.banner


async def test_a_branch_is_compared_from_the_list_of_branches(
    playing: Playing, folder: Path
) -> None:
    async with playing(size=(120, 30)) as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("branches", "")
        await stage.pilot.pause()
        await stage.presses("down", "ctrl+k")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))


async def test_a_supposition_is_a_draft_until_it_is_sent_and_then_both_are_compared(
    playing: Playing, folder: Path
) -> None:
    before = contents(folder)
    async with playing(size=(120, 30)) as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("suppose", "2")
        composer = stage.app.view.chat.composer
        assert composer.text == "Suppose this does not hold: “Python is always too slow”"
        assert contents(folder) == before
        composer.put("Python is fast")
        await stage.presses("enter")
        await stage.replies("What is fast?")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
        await stage.pilot.pause()
        assert stage.app.view.session.conversation.parent == "one@1"
        asked = [turn.asked.text for turn in stage.app.view.session.conversation.turns]
        assert asked == ["first", "Python is fast"]
        assert "Python is always too slow" in stage.screen_text
        assert contents(folder).items() > before.items()


async def test_a_supposition_whose_reply_was_stopped_is_compared_once_it_is_complete(
    playing: Playing, folder: Path
) -> None:
    async with playing(size=(120, 30)) as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("suppose", "2")
        await stage.presses("enter")
        await stage.says(begins(), block(), text("What "))
        await stage.presses("escape")
        assert not isinstance(stage.app.screen, CompareScreen)
        await stage.presses("ctrl+r")
        await stage.replies("is fast?")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))


async def test_what_is_being_written_is_not_overwritten_by_a_supposition(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("suppose", "")
        assert "There is no message yet" in stage.banner
        await stage.app.view.commands.do("sessions", "one")
        stage.app.view.chat.composer.put("a draft")
        await stage.app.view.commands.do("suppose", "")
        assert stage.app.view.chat.composer.text == "a draft"
        stage.app.view.chat.composer.clear()
        for wrong in ("c9", "7", "x"):
            await stage.app.view.commands.do("suppose", wrong)
            assert stage.app.view.session.conversation.id == "one"
            assert "There is no" in stage.banner


async def test_a_claim_of_the_board_is_quoted_as_not_holding(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("add", "claim The cache is safe")
        await stage.app.view.commands.do("suppose", "c1")
        assert (
            stage.app.view.chat.composer.text == "Suppose this does not hold: “The cache is safe”"
        )


def test_a_reply_that_is_not_whole_says_so() -> None:
    cut = conversation("b", *OTHER[:3])
    for event in replied("How", whole=False):
        cut = apply(cut, event)
    found = compared_exchanges(conversation("a", *SAID), cut)
    assert found[1].states == ("", "under way")
    assert "2. partner · under way" in page(laid_out(found, 120))

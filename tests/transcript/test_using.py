"""Folding, searching, going from turn to turn, selecting, copying and clicking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from hq_tui.ui.transcript import Entry, Mark, MarkKind, Prose, ToolCall
from tests.support.transcripts import plain_lines
from tests.transcript.transcript_app import (
    STOPPED,
    THOUGHT,
    TranscriptApp,
    answered,
    asked,
    session,
    staged,
)
from tools.show import draw_all

HOSTILE = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "hostile.jsonl").read_text().splitlines()
]


def lines(stage: TranscriptApp) -> list[str]:
    """What is on screen, without the air to the left."""
    return [line.strip() for line in plain_lines(stage.transcript)]


def row_with(stage: TranscriptApp, words: str) -> int:
    """The row of the screen on which `words` stand."""
    return next(row for row, line in enumerate(lines(stage)) if words in line)


async def test_the_user_has_a_bar_and_a_number_and_the_reply_has_neither() -> None:
    async with staged(asked(7, "My claim"), answered(7, "A reply")) as (stage, _):
        first, _, reply = plain_lines(stage.transcript)[:3]
        assert first.startswith(" ▌ My claim")
        assert first.endswith(" 7")
        assert reply == "   A reply"


async def test_the_words_of_the_user_are_shown_as_they_were_typed() -> None:
    async with staged(asked(1, "# not *a* head\n\n  - nor a list")) as (stage, _):
        assert lines(stage)[:3] == [
            "▌ # not *a* head" + lines(stage)[0][16:],
            "▌",
            "▌   - nor a list",
        ]


async def test_the_question_that_ends_a_finished_reply_is_bold() -> None:
    async def bold(*entries: Entry) -> bool:
        async with staged(*entries) as (stage, _):
            row = stage.transcript.render_lines(stage.transcript.size.region)[
                row_with(stage, "What then?")
            ]
            found = [segment for segment in row if "What then?" in segment.text]
            return bool(found and found[0].style and found[0].style.bold)

    text = "Because.\n\nWhat then?"
    assert await bold(answered(1, text))
    assert await bold(answered(1, text, Mark(kind=MarkKind.NOTE, text="◆ a note")))
    assert not await bold(answered(1, text, still_open=True))
    assert not await bold(answered(1, text, STOPPED))
    assert not await bold(answered(1, "What then?\n\nBecause."))
    assert not await bold(asked(1, text))


async def test_thoughts_and_tools_are_one_line_until_they_are_unfolded() -> None:
    tool = ToolCall(title="tool search", input_text='{"query": "rust"}', note="3 results")
    async with staged(answered(1, THOUGHT, tool, "Text")) as (stage, pilot):
        folded = ["▸ thought · 340 tokens", "▸ tool search · 3 results", "", "Text"]
        assert lines(stage)[:4] == folded
        await pilot.click(stage.transcript, offset=(6, 0))
        assert lines(stage)[:4] == [
            "▾ thought · 340 tokens",
            "first I weigh it",
            "then I ask",
            "▸ tool search · 3 results",
        ]
        stage.transcript.toggle_thinking()
        assert '{"query": "rust"}' in lines(stage)
        stage.transcript.toggle_thinking()
        assert lines(stage)[:4] == folded


async def test_what_is_refused_is_struck_and_what_is_queued_says_so() -> None:
    refused = answered(1, Prose(text="never *mind*", struck=True))
    async with staged(refused, asked(2, "later", queued=True)) as (stage, _):
        row = stage.transcript.render_lines(stage.transcript.size.region)[0]
        assert all(
            segment.style and segment.style.strike for segment in row if segment.text.strip()
        )
        assert lines(stage)[2].endswith("queued")


async def test_every_hit_is_counted_and_can_be_gone_to() -> None:
    async with staged(*session(40)) as (stage, pilot):
        transcript = stage.transcript
        assert transcript.search.find("ANSWER 3") == 11
        await pilot.press("home")
        seen = []
        for _ in range(11):
            transcript.search.go(1, int(transcript.scroll_y))
            seen.append(next(line for line in lines(stage) if "Answer 3" in line))
        assert seen[0].startswith("Answer 3 begins")
        transcript.search.go(1, int(transcript.scroll_y))
        assert any("Answer 3 begins" in line for line in lines(stage))
        transcript.search.go(-1, int(transcript.scroll_y))
        assert any("Answer 39 begins" in line for line in lines(stage))
        assert not transcript.scroll_anchor.follows
        assert transcript.search.find("not there") == 0
        transcript.search.go(1, int(transcript.scroll_y))
        transcript.search.clear()


async def test_a_hit_is_marked_even_across_a_wrap() -> None:
    async with staged(answered(1, "word " * 20 + "needle here " + "word " * 9)) as (stage, _):
        stage.transcript.search.find("word needle")
        strips = stage.transcript.render_lines(stage.transcript.size.region)
        ground = stage.transcript.viewport.painter().role("hit").bgcolor
        marked = [
            segment.text
            for strip in strips
            for segment in strip
            if segment.style and segment.style.bgcolor == ground
        ]
        assert "".join(marked).replace(" ", "") == "wordneedle"


async def test_turns_can_be_walked() -> None:
    async with staged(*session(20)) as (stage, _):
        transcript = stage.transcript
        walked = []
        for _ in range(3):
            transcript.previous_turn()
            walked.append(lines(stage)[0].split(" about")[0])
        assert walked == ["▌ Question 18", "▌ Question 17", "▌ Question 16"]
        transcript.next_turn()
        assert lines(stage)[0].startswith("▌ Question 17")
        for _ in range(5):
            transcript.next_turn()
        assert transcript.scroll_anchor.follows


async def test_a_click_on_a_link_is_told_and_nothing_else_happens() -> None:
    async with staged(answered(1, "see [this](https://a.example/x) now")) as (stage, pilot):
        await pilot.click(stage.transcript, offset=(8, 0))
        assert stage.links == ["https://a.example/x"]
        await pilot.click(stage.transcript, offset=(4, 0))
        assert len(stage.links) == 1


@pytest.mark.parametrize(
    ("text", "start", "end", "copy"),
    [
        ("word " * 30, (0, 0), (99, 1), ("word " * 30).strip()),
        ("a **b** c", (0, 0), (99, 0), "a **b** c"),
        ("a **b** c", (0, 0), (4, 0), "a b "),
        ("a **b** c", (2, 0), (3, 0), "b"),
        ("one\n\ntwo", (0, 0), (99, 2), "one\n\ntwo"),
        ("- a\n  - b", (0, 0), (99, 1), "- a\n  - b"),
        ("> said", (0, 0), (99, 0), "> said"),
        ("## Head", (0, 0), (99, 0), "## Head"),
        ("```py\nx = 1\n  y\n```", (0, 0), (99, 2), "x = 1\n  y"),
        ("日本 text", (0, 0), (2, 0), "日本"),
        ("a\n\n---\n\nb", (0, 0), (99, 4), "a\n\n---\n\nb"),
    ],
)
async def test_a_selection_copies_the_text_and_not_its_picture(
    text: str, start: tuple[int, int], end: tuple[int, int], copy: str
) -> None:
    async with staged(answered(1, text)) as (stage, _):
        selection = Selection(Offset(*start), Offset(*end))
        found = stage.transcript.get_selection(selection)
        assert found is not None
        assert found[0] == copy


async def test_the_mouse_selects_across_entries() -> None:
    async with staged(asked(1, "My claim"), answered(1, "A reply")) as (stage, pilot):
        await pilot.mouse_down(stage.transcript, offset=(6, 0))
        await pilot.hover(stage.transcript, offset=(5, 2))
        await pilot.mouse_up(stage.transcript, offset=(5, 2))
        await pilot.pause()
        assert stage.screen.get_selected_text() == "claim\n\nA r"
        marked = stage.transcript.render_lines(stage.transcript.size.region)[2]
        assert len({segment.style for segment in marked}) > 1


async def test_texts_and_code_can_be_taken_out() -> None:
    reply = "Try:\n\n```py\nfirst\n```\n\nor\n\n- so:\n  ```\n  second\n  ```\n"
    async with staged(asked(1, "How"), answered(1, reply, STOPPED)) as (stage, pilot):
        transcript = stage.transcript
        assert transcript.entry_list.last_reply_text() == reply
        assert transcript.code_block_at_cursor_or_last() == "second"
        await pilot.click(transcript, offset=(5, row_with(stage, "first")))
        assert transcript.code_block_at_cursor_or_last() == "first"
    async with staged(asked(1, "How")) as (stage, _):
        assert stage.transcript.code_block_at_cursor_or_last() is None
        assert stage.transcript.entry_list.last_reply_text() == ""


def safe(character: str) -> bool:
    """Whether a terminal only shows `character`."""
    point = ord(character)
    hidden = {0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    return point >= 0x20 and not 0x7F <= point <= 0x9F and point not in hidden


def everywhere(text: str) -> list[Entry]:
    """Entries that have `text` in every place that a text can be in."""
    parts = (
        THOUGHT,
        ToolCall(title=text[:200], input_text=text[:2_000], note=text[:200]),
        Mark(kind=MarkKind.FAILED, text=text[:2_000]),
        Prose(text=f"[{text[:99]}](http://x/{text[:99]}) ![{text[:99]}](y)"),
        Prose(text=f"```{text[:99]}\n{text[:2_000]}\n```"),
        Prose(text=text),
    )
    return [asked(1, text[:4_000]), answered(1, *parts)]


async def test_nothing_hostile_reaches_the_screen() -> None:
    async with staged() as (stage, _):
        transcript = stage.transcript
        for sample in HOSTILE:
            transcript.load(everywhere(sample["text"]))
            transcript.entry_list.show_all = True
            draw_all(transcript)
            at_end = "".join(plain_lines(transcript))
            transcript.scroll_home()
            at_top = "".join(plain_lines(transcript))
            assert all(map(safe, at_end + at_top)), sample["name"]
            assert at_top.strip(), sample["name"]


def test_the_check_for_hostile_characters_can_fail() -> None:
    for character in "\x1b\x9b\x00\u202e\u200f\n":
        assert not safe(character)


async def test_markup_is_only_text() -> None:
    async with staged(answered(1, "[@click=app.bell]x[/] [/nope] [b]y[/b]")) as (stage, _):
        assert lines(stage)[0] == "[@click=app.bell]x[/] [/nope] [b]y[/b]"

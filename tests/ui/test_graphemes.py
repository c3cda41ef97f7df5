"""Backspace, Delete and the arrow keys take a character as a person counts them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from wcwidth import iter_graphemes

from hq_tui.ui.widgets.graphemes import end_after, start_before
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing

KINDS: dict[str, list[str]] = {
    "plain": ["a", "é", "漢", " ", "ß", "あ", "中", "가", "👋", "☺"],
    "joined emoji": ["👩‍💻", "👨‍👩‍👧‍👦", "👩🏽‍🚀", "🏳️‍🌈", "❤️‍🔥", "🧑‍🤝‍🧑", "👋🏿", "🧑🏻‍⚕️"],
    "flags": ["🇩🇪", "🇫🇷", "🇯🇵", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇦"],
    "marks": ["e\u0301", "o\u0308\u0304", "☺\ufe0f", "1\ufe0f\u20e3", "กำ", "हि", "か\u3099", "ｶﾞ"],
    "Hangul": ["\u1112\u1161\u11ab", "\u1100\u1161", "가\u11a8", "\u1100\u1100\u1161", "각\u11a8"],
    "alone": ["\u200d", "\u0301", "\u11a8", "🏽", "\u200b", "\u00ad", "\ufe0f"],
}


def lines(kind: str, rng: random.Random) -> Iterator[str]:
    """Lines of one kind, or of all."""
    parts = KINDS.get(kind) or [part for those in KINDS.values() for part in those]
    for _ in range(200):
        yield "".join(rng.choices(parts, k=rng.randrange(1, 9)))


@pytest.mark.parametrize("kind", [*KINDS, "mixed"])
def test_a_line_is_parted_as_another_library_parts_it(kind: str) -> None:
    for line in lines(kind, random.Random(1)):
        theirs = [part for part in iter_graphemes(line) if part]
        ours, at = [], 0
        while at < len(line):
            end = end_after(line, at)
            assert start_before(line, end) == at
            ours.append(line[at:end])
            at = end
        assert ours == theirs, ascii(line)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "alone"])
async def test_one_press_takes_one(playing: Playing, kind: str) -> None:
    async with playing() as stage:
        for one in KINDS[kind]:
            await take(stage, one)


async def take(stage: AppDriver, one: str) -> None:
    """Take it with every key that takes one."""
    composer = stage.app.view.chat.composer
    composer.put(f"a{one}")
    await stage.pilot.press("backspace")
    assert composer.text == "a"
    composer.put(f"a{one}b")
    await stage.pilot.press("left", "left", "delete")
    assert composer.text == "ab"
    composer.put(f"a{one}b")
    await stage.pilot.press("home", "right", "right", "x")
    assert composer.text == f"a{one}xb"
    await stage.pilot.press("shift+left", "shift+left", "y")
    assert composer.text == "ayb"


async def test_a_line_break_is_one_too(playing: Playing) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        composer.put("é\né")
        await stage.presses("left", "backspace")
        assert composer.text == "éé"
        await stage.presses("home", "right", "ctrl+j", "left", "delete")
        assert composer.text == "éé"

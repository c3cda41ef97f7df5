"""What changed in one widget is drawn by it alone, and the screen is what it would be otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from rich.color import ColorSystem
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip

from hq_tui.core.events import TextArrived
from hq_tui.terminal.screen.differ import Differ
from hq_tui.terminal.screen.strips import run_of
from hq_tui.ui.rendering import compositor as direct
from hq_tui.ui.rendering.compositor import DirectCompositor, DirectUpdate
from hq_tui.ui.screens import start as front
from tests.terminal.emulator import Emulator
from tests.ui.app_driver import AppDriver, begins, block, text
from tests.ui.conftest import Playing
from tests.ui.scenes import PARSING, RUST, TIED
from tools.show import draw_all


class Passed:
    """An emulated terminal behind a differ."""

    def __init__(self, width: int, height: int) -> None:
        self.emulator, self.differ = Emulator(width, height), Differ(width, height)
        self.width = width
        self.taken = 0
        self.feed("\x1b[?1049h")

    def feed(self, data: str) -> None:
        """Show `data`."""
        self.differ.feed(data)
        self.emulator.feed(self.differ.passing() + self.differ.paint())

    def draw_strips(self, x: int, y: int, strips: Iterable[Strip], colours: ColorSystem) -> bool:
        """Show `strips`, with what is fed next."""
        runs = [run_of(strip, colours) for strip in strips]
        self.taken += len(runs)
        return self.differ.draw(x, y, [run for run in runs if run is not None])

    def picture(self) -> list[list[tuple[Any, ...]]]:
        """What can be seen."""
        return self.emulator.picture()

    def text(self) -> list[str]:
        """The words in it, row by row."""
        return self.emulator.text()


class Shown(DirectCompositor):
    """A compositor whose updates are shown on an emulated terminal."""

    kind: type[Emulator | Passed] = Emulator
    shown: Emulator | Passed
    direct = 0
    others = 0

    def render_update(self, *args: Any, **options: Any) -> Any:
        update = super().render_update(*args, **options)
        if isinstance(update, CompositorUpdate) and self.root is not None:
            Shown.direct += isinstance(update, DirectUpdate)
            Shown.others += not isinstance(update, DirectUpdate)
            if not hasattr(Shown, "shown") or Shown.shown.width != self.size.width:
                Shown.shown = Shown.kind(*self.size)
                if isinstance(Shown.shown, Passed):
                    self.root.app._driver.draw_strips = Shown.shown.draw_strips
            Shown.shown.feed(update.render_segments(self.root.app.console))
        return update


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Shown]:
    monkeypatch.setattr(front, "DirectCompositor", Shown)
    Shown.direct = Shown.others = 0
    if hasattr(Shown, "shown"):
        del Shown.shown
    return Shown


async def agree(stage: AppDriver) -> bool:
    """Whether the terminal shows what drawing everything anew would show."""
    await stage.settled()
    compositor = stage.app.screen._compositor
    whole = Emulator(*compositor.size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DirectCompositor, "_get_renders", Compositor._get_renders)
        update = Compositor.render_full_update(compositor)
    whole.feed(update.render_segments(stage.app.console))
    return whole.picture() == Shown.shown.picture()


async def a_while(stage: AppDriver) -> bool:
    """Talk, type, scroll, fold and turn; whether every moment was shown as it was meant."""
    right = True
    await stage.talks(RUST, TIED)
    right &= await agree(stage)
    await stage.asks(PARSING)
    await stage.says(begins(1204), block())
    for number in range(12):
        await stage.says(text(f"a line with **number {number}** in it\n\n"))
        draw_all(stage.app.view.chat.transcript)
        right &= await agree(stage)
    for keys in (("Z", "ö"), ("ctrl+j", "x"), ("pageup",), ("end",), ("alt+p",), ("alt+p",)):
        await stage.presses(*keys)
        right &= await agree(stage)
    stage.app.view.show_message("a message of our own")
    return right & await agree(stage)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (130, 30), (40, 12)])
async def test_every_moment_is_shown_as_it_was_meant(
    playing: Playing, watched: type[Shown], size: tuple[int, int]
) -> None:
    async with playing(size=size) as stage:
        assert await a_while(stage)
    assert watched.direct > watched.others, "the short way is the usual one"


async def test_a_driver_that_takes_strips_shows_the_same(
    playing: Playing, watched: type[Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shown, "kind", Passed)
    async with playing(size=(100, 30)) as stage:
        assert await a_while(stage)
    assert isinstance(watched.shown, Passed)
    assert watched.shown.taken > 0


async def test_strips_that_are_taken_and_not_drawn_are_found_out(
    playing: Playing, watched: type[Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shown, "kind", Passed)
    monkeypatch.setattr(Passed, "draw_strips", lambda *_: True)
    async with playing(size=(100, 30)) as stage:
        assert not await a_while(stage)


async def test_rows_that_are_not_drawn_are_found_out(
    playing: Playing, watched: type[Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check above can fail."""
    monkeypatch.setattr(direct.DirectUpdate, "render_segments", lambda *_: "")
    async with playing(size=(80, 24)) as stage:
        assert not await a_while(stage)


async def test_what_is_covered_is_not_drawn(playing: Playing, watched: type[Shown]) -> None:
    async with playing(size=(130, 30)) as stage:
        await stage.talks(RUST, TIED)
        compositor = stage.app.screen._compositor
        behind = {stage.app.query_one(name).region for name in ("#body", "#left")}
        assert behind <= {place for place, _ in compositor.visible_widgets.values()}
        assert not behind & {place for place, *_ in compositor._get_renders()}


def test_a_row_that_was_not_drawn_to_its_end_covers_nothing() -> None:
    taken = [0, 0, 0]
    region = Region(2, 0, 4, 3)
    direct._cover(region, [Strip.blank(4), Strip.blank(3)], taken)
    assert [direct._is_covered(Region(2, y, 4, 1), taken) for y in range(3)] == [True, False, False]
    assert not direct._is_covered(Region(1, 0, 4, 1), taken)
    assert not direct._is_covered(region, taken)


async def test_what_is_taken_for_covered_and_is_not_is_found_out(
    playing: Playing, watched: type[Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "_is_covered", lambda region, _: region.y >= 9)
    async with playing(size=(80, 24)) as stage:
        assert not await a_while(stage)


async def test_a_screen_over_the_session_is_drawn_by_textual(
    playing: Playing, watched: type[Shown]
) -> None:
    async with playing(size=(80, 24)) as stage:
        await stage.talks(RUST, TIED)
        await stage.presses("f1")
        before = watched.direct
        stage.app.view.show_message("behind the help")
        await stage.settled()
        assert watched.direct == before
        await stage.presses("escape")
        assert await agree(stage)


async def test_words_that_come_behind_another_screen_are_there_when_it_goes(
    playing: Playing, watched: type[Shown]
) -> None:
    async with playing(size=(80, 24)) as stage:
        await stage.talks(RUST, TIED)
        await stage.asks(PARSING)
        await stage.says(begins(1204), block())
        await stage.presses("f1")
        before = watched.direct
        await stage.says(text("words behind the help\n\n"))
        assert watched.direct == before, "nothing is drawn over the help"
        await stage.presses("escape")
        assert await agree(stage)
        assert "words behind the help" in stage.screen_text


async def test_a_frame_is_on_the_terminal_when_it_has_been_made(
    playing: Playing, watched: type[Shown]
) -> None:
    """No message and no tick of the screen stands between the words and the terminal."""
    async with playing(size=(80, 24)) as stage:
        await stage.asks(PARSING)
        await stage.says(begins(1204), block(), text("first words\n\n"))
        engine = stage.app.view.session.engine
        engine._happened(TextArrived(index=0, text="the last words\n\n"))
        engine.flush()
        draw_all(stage.app.view.chat.transcript)
        assert "the last words" in "".join(watched.shown.text())


async def test_a_frame_within_a_batch_is_shown_when_the_batch_is_over(
    playing: Playing, watched: type[Shown]
) -> None:
    async with playing(size=(80, 24)) as stage:
        await stage.asks(PARSING)
        await stage.says(begins(1204), block())
        with stage.app.batch_update():
            engine = stage.app.view.session.engine
            engine._happened(TextArrived(index=0, text="words in a batch\n\n"))
            engine.flush()
            draw_all(stage.app.view.chat.transcript)
        assert await agree(stage)
        assert "words in a batch" in "".join(watched.shown.text())

"""The first picture: the screen of a session before there is one.

A title, an empty page, the composer and the keys. That is all that somebody needs who
wants to begin typing, and it needs nothing but Textual: no conversation, no inquiry, no
transcript. What a session looks like is put into it afterwards, around the composer that
is there already, by `ChatScreen`; so what was typed meanwhile stays where it was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from hq_tui.ui import theme
from hq_tui.ui.actions import FIRST_KEYS, key_parts
from hq_tui.ui.rendering.compositor import DirectCompositor, ImmediateRedraw
from hq_tui.ui.screens.focus import FixedFocus
from hq_tui.ui.widgets.composer import Composer

BROAD = 160
"""Columns from which on more of them go to the board."""
QUESTION = "What are you thinking about?"
LOUD = "bold"


class FirstRow(Static):
    """One row that stands until the session has its own in this place."""

    def __init__(self, text: str | Content = "", *, id: str) -> None:
        super().__init__(Content(text) if isinstance(text, str) else text, id=id, classes="first")


class StartScreen(FixedFocus, Screen[None]):
    """The screen, with what is needed to type."""

    class Drawn(Message):
        """The first picture is on the screen."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own form
        (0, "-narrow"),
        (80, "-middle"),
        (120, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own form
        (0, "-tiny"),
        (8, "-short"),
        (16, "-low"),
        (22, "-tall"),
        (32, "-roomy"),
    ]

    def __init__(self, *, mode: str, keymap: Mapping[str, str], is_new: bool) -> None:
        super().__init__(classes="-empty")
        self._compositor = DirectCompositor()
        self.composer = Composer(keymap)
        self.on_resized: Callable[[], None] = lambda: None
        """Called when the screen has another size."""
        self._written = ImmediateRedraw(self, self.composer)
        self._mode = mode if is_new else ""
        self._question = QUESTION if is_new else ""
        self.keymap = keymap

    def compose(self) -> ComposeResult:
        # A timer that never ran waits a whole period for its first tick: let that be over by then.
        self._update_timer.resume()
        # Now, and not with the event of the first size, or all would be styled and drawn again.
        self.add_class(*self._classes_for(self.app.size))
        yield FirstRow(" · ".join(part for part in ("hq-tui", self._mode) if part), id="title")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Static(Content.styled(self._question, LOUD), id="start", classes="first")
            yield Vertical(id="side")
        yield FirstRow(id="rule")
        with Horizontal(id="written"):
            yield Static(Content("❯"), id="prompt")
            yield self.composer
        yield FirstRow(id="status")
        yield FirstRow(self._key_row(self.app.size.width), id="keys")

    def _screen_resized(self, size: Size) -> None:
        # Its own size again, of which a start tells several times, needs no layout.
        if size == self._compositor.size:
            return
        # Everything before anything is drawn, or a frame would show the rows of the old size.
        self._set_classes(self._classes_for(size))
        with self.app.batch_update():
            super()._screen_resized(size)
            self._fit_keys()
            self.on_resized()

    def _classes_for(self, size: Size) -> set[str]:
        across, down = size
        return {
            *self._get_breakpoint_classes(across, self.HORIZONTAL_BREAKPOINTS),
            *self._get_breakpoint_classes(down, self.VERTICAL_BREAKPOINTS),
            *(["-broad"] if across >= BROAD else []),
        }

    def _set_classes(self, wanted: set[str]) -> None:
        breakpoints = (*self.HORIZONTAL_BREAKPOINTS, *self.VERTICAL_BREAKPOINTS, (BROAD, "-broad"))
        self.update_classes({name: name in wanted for _, name in breakpoints}, animate=False)

    def on_mount(self) -> None:
        theme.apply_no_color(self.app)
        self.composer.focus()
        self.call_after_refresh(self.post_message, self.Drawn())

    def on_idle(self) -> None:
        self._written.show()

    def _fit_keys(self) -> None:
        if keys := self.query("#keys.first"):
            row, line = keys.first(FirstRow), self._key_row(self._compositor.size.width)
            if row.content != line:
                row.update(line, layout=False)

    def _key_row(self, width: int) -> Content:
        return Content.assemble(*key_parts(FIRST_KEYS, self.keymap, width - 2))

"""A small app for a real terminal: run as a program, with what it shall do as arguments."""

from __future__ import annotations

import asyncio
import os
import sys

from markdown_it import MarkdownIt
from textual import events
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Markdown, Static

from hq_tui.terminal import input_parser, signals
from hq_tui.terminal.control_filter import ControlCharFilter
from hq_tui.terminal.driver import choose_driver
from tests.terminal.hostile import corpus

# Its table of escapes is made with the first link. Textual parses each widget in a thread of
# its own, and one of them would use what another has only half made.
MarkdownIt().normalizeLink("a")

FLOOD = 30
"""How many whole screens are drawn, one after the other, at the key f."""


class Sample(App[None]):
    """Shows lines, hostile ones or counted ones, and says what is typed and pasted."""

    CSS = "Static, Input, Markdown { height: auto; max-height: 3; border: none; padding: 0; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, wanted: set[str]) -> None:
        super().__init__(driver_class=choose_driver(os.environ))
        self._wanted = wanted
        if "unguarded" not in wanted:
            self._filters.append(ControlCharFilter())

    def compose(self) -> ComposeResult:
        yield Static("nothing yet", id="heard", markup=False)
        with VerticalScroll():
            if "hostile" in self._wanted:
                for hostile in corpus():
                    text = hostile.text[:50]
                    yield Static(Content(text))
                    yield Input(placeholder=text)
                    yield Markdown(text)
            else:
                for number in range(60):
                    yield Static(f"line {number} of [b]many[/b] 世界", markup=False)
        yield Static("READY", id="ready")

    def on_mount(self) -> None:
        if "signals" in self._wanted:
            loop = asyncio.get_running_loop()
            signals.install(loop, lambda n: self.exit(return_code=signals.exit_code(n)))

    def on_key(self, event: events.Key) -> None:
        key = event.key
        if key == "q":
            self.exit(return_code=0)
        elif key == "s":
            self.query_one(VerticalScroll).scroll_relative(y=1, animate=False)
        elif key == "f":
            self.run_worker(self._flood())
        elif key == "w":
            assert self._driver is not None
            self._driver.write("\x1b[2J")
        else:
            self._hear(f"key {key}")

    def on_paste(self, event: events.Paste) -> None:
        self._hear(f"paste {len(event.text)}")

    def on_resize(self, event: events.Resize) -> None:
        self._hear(f"size {event.size.width}x{event.size.height}")

    async def _flood(self) -> None:
        lines = list(self.query_one(VerticalScroll).query(Static))
        for number in range(FLOOD):
            for line in lines:
                line.update(Content(f"flood {number} " * 6))
            await asyncio.sleep(0.02)
        os.write(int(os.environ["SAMPLE_DONE"]), b"done")
        self._hear("flood over")

    def _hear(self, what: str) -> None:
        self.query_one("#heard", Static).update(Content(what))


if __name__ == "__main__":
    input_parser.install()
    app = Sample(set(sys.argv[1:]))
    app.run()
    sys.exit(app.return_code)

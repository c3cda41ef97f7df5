"""The driver between Textual and the terminal: only what changed goes out.

It stands where Textual's own driver for Linux and macOS stands and leaves to it what it
does well. It adds three things. What Textual writes goes through a `Differ`. While the
terminal is behind, pictures are not queued: the next one is painted when there is room,
and what came between is never sent. And a terminal that is gone is noticed, so that
nothing waits for it.

`PassthroughDriver` sends what Textual writes, for terminals that cannot be trusted to scroll.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TextIO, cast

from textual import events
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from hq_tui.terminal.input_parser import (
    BACKGROUND_QUESTION,
    MARGINS_QUESTION,
    BackgroundReply,
    MarginsReply,
    TerminalReply,
)
from hq_tui.terminal.round_trip import RoundTrip
from hq_tui.terminal.screen.differ import Differ
from hq_tui.terminal.signals import is_in_browser
from hq_tui.terminal.writer import Backpressure, BackpressureFile

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from textual.app import App
    from textual.message import Message
    from textual.strip import Strip

    from hq_tui.terminal.screen.strips import Strips

PLAIN_DRIVER = "HQ_TUI_PLAIN_DRIVER"
"""The environment variable that turns the differ off."""

ENOUGH_WAITING = 8192
"""Characters on their way to the terminal above which no further picture is sent."""


TYPED_AHEAD = 5.0
"""Seconds that keys stay with the terminal for want of something that takes them."""

MOMENT = 0.05
"""Seconds after which a thread that waits looks whether it is to end."""

REPAINT_DELAY = 0.1
"""Seconds until all is drawn again after a change of size, or a sequence nobody understood."""


class DiffDriver(LinuxDriver):
    """Sends only what changed, and never more than the terminal takes."""

    uses_differ: ClassVar[bool] = True

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._output = BackpressureFile(cast(TextIO, self._file), time.monotonic, self._drained)
        self._file = cast(Any, self._output)
        self._strips: Strips | None = None
        self._lock = threading.Lock()
        self._seen_size: tuple[int, int] | None = None
        self._held = False
        self._repaint_is_due = False
        self.has_terminal = False
        """True if the terminal is in our modes, to be given back."""
        self.has_margins = False
        """True if the terminal said that it can scroll the text beside a panel alone."""
        self.on_key: Callable[[str], None] = lambda _key: None
        """Called with every key, in the thread that reads them, before the loop hears of it."""
        self.takes_keys = threading.Event()
        """Set once something on the screen takes keys; what is typed before waits for that."""
        self._on_background: Callable[[bool], None] = lambda _is_light: None
        self._is_light: bool | None = None
        self._trip = RoundTrip(time.monotonic)
        self.on_written: Callable[[], None] = lambda: None
        """Called whenever something was handed to the terminal."""
        self.on_answered: Callable[[float], object] = lambda _seconds: None
        """Called in the loop with the seconds that the terminal took to answer."""
        self._differ = Differ(
            *super()._get_terminal_size(),
            erases_in_colour=erases_in_colour(environment or os.environ),
        )

    @property
    def bytes_written(self) -> int:
        """The bytes that went to the terminal so far."""
        return self._output.bytes_written

    @property
    def is_lost(self) -> bool:
        """True if the terminal is gone."""
        return self._output.is_lost

    def let_go(self) -> None:
        """Send nothing any more: somebody else has put the terminal right. Any thread may call."""
        self._output.is_lost = True

    def pressure(self) -> Backpressure:
        """The backpressure since the last call."""
        return self._output.pressure()

    def ask(self) -> None:
        """Ask the terminal whether it is there, unless it is not ours or has yet to answer."""
        if self.has_terminal and not self._output.is_lost and (question := self._trip.begin()):
            self._hand_over(question)

    def on_background(self, listener: Callable[[bool], None]) -> None:
        """Have `listener` told whether the terminal's background is light, if it says so."""
        self._on_background = listener
        if self._is_light is not None:
            listener(self._is_light)

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self.has_terminal = True
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual gives it none
        # After a suspension it may be another terminal.
        self.has_margins = False
        self._differ.use_margins(may=False)
        self._hand_over(BACKGROUND_QUESTION + MARGINS_QUESTION)
        # Answers come in order: once this one is there, none is typed into the shell any more.
        self.ask()

    def stop_application_mode(self) -> None:
        """Hand the terminal back, once what it was asked is answered."""
        if not self._output.is_lost:
            self._trip.wait()
        super().stop_application_mode()
        self.has_terminal = False

    def write(self, data: str) -> None:
        """Take what Textual draws; send what has to be sent."""
        if not self.uses_differ:
            self._send(data)
            return
        with self._lock:
            self._adopt_size()
            self._differ.feed(data)
            self._send(self._differ.passing())
            self._paint()
            if self._differ.needs_repaint and not self._repaint_is_due:
                self._repaint_is_due = True
                self._loop.call_soon_threadsafe(self._loop.call_later, REPAINT_DELAY, self._redraw)

    def draw_strips(self, x: int, y: int, strips: Iterable[Strip], colours: ColorSystem) -> bool:
        """Take rows without the way through sequences; whether they were taken.

        They are sent with what is written next.
        """
        if not self.uses_differ:
            return False
        if self._strips is None:
            # The first picture goes the way of sequences and has no need of this.
            from hq_tui.terminal.screen.strips import Strips

            self._strips = Strips()
        runs = [self._strips.run(strip, colours) for strip in strips]
        known = [run for run in runs if run is not None]
        if len(known) < len(runs):
            return False
        with self._lock:
            self._adopt_size()
            return self._differ.draw(x, y, known)

    def redraw(self) -> None:
        """Have everything drawn again, whatever the terminal shows now."""
        with self._lock:
            self._differ.resize(*self._differ.size)
        self._redraw()

    def _redraw(self) -> None:
        """Have the app draw everything again."""
        self._repaint_is_due = self._differ.needs_repaint = False
        self._app.refresh(layout=True)

    def _paint(self) -> None:
        """Send the picture, or hold it while the terminal is behind."""
        # First held, then looked at: the writer may be done between the two.
        self._held = True
        if self._output.waiting <= ENOUGH_WAITING:
            self._held = False
            self._send(self._differ.paint())

    def _send(self, data: str) -> None:
        if data and not self._output.is_lost:
            self._hand_over(data)
            self.on_written()

    def _hand_over(self, data: str) -> None:
        """Give `data` to the thread that writes, and count it as on its way."""
        self._output.expect(data)
        super().write(data)

    def _drained(self) -> None:
        """The terminal took everything. Called in the writer's thread."""
        if self._held:
            try:
                self._loop.call_soon_threadsafe(self._paint_held)
            except RuntimeError:
                # The loop has ended, and with it every picture.
                self._held = False

    def _paint_held(self) -> None:
        with self._lock:
            if self._held:
                self._paint()

    def _get_terminal_size(self) -> tuple[int, int]:
        # Called by Textual's handler of SIGWINCH, in which no lock may be taken.
        size = super()._get_terminal_size()
        self._seen_size = size
        return size

    def _run_input_thread(self) -> None:
        """Read keys until the end; a defect in doing so is told as one of the app is."""
        until = time.monotonic() + TYPED_AHEAD
        while not self.takes_keys.wait(MOMENT) and time.monotonic() < until:
            if self.exit_event.is_set():
                return
        try:
            self.run_input_thread()
        except OSError:
            # The terminal is gone, which is no defect.
            self._app.call_later(self._app.panic)
        except Exception as error:  # noqa: BLE001 - whatever it was, there are no keys any more
            self._app.call_later(_fail, error)

    def process_message(self, message: Message) -> None:
        """Note what the terminal says of itself in its input."""
        if isinstance(message, TerminalReply):
            seconds = self._trip.end()
            if seconds is not None:
                self._loop.call_soon_threadsafe(self.on_answered, seconds)
            return
        if isinstance(message, BackgroundReply):
            self._is_light = message.is_light
            self._loop.call_soon_threadsafe(lambda: self._on_background(message.is_light))
            return
        if isinstance(message, MarginsReply):
            with self._lock:
                self.has_margins = message.has_margins
                self._differ.use_margins(may=message.has_margins)
            return
        if isinstance(message, events.Resize):
            self._seen_size = (message.size.width, message.size.height)
        elif isinstance(message, events.Key):
            self.on_key(message.key)
        super().process_message(message)

    def _adopt_size(self) -> None:
        """Take a new size; what a terminal shows after it is not known."""
        size, self._seen_size = self._seen_size, None
        if size is not None:
            self._differ.resize(*size)


def _fail(error: Exception) -> None:
    raise error


class PassthroughDriver(DiffDriver):
    """Sends what Textual writes as it is."""

    uses_differ: ClassVar[bool] = False


def choose_driver(environment: Mapping[str, str]) -> type[Driver]:
    """The driver for this environment."""
    if is_in_browser(environment):
        from textual.drivers.web_driver import WebDriver

        return WebDriver
    return PassthroughDriver if environment.get(PLAIN_DRIVER, "") not in ("", "0") else DiffDriver


def erases_in_colour(environment: Mapping[str, str]) -> bool:
    """True if erasing leaves the background in use. GNU screen is the one that does not."""
    is_screen = environment.get("TERM", "").startswith("screen")
    return not is_screen or bool(environment.get("TMUX"))

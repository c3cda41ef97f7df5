"""What comes in from the terminal, put right before Textual reads it.

Three kinds of input break Textual's own parser. A paste that holds an escape character
falls apart into key presses, with its line breaks as Enter: it would send itself. Alt with
Enter arrives as escape and return, and would send too. A report of the mouse that is cut
by a slow line ends as letters in the prompt. So pastes are lifted out whole, Alt+Enter is
named, and broken reports are dropped, before the parser sees them. A terminal that does not
mark its pastes sends them as a burst of keys; many lines in one read are a paste too.

Only the bytes of a paste are known here; whether it is too big to show is for others.
"""

from __future__ import annotations

import os
import re
import time
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Generator, Iterable, Mapping
from functools import partial
from importlib import import_module
from itertools import product

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

from hq_tui.terminal.signals import is_in_browser

START = "\x1b[200~"
"""What the terminal sends before a paste."""

END = "\x1b[201~"
"""What the terminal sends after a paste."""

PASTE_PATIENCE = 5.0
"""Seconds without input after which an open paste counts as ended."""

BURST = 64
"""Characters with a line break among them that nobody types at once: a paste without marks."""

BURST_PATIENCE = 0.05
"""Seconds within which what comes after such a burst still belongs to it."""

REPORT_PATIENCE = 1.0
"""Seconds without input after which half a report of the mouse is dropped."""

_SPECIAL = re.compile(
    r"(?P<start>\x1b\[200~)|(?P<newline>\x1b[\r\n])|(?P<mouse>\x1b\[<[-\d;]*[Mm]?)"
    r"|(?P<answer>\x1b\[[03]n)|(?P<begun>\x1b(?:\[(?:2(?:00?)?|[03])?)?\Z)"
)
_LONE_RETURN = re.compile(r"\r(?!\n)")
_BURST = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")
_REPORT = re.compile(r"\x1b\[<\d+;-?\d+;-?\d+[Mm]")


class Answered(Message):
    """The terminal answered the question whether it is there."""


class SafeParser(XTermParser):
    """Textual's parser of input, with what it would take for keys taken out first."""

    def __init__(self, debug: bool = False, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(debug)
        self._clock = clock
        self._held = ""
        self._held_since = 0.0
        self._burst_until = float("-inf")
        self._in_paste = False
        self._pasted: list[str] = []

    def feed(self, data: str) -> Iterable[Message]:
        """The events in `data`; what may be the start of something waits for the rest."""
        if not data:
            yield from super().feed(data)
            return
        data = self._held + data
        self._held = ""
        self._held_since = self._clock()
        if self._is_burst(data):
            self._burst_until = self._held_since + BURST_PATIENCE
            yield events.Paste(_line_breaks(data))
            return
        while data:
            if self._in_paste:
                data = yield from self._take_pasted(data)
                continue
            found = _SPECIAL.search(data)
            before = data if found is None else data[: found.start()]
            if before:
                yield from super().feed(before)
            if found is None:
                return
            data = yield from self._special(found, data[found.end() :])

    def tick(self) -> Iterable[Message]:
        """The events that come of waiting long enough."""
        yield from super().tick()
        waited = self._clock() - self._held_since
        if self._in_paste:
            if waited > PASTE_PATIENCE:
                yield self._paste()
        elif self._held.startswith("\x1b[<"):
            if waited > REPORT_PATIENCE:
                self._held = ""
        elif self._held and waited >= constants.ESCAPE_DELAY:
            held, self._held = self._held, ""
            if held == "\x1b" and self._awaiting.timeout is None:
                yield events.Key("escape", "\x1b")
            else:
                yield from super().feed(held)

    def _is_burst(self, data: str) -> bool:
        """Whether `data` is a paste from a terminal that does not mark one.

        A line break at its very end is Enter, so a line that a program types is sent.
        """
        if self._in_paste or not _BURST.fullmatch(data):
            return False
        if self._held_since < self._burst_until:
            return True
        inner = data.rstrip("\r\n")
        return len(data) >= BURST and ("\r" in inner or "\n" in inner)

    def _special(self, found: re.Match[str], rest: str) -> Generator[Message, None, str]:
        """Deal with one special sequence; returns what is still to be read."""
        kind = found.lastgroup
        if kind == "start":
            self._in_paste, self._pasted = True, [""]
        elif kind == "newline":
            yield events.Key("alt+enter", None)
        elif kind == "answer":
            yield Answered()
        elif kind == "begun" or (not rest and found[0][-1] not in "Mm"):
            self._held = found[0]
        elif _REPORT.fullmatch(found[0]):
            yield from super().feed(found[0])
        return rest

    def _take_pasted(self, data: str) -> Generator[Message, None, str]:
        """Take the pasted part of `data`; returns what is still to be read."""
        data = self._pasted.pop() + data
        end = data.find(END)
        if end < 0:
            # The end may be split between two reads: its possible beginning stays apart.
            cut = len(data) - next(n for n in range(len(END), -1, -1) if data.endswith(END[:n]))
            self._pasted += [data[:cut], data[cut:]]
            return ""
        # A second end without a start in between was in the pasted text, to get out of it.
        start = data.find(START, end)
        last = data.rfind(END, end, start if start >= 0 else len(data))
        self._pasted.append(data[:last].replace(END, ""))
        yield self._paste()
        return data[last + len(END) :]

    def _paste(self) -> events.Paste:
        pasted = "".join(self._pasted)
        self._in_paste, self._pasted = False, []
        return events.Paste(_line_breaks(pasted))


def _line_breaks(pasted: str) -> str:
    """`pasted` with the line breaks that a terminal makes of them turned back; CR LF stays."""
    return _LONE_RETURN.sub("\n", pasted).replace("\x00", "")


def install(environment: Mapping[str, str] = os.environ) -> None:
    """Let Textual's driver read its input through `SafeParser`, and the one for browsers too.

    Bytes that are no UTF-8, as old mouse reports and a noisy line have them, become marks;
    Textual's strict decoder would end the app.
    """
    replaced = {"XTermParser": SafeParser, "getincrementaldecoder": _forgiving}
    drivers = [linux_driver]
    if is_in_browser(environment):
        drivers.append(import_module("textual.drivers.web_driver"))
    for driver, (name, replacement) in product(drivers, replaced.items()):
        if not hasattr(driver, name):
            raise ImportError(f"{driver.__name__} has no {name} any more")
        setattr(driver, name, replacement)


def _forgiving(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")

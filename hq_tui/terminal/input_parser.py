"""Puts right what comes in from the terminal before Textual reads it.

Textual's own parser takes for keys whatever it does not know: a paste that holds an escape
character, an answer that comes late, half a report of the mouse. Letters then stand in the
prompt, and an Enter among them sends it. So input is taken apart here: pastes are lifted out
whole, reports of keys are read, and what is understood goes on to Textual in whole pieces.
What is not understood is dropped. A terminal that does not mark its pastes sends them as a
burst of keys; many lines in one read are a paste too.

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

from hq_tui.terminal.key_reports import alt_key, keys_in
from hq_tui.terminal.signals import is_in_browser

START = "\x1b[200~"
"""The mark that the terminal sends before a paste."""

END = "\x1b[201~"
"""The mark that the terminal sends after a paste."""

PASTE_PATIENCE = 5.0
"""Seconds without input after which an open paste counts as ended."""

BURST = 64
"""Characters with a line break among them that nobody types at once: a paste without marks."""

BURST_PATIENCE = 0.05
"""Seconds within which what comes after such a burst still belongs to it."""

REPORT_PATIENCE = 1.0
"""Seconds after which what began as a report and did not end as one is dropped."""

LARGEST = 2000
"""Columns or rows that no screen has more of."""

BACKGROUND_QUESTION = "\x1b]11;?\x07"
"""Which colour is your background? Many terminals answer, tmux from 3.4 on; others are silent."""

MARGINS_QUESTION = "\x1b[?69$p"
"""DECRQM for left and right margins (DECLRMM): used only where the terminal confirms them."""

ANSWERS = frozenset({"\x1b[0n", "\x1b[3n"})
"""Answers of a terminal that was asked how it is."""

_CSI = r"(?:\x1b\[|\x9b)"
_SS3 = r"(?:\x1bO|\x8f)"
_STRING = r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x08\x0a-\x1f\x7f-\x9f]*"
_OPEN = rf"{_CSI}(?:\[|[ -?]*|M[^\x1b]{{0,2}})"
_PIECE = re.compile(
    r"(?P<text>[^\x1b\x80-\x9f]+)"
    rf"|(?P<start>{_CSI}200~)"
    rf"|(?P<mouse>{_CSI}(?:<[-0-9;]*[Mm]|M[^\x1b]{{3}}))"
    rf"|(?P<key>{_CSI}\[[@-~]|\x1b\[[0-9]+\$|{_SS3}[0-9;]*[@-~])"
    rf"|(?P<report>{_CSI}(?![M\[])[ -?]*[@-~])"
    rf"|(?P<string>{_STRING}(?:\x07|\x1b\\|\x9c))"
    rf"|(?P<begun>(?:\x1b|{_OPEN}|{_SS3}[0-9;]*|{_STRING}\x1b?)\Z)"
    rf"|(?P<broken>{_OPEN}|\x1bO[0-9;]+|\x8f[0-9;]*|{_STRING}|[\x80-\x9f])"
    r"|\x1b(?P<alt>[\x08\n\r]|[^\x00-\x1f])"
    r"|(?P<escape>\x1b)",
    re.DOTALL,
)
"""The pieces that input is made of. One that is only begun is the last of its read.

A sequence ends at its final letter, in whichever order its parameters and its signs stand.
Escape with a control character is two keys that came in one read: Escape, then Ctrl and a letter.
"""
_KEY_BEGUN = re.compile(r"\x1b[\[\]OPX^_]?")
"""The beginning of a report that is a key when nothing follows: escape, or Alt and a sign."""
_MOUSE = re.compile(r"\x1b\[<[0-9]{1,3};-?[0-9]{1,5};-?[0-9]{1,5}[Mm]")
_MORE_BUTTONS = 128
"""The bit of buttons that Textual would take for the first three."""
_MARGINS = re.compile(r"\x1b\[\?69;([0-4])\$y")
_FOR_TEXTUAL = re.compile(r"\x1b\[(?:[IO]|\?20(?:26|48);[0-9]\$y)")
_SIZE = re.compile(r"\x1b\[48;([0-9]{1,5});([0-9]{1,5});([0-9]{1,5});([0-9]{1,5})(?::[0-9:]*)?t")
_BACKGROUND = re.compile(
    r"(?:\x1b\]|\x9d)11;rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})(?![0-9a-f])",
    re.IGNORECASE,
)
_LONE_RETURN = re.compile(r"\r(?!\n)")
_BURST = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")


def light_background(told: str) -> bool | None:
    """True if the background that a terminal told of is light; None if it told of none."""
    found = _BACKGROUND.search(told)
    if found is None:
        return None
    parts = ((int(part, 16), float(16 ** len(part) - 1)) for part in found.groups())
    red, green, blue = (value / most for value, most in parts)
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5


class TerminalReply(Message):
    """The terminal answered the question whether it is there."""


class BackgroundReply(Message):
    """The terminal told the colour of its background."""

    def __init__(self, *, is_light: bool) -> None:
        super().__init__()
        self.is_light = is_light


class MarginsReply(Message):
    """The terminal told whether it can scroll between a left and a right margin."""

    def __init__(self, *, has_margins: bool) -> None:
        super().__init__()
        self.has_margins = has_margins


class InputParser(XTermParser):
    """Textual's parser of input, with what it would take for keys taken out first."""

    def __init__(self, debug: bool = False, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(debug)
        self._clock = clock
        self._held = ""
        self._held_since = self._read_at = 0.0
        self._burst_until = float("-inf")
        self._in_paste = False
        self._pasted: list[str] = []

    def feed(self, data: str) -> Iterable[Message]:
        """The events in `data`; what may be the start of something waits for the rest."""
        if not data:
            yield from super().feed(data)
            return
        now = self._clock()
        if not self._held:
            self._held_since = now
        data, self._held = self._held + data, ""
        self._read_at = now
        if self._is_burst(data):
            self._burst_until = now + BURST_PATIENCE
            yield events.Paste(_line_breaks(data))
            return
        at = 0
        while at < len(data):
            if self._in_paste:
                data, at = (yield from self._take_pasted(data[at:])), 0
            elif found := _PIECE.match(data, at):
                at = found.end()
                yield from self._piece(found.lastgroup or "", found[0])

    def tick(self) -> Iterable[Message]:
        """The events that come of waiting long enough."""
        yield from super().tick()
        now = self._clock()
        if self._in_paste:
            if now - self._read_at > PASTE_PATIENCE:
                yield self._paste()
        elif _KEY_BEGUN.fullmatch(self._held):
            if now - self._read_at >= constants.ESCAPE_DELAY:
                held, self._held = self._held, ""
                yield from alt_key(held[1]) if held[1:] else (events.Key("escape", held),)
        elif self._held and now - self._held_since > REPORT_PATIENCE:
            self._held = ""

    def _is_burst(self, data: str) -> bool:
        """True if `data` is a paste from a terminal that does not mark one.

        A line break at its very end is Enter, so a line that a program types is sent.
        """
        if self._in_paste or not _BURST.fullmatch(data):
            return False
        if self._read_at < self._burst_until:
            return True
        inner = data.rstrip("\r\n")
        return len(data) >= BURST and ("\r" in inner or "\n" in inner)

    def _piece(self, kind: str, piece: str) -> Iterable[Message]:
        """The events of one piece of input."""
        if kind == "text":
            yield from super().feed(piece)
        elif kind == "begun":
            self._held = piece
        elif kind == "start":
            self._in_paste, self._pasted = True, [""]
        elif kind == "string":
            if (is_light := light_background(piece)) is not None:
                yield BackgroundReply(is_light=is_light)
        elif kind == "escape":
            yield events.Key("escape", piece)
        elif kind == "alt":
            yield from alt_key(piece[1])
        elif kind in {"key", "report", "mouse"}:
            yield from self._report(piece.replace("\x9b", "\x1b[").replace("\x8f", "\x1bO"))

    def _report(self, report: str) -> Iterable[Message]:
        """The events of a whole report; one that nobody understands has none."""
        if report in ANSWERS:
            yield TerminalReply()
        elif _MOUSE.fullmatch(report):
            if int(report[3:].partition(";")[0]) < _MORE_BUTTONS:
                yield from super().feed(report)
        elif margins := _MARGINS.fullmatch(report):
            yield MarginsReply(has_margins=margins[1] in "12")
        elif _FOR_TEXTUAL.fullmatch(report):
            yield from super().feed(report)
        elif size := _SIZE.fullmatch(report):
            rows, columns, high, wide = map(int, size.groups())
            if 0 < rows <= LARGEST and 0 < columns <= LARGEST:
                # Without its size in pixels, a report of the mouse would be divided by none.
                high, wide = high or rows, wide or columns
                yield from super().feed(f"\x1b[48;{rows};{columns};{high};{wide}t")
        else:
            yield from keys_in(report)

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
    """Let Textual's driver read its input through `InputParser`, and the one for browsers too.

    Bytes that are no UTF-8, as old mouse reports and a noisy line have them, become marks;
    Textual's strict decoder would end the app.
    """
    replaced = {"XTermParser": InputParser, "getincrementaldecoder": _forgiving}
    drivers = [linux_driver]
    if is_in_browser(environment):
        drivers.append(import_module("textual.drivers.web_driver"))
    for driver, (name, replacement) in product(drivers, replaced.items()):
        if not hasattr(driver, name):
            raise ImportError(f"{driver.__name__} has no {name} any more")
        setattr(driver, name, replacement)


def _forgiving(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")

"""F1: every key, every command, and what each figure and word means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from hq_tui.ui.actions import ACTIONS, BY_NAME, shown_key
from hq_tui.ui.screens.focus import FixedFocus

FIGURES = (
    ("in", "tokens that went in with this reply's requests, cached ones included"),
    ("out", "tokens that came out, as the server counts them; cumulative within a message"),
    ("cached", "of those that went in, read from the prompt cache at a lower price"),
    ("context", "how full the model's window was at the last message"),
    ("sent again after a fault", "tokens of an attempt that broke and had to be taken up"),
    ("discarded", "tokens that came out and are not in any reply you see"),
    ("~", "an estimate: the final count never arrived"),
    ("unknown", "nobody said, and hq-tui does not guess"),
)
WORDS = (
    ("question", "what waits for your answer, behind ? in the talk; there is one at a time"),
    ("mode", "what the session is for: it decides what is asked, how it ends, and its page"),
    ("board", "the lines kept of what was said, each with its quote and message; you edit them"),
    ("contradiction", "two of your lines that cannot both hold; only you end one, with 1, 2 or 3"),
    ("hint", "help with the same question, in four steps from where to look to the answer"),
    ("summary", "at most five lines of the board in your words, for you to set right"),
    ("brief", "the page that a session leaves; each line of yours names its message"),
    ("branch", "another way on from an earlier message, a session of its own; none is lost"),
)
STATES = (
    ("stalled", "connected, but nothing came for a while; it is asked again by itself"),
    ("resuming", "words are coming again; those that you have already are not shown twice"),
    ("resumed", "the reply goes on from the words that had arrived"),
    ("cut off", "the reply broke and was given up; Ctrl+R goes on from its last word"),
    ("stopped", "you stopped it; what came is kept and is part of the conversation"),
)
END = (
    "Any of this can be given keys of your own, in the settings file under [keys]; docs/keys.md "
    "has the names. Esc closes this."
)
WIDEST = 85
"""Columns within the frame and beside the scroll bar."""
KEYS = 9
"""Columns for the key, before the command."""
NAMES = 31
"""Columns for key and command, or for a word, where they stand beside their meaning."""
WIDE = 60
"""From this width on, the meaning stands beside the name."""

Line = tuple[str, str]
"""A name and its meaning; either may be empty."""


class HelpScreen(FixedFocus, ModalScreen[None]):
    """The keys and commands, and the meaning of words."""

    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("escape,f1,q", "dismiss", "Close", show=False)
    ]

    def __init__(self, keymap: Mapping[str, str], now: Sequence[Line] = ()) -> None:
        super().__init__()
        self._keymap = keymap
        self._now = now

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static(id="help-text", markup=False)

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def on_resize(self) -> None:
        width = min(WIDEST, max(12, self.size.width - 8))
        rows = [
            Content.assemble((name, "bold"), what)
            for name, what in help_lines(self._keymap, width, self._now)
        ]
        self.query_one("#help-text", Static).update(Content("\n").join(rows))

    async def action_dismiss(self, result: None = None) -> None:
        self.dismiss(result)


def help_lines(keymap: Mapping[str, str], width: int, now: Sequence[Line] = ()) -> list[Line]:
    """The help in rows of `width`; `keymap` holds the keys in force, by action name.

    `now` is what can be done now, each an action or a key, and what it does.
    """
    lines: list[Line] = [("NOW", "")] if now else []
    for name, what in now:
        action = BY_NAME.get(name)
        key = (shown_key(action, keymap) or action.slash) if action else name
        lines.append((f"{key:<{KEYS}} ", what))
    lines += [("", "")] if now else []
    lines.append(("KEYS AND COMMANDS", ""))
    for action in ACTIONS:
        slash = f"{action.slash} {action.argument}".rstrip()
        lines += _item(f"{shown_key(action, keymap):<{KEYS}} {slash}", action.help, width)
    for head, words in (("WORDS", WORDS), ("FIGURES", FIGURES), ("STATES", STATES)):
        lines += [("", ""), (head, "")]
        for name, what in words:
            lines += _item(name, what, width)
    return [*lines, ("", ""), *(("", row) for row in wrap(END, width))]


def _item(name: str, what: str, width: int) -> list[Line]:
    """A name and what it means, beside each other where there is room, else below."""
    if width >= WIDE:
        first, *rest = wrap(what, width - NAMES)
        return [(f"{name:<{NAMES}}", first), *(("", " " * NAMES + row) for row in rest)]
    return [(" ".join(name.split()), ""), *(("", "  " + row) for row in wrap(what, width - 2))]

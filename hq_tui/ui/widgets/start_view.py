"""An empty session: one question, the six modes, and how to go on.

There is no splash. Typing at once simply starts. What matters most stands first, so that
a short screen loses the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from textual.content import Content

from hq_tui.core.text.sanitize import one_line
from hq_tui.ui.screens.start import LOUD, QUESTION
from hq_tui.ui.widgets.fitted import Fitted

REHEARSING = (
    "REHEARSAL: a rule-based partner on this machine, not Claude.",
    "It knows nothing about the world; it asks about your own words.",
)
WITHOUT_KEY = (
    "There is no API key yet; what you write is kept. Two ways forward:",
    "  practise    Enter twice or /rehearse: a rule-based partner, not Claude",
    "  a key       in ANTHROPIC_API_KEY, or in a file named in the",
    "              settings as key_file; hq-tui config init writes them",
)
USUAL = 74
"""The width before the first layout."""
QUIET = "$foreground 70%"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartContent:
    """Content for an empty session: modes with one line each, recent sessions, the way to a key."""

    mode: str
    modes: Mapping[str, str]
    recent: Sequence[str] = ()
    has_key: bool = True
    rehearsal: bool = False
    model: str = ""
    """The model and what it costs."""


class StartView(Fitted[StartContent]):
    """The first thing on screen."""

    def __init__(self) -> None:
        super().__init__(StartContent(mode="", modes={}), id="start")

    def draw(self, now: StartContent) -> None:
        """Draw it."""
        width = self.content_size.width or USUAL
        rows = [Content.styled(text, style) for text, style in start_rows(now, width)]
        self.update(Content("\n").join(rows), layout=False)


def start_rows(start: StartContent, width: int) -> list[tuple[str, str]]:
    """The rows of an empty session in `width` columns, each with its style."""
    rows = [(QUESTION, LOUD), ("", "")]
    if start.rehearsal:
        rows += [*((line, "") for line in REHEARSING), ("", "")]
    elif not start.has_key:
        rows += [*((line, "") for line in WITHOUT_KEY), ("", "")]
    rows.append(("Modes · /mode changes", QUIET))
    for name, what in start.modes.items():
        chosen = name == start.mode
        mark = "▸" if chosen else " "
        head = f"{mark} {name:<10} "
        first, *rest = wrap(what, max(20, width - len(head))) or [""]
        rows.append((head + first, LOUD if chosen else ""))
        rows += [(" " * len(head) + line, LOUD if chosen else "") for line in rest]
    if start.recent:
        rows += [("", ""), ("Go on with · F2 or /sessions", QUIET)]
        rows += [(f"  {one_line(each, limit=72)}", "") for each in start.recent]
    if start.model:
        rows += [("", ""), (one_line(start.model, limit=width), QUIET)]
    return rows

"""The single rows: title, banner, status, keys. Each draws one value and nothing else.

A row repaints only when its words change. On a slow line every needless repaint is felt,
and a screen reader would read it out. What does not fit is left out as a whole, the less
important first; nothing is cut in the middle that could be left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells
from textual.content import Content

from hq_tui.core.text.sanitize import one_line, sanitise
from hq_tui.core.text.summary import title_of
from hq_tui.ui import labels as words
from hq_tui.ui.actions import GAP, key_line
from hq_tui.ui.labels import Tone
from hq_tui.ui.rendering import textual_private
from hq_tui.ui.view_state import ViewState
from hq_tui.ui.widgets.fitted import Fitted

BEFORE_KEYS = " · "
LEAST_WORDS = 12
"""Columns below which the words before a key are worth more than the key."""
COLOURS = {
    Tone.QUIET: "",
    Tone.BUSY: "not dim $foreground",
    Tone.WARN: "bold not dim $text-warning",
    Tone.BAD: "bold not dim $text-error",
}
"""How each tone is drawn; the words say the same without it."""


class BarRow(Fitted[ViewState]):
    """One row of plain words. `tell` paints only what changed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(ViewState(), id=id)
        self._told: tuple[str, str, Tone, int] = ("", "", Tone.QUIET, 0)

    @property
    def words(self) -> str:
        """What it says now."""
        left, right, *_ = self._told
        return f"{left} {right}".strip()

    def tell(self, left: str, tone: Tone = Tone.QUIET, *, right: str = "") -> None:
        """Say this at the left, in this tone, and quietly that at the right."""
        width = self.size.width
        room = width - cell_len(right) - len(GAP) if right else width
        if right and room < 4:
            left, right, room = right, "", width
        left = fitted(left, max(1, room))
        told = (left, right, tone, width)
        if told == self._told and not self.failed:
            return
        self._told = told
        pad = " " * (width - cell_len(left) - cell_len(right)) if right else ""
        self.update(Content.assemble((left, COLOURS[tone]), pad + right), layout=False)


def fitted(text: str, cells: int) -> str:
    """`text` safe, on one row of at most `cells` columns; spaces stay as they are."""
    text = sanitise(text).replace("\n", " ")
    if cell_len(text) <= cells:
        return text
    return chop_cells(text, max(1, cells - 1))[0].rstrip() + "…" if cells > 1 else "…"


def with_keys(text: str, cells: int) -> str:
    """`text`, shortened before the keys it ends with: a sentence can be guessed, a key cannot."""
    head, found, keys = text.partition(f"{BEFORE_KEYS}Ctrl+")
    room = cells - cell_len(found + keys)
    if not found or cell_len(text) <= cells or room < LEAST_WORDS:
        return text
    return fitted(head, room) + found + keys


def first_fitting(choices: Sequence[str], cells: int) -> str:
    """The first choice that takes no more than `cells` columns; empty where none does."""
    return next((choice for choice in choices if cell_len(choice) <= cells), "")


class TitleRow(BarRow):
    """What this session is: mode and title left, REHEARSAL or the host right."""

    def draw(self, now: ViewState) -> None:
        """Draw `now`."""
        conversation = now.conversation
        left = " · ".join(
            part for part in ("hq-tui", conversation.mode, title_of(conversation)) if part
        )
        choices: Sequence[str] = ()
        if now.rehearsal:
            choices = ("REHEARSAL: rule-based, not Claude", "REHEARSAL: not Claude", "REHEARSAL")
        elif now.host and now.host != "api.anthropic.com":
            choices = (f"at {one_line(now.host, limit=40)}",)
        self.tell(left, right=first_fitting(choices, self.size.width // 2))


class BannerRow(BarRow):
    """The row above the composer: what is being waited for, or what went wrong."""

    def draw(self, now: ViewState) -> None:
        """Draw `now`."""
        text, tone = words.banner(now)
        self.tell(with_keys(text, self.size.width), tone)


class StatusRow(BarRow):
    """The one status line of a narrow screen; on a tiny one it is the banner as well."""

    def draw(self, now: ViewState) -> None:
        """Draw `now`."""
        text, tone = words.state(now)
        if self.screen.has_class("-tiny"):
            said, how = words.banner(now)
            said = with_keys(said, self.size.width)
            text, tone = (said, how) if said else (text, tone)
        elif now.slow_link:
            text = f"{text} · link: slow"
        room = self.size.width - cell_len(text) - len(GAP)
        self.tell(text, tone, right=first_fitting(figures(now), room))


def figures(now: ViewState) -> Sequence[str]:
    """The counters in one row, each as wide as it will ever be; shorter forms after longer."""
    usage, total = now.conversation.reply.usage, now.ledger.total
    came_in = words.tokens_short(usage.total_input if usage.is_known else 0)
    came_out = words.tokens_short(usage.output_tokens or 0, estimated=usage.estimated)
    session = words.tokens_short(total.total, estimated=total.estimated)
    context = f"ctx {context_percent(now):>4}"
    reply = f"in {came_in:>6}  out {came_out:>7}"
    return (f"{reply}  session {session:>7}  {context}", f"{reply}  {context}", context)


def context_percent(now: ViewState) -> str:
    """How full the context window was at the last message."""
    if now.facts is None or not now.facts.window:
        return "unknown"
    return f"{100 * now.context_used / now.facts.window:.0f} %"


class KeyRow(BarRow):
    """The keys that matter now, with their own keys where they were bound anew."""

    def draw(self, now: ViewState) -> None:
        """Draw `now`: what stops only shows while there is something to stop."""
        keymap = textual_private.keymap_of(self.app)
        self.tell(key_line(wanted_keys(now), keymap, self.size.width))


def wanted_keys(now: ViewState) -> list[str]:
    """The actions that the key row names, the most important first."""
    reply = now.conversation.reply
    wanted = ["send"]
    if reply.is_live and not now.read_only:
        wanted.append("stop")
    if now.read_only:
        wanted.append("fork")
    elif reply.can_continue or reply.phase == "retrying":
        wanted.append("retry")
    wanted += ["help", "newline", "palette"]
    if now.conversation.turn_count:
        wanted += ["board", "hint", "tell", "copy"]
    return wanted

"""The single rows: title, question, rule, status, keys. Each draws one value and nothing else.

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
from hq_tui.inquiry.card import CardState
from hq_tui.ui import labels
from hq_tui.ui.actions import COMMANDS, FIRST_KEYS, GAP, KEY, Parts, key_parts
from hq_tui.ui.labels import Key, Tone
from hq_tui.ui.rendering import textual_private
from hq_tui.ui.view_state import ViewState
from hq_tui.ui.widgets.fitted import Fitted

DOT = " · "
LOUD = "bold not dim $foreground"
LINE = "$foreground 20%"
COLOURS = {
    Tone.QUIET: "not dim $foreground",
    Tone.BUSY: "not dim $foreground",
    Tone.WARN: "bold not dim $text-warning",
    Tone.BAD: "bold not dim $text-error",
}
"""The style of each tone; the words say the same without it."""


class BarRow(Fitted[ViewState]):
    """One row of words. `tell` paints only what changed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(ViewState(), id=id)
        self._told: tuple[Parts, Parts, int] = ((), (), 0)

    @property
    def words(self) -> str:
        """The words that it shows now."""
        said = (_text(part).strip("─ ") for part in self._told[:2])
        return GAP.join(part for part in said if part)

    def tell(self, left: Parts, right: Parts = (), *, fill: str = " ", style: str = "") -> None:
        """Say this at the left and that at the right, and `fill` the room between."""
        width = self.size.width
        right = right if cell_len(_text(right)) + len(GAP) < width else ()
        taken = cell_len(_text(right))
        left = shortened(left, width - taken - (len(GAP) if right else 0))
        told = (left, right, width)
        if told == self._told and not self.failed:
            return
        self._told = told
        space = fill * (width - taken - cell_len(_text(left)))
        self.update(Content.assemble(*left, (space, style), *right), layout=False)

    def keys(self, wanted: Sequence[Key], room: int, *, between: str = GAP) -> Parts:
        """As many of these keys as `room` columns hold, with their own where bound anew."""
        keymap = textual_private.keymap_of(self.app)
        return key_parts(wanted, keymap, room, between)


def _text(parts: Parts) -> str:
    return "".join(text for text, _ in parts)


def shortened(parts: Parts, cells: int) -> Parts:
    """`parts` made safe, in at most `cells` columns; what is cut ends in an ellipsis."""
    found: list[tuple[str, str]] = []
    for text, style in parts:
        found.append((fitted(text, cells), style))
        cells -= cell_len(found[-1][0])
        if cells <= 0:
            break
    return tuple(found)


def fitted(text: str, cells: int) -> str:
    """`text` safe, on one row of at most `cells` columns; spaces stay as they are."""
    text = sanitise(text).replace("\n", " ")
    if cell_len(text) <= cells:
        return text
    return chop_cells(text, max(1, cells - 1))[0].rstrip() + "…" if cells > 1 else "…"


def first_fitting(choices: Sequence[str], cells: int) -> str:
    """The first choice that takes no more than `cells` columns; empty where none does."""
    return next((choice for choice in choices if cell_len(choice) <= cells), "")


class TitleRow(BarRow):
    """The session's title and mode at the left, its partner at the right."""

    def draw(self, now: ViewState) -> None:
        """Draw `now`."""
        conversation = now.conversation
        title = title_of(conversation)
        wide = self.screen.has_class("-wide")
        branch = "a branch" if conversation.parent else ""
        name = "" if title and not wide else "hq-tui"
        tail = DOT.join(part for part in (conversation.mode, branch) if part)
        right = first_fitting(self._partners(now, wide=wide), self.size.width // 2)
        room = self.size.width - cell_len(right) - len(GAP) - cell_len(tail) - 2 * len(DOT)
        title = fitted(title, max(1, room - cell_len(name))) if title else ""
        head = f"{name}{DOT}" if name and (title or tail) else name
        after = f"{DOT}{tail}" if title and tail else tail
        self.tell([(head, ""), (title, LOUD), (after, "")], [(right, "")] if right else ())

    def _partners(self, now: ViewState, *, wide: bool) -> list[str]:
        """Names of the partner, on a wide screen with the cost; longer forms first."""
        if now.rehearsal:
            return ["REHEARSAL: rule-based, not Claude", "REHEARSAL: not Claude", "REHEARSAL"]
        model = now.conversation.model
        is_usual = not now.host or now.host == "api.anthropic.com"
        at = "" if is_usual else f" at {one_line(now.host, limit=40)}"
        spent = labels.dollars(now) if wide and now.ledger.total.total_input else ""
        cost = f"{DOT}{spent}" if spent else ""
        return [f"{model}{at}{cost}", f"{model}{cost}", model]


class QuestionRow(BarRow):
    """The question that waits, where it has scrolled out of sight; else an offer to close."""

    _in_sight = True
    _at_end = True

    def place(self, *, in_sight: bool, at_end: bool) -> bool:
        """Take in whether it stands on the screen where it was asked; whether that is new."""
        before = self._in_sight, self._at_end
        self._in_sight, self._at_end = in_sight, at_end
        return before != (in_sight, at_end)

    def draw(self, now: ViewState) -> None:
        """Draw `now`."""
        card, offer = now.inquiry.card, now.inquiry.offer
        if card.state is CardState.OPEN and card.turn and not self._in_sight:
            end = () if self._at_end else self.keys([("follow", "shows it")], self.size.width // 3)
            self.tell([("? ", KEY), (one_line(card.text, limit=1000), LOUD)], end)
        else:
            self.tell([(one_line(offer.text, limit=200), "")] if offer else ())


class RuleRow(BarRow):
    """The line above the composer: the state at its left, what can be done now at its right."""

    def draw(self, now: ViewState) -> None:
        """Draw `now`."""
        width = self.size.width
        said, tone = labels.status_line(now)
        lead = "─" * (4 if width >= 60 else 1)
        room = width - cell_len(said) - 2 * len(lead) - 4
        wanted = labels.current_keys(now)
        if self.screen.has_class("-wide") and not now.conversation.is_busy:
            wanted = [*labels.answering(now), *wanted]
        keys = self.keys(wanted, room, between=DOT)
        right = [(" ", ""), *keys, (f" {lead}", LINE)] if keys else ()
        left = [(f"{lead} ", LINE), (said, COLOURS[tone]), (" ", "")]
        self.tell(left, right, fill="─", style=LINE)


class StatusRow(BarRow):
    """The state of the board and the session's use, where no panel says them."""

    def draw(self, now: ViewState) -> None:
        """Draw `now`."""
        width = self.size.width
        board = labels.board_words(now.inquiry)
        shortest = min(map(cell_len, board)) + len("Tab board ()") if board[0] else 0
        right = first_fitting(labels.figures(now), width - shortest - 2 * len(GAP))
        room = width - cell_len(right) - len(GAP)
        said = first_fitting([f"board ({text})" for text in board if text], room - len("Tab "))
        left = self.keys([("board", said)], room) if said else ()
        self.tell(left, [(right, "")] if right else ())


class KeyRow(BarRow):
    """The keys that matter now, with their own keys where they were bound anew."""

    def draw(self, now: ViewState) -> None:
        """Draw `now`."""
        wide = self.screen.has_class("-wide")
        # Below that width the row above names the board, with what stands on it.
        wanted = [key for key in wanted_keys(now) if wide or key[0] != "board" or not _any(now)]
        if now.conversation.turn_count and not wide:
            wanted = [*labels.answering(now), *wanted]
        self.tell(self.keys(wanted, self.size.width))


def _any(now: ViewState) -> bool:
    """True if anything stands on the board."""
    return bool(labels.board_words(now.inquiry)[0])


def wanted_keys(now: ViewState) -> Sequence[Key]:
    """The keys that the key row names, the most important first."""
    if not now.conversation.turn_count:
        return FIRST_KEYS
    return [COMMANDS, *((name, name) for name in ("board", "sessions", "help", "brief"))]

"""The panel beside the transcript: state, tokens, context, and what faults have cost.

It adds up nothing; it is given a situation and draws it. Figures stand right-aligned in
columns of their own, so that a counter never moves what is beside it.
"""

from __future__ import annotations

from textual.content import Content

from hq_tui.core.text.sanitize import one_line
from hq_tui.core.usage import Usage
from hq_tui.ui import labels as words
from hq_tui.ui.labels import Tone
from hq_tui.ui.view_state import ViewState
from hq_tui.ui.widgets.bars import COLOURS, context_percent
from hq_tui.ui.widgets.board_rows import counters
from hq_tui.ui.widgets.fitted import Fitted

BAR = 16
COLUMN = 10
"""Columns for a figure: nine million with its commas, and a sign before it."""
LEAST = 24


class StatusPanel(Fitted[ViewState]):
    """What this session is doing and has used."""

    def __init__(self) -> None:
        super().__init__(ViewState(), id="panel")
        self._drawn: tuple[str, Tone, list[str]] = ("", Tone.QUIET, [])

    def draw(self, now: ViewState) -> None:
        """Draw `now`; nothing is painted when nothing changed."""
        width = max(LEAST, self.size.width)
        state, tone = words.state(now)
        lines = panel_lines(now, width)
        if self.screen.has_class("-middle") and now.conversation.turn_count:
            lines += ["", "BOARD", counters(now.inquiry)]
        drawn = (state, tone, lines)
        if drawn == self._drawn and not self.failed:
            return
        grows = len(lines) != len(self._drawn[2])
        self._drawn = drawn
        room = width - len("state ")
        head = Content.assemble("state ", (f"{steady(state)[:room]:>{room}}", COLOURS[tone]))
        self.update(Content("\n").join([head, *(Content(line) for line in lines)]), layout=grows)


def steady(state: str) -> str:
    """A state that counts seconds, with room for three figures, so that its words stay put."""
    figures = state.removesuffix(" s").rpartition(" ")[2]
    return state + " " * (3 - len(figures)) if figures.isdigit() else state


def panel_lines(now: ViewState, width: int) -> list[str]:
    """The panel's rows under the state."""
    conversation = now.conversation
    lines = [
        _pair("model", conversation.model or "none yet", width),
        _pair("host", _host(now), width),
        _pair("mode", conversation.mode, width),
        _pair("turn", str(conversation.turn_count), width),
    ]
    if now.slow_link:
        lines.append(_pair("link", "slow", width))
    return [
        *lines,
        "",
        *_tokens(now, width),
        "",
        *_context(now, width),
        _pair("cost", words.dollars(now), width),
    ]


def _host(now: ViewState) -> str:
    return "this machine" if now.rehearsal else now.host or "none yet"


def _tokens(now: ViewState, width: int) -> list[str]:
    reply = now.conversation.reply.usage
    ledger = now.ledger
    total = ledger.total
    lines = [
        _row("TOKENS", "reply", "session", width),
        _row("in", _in(reply), _in(total), width),
        _row("out", _out(reply), _out(total), width),
        _row("cached", _cached(reply), _cached(total), width),
    ]
    if ledger.resent.total or ledger.discarded.total:
        lines += [
            _row("re-sent", "", _all(ledger.resent), width),
            _row("thrown away", "", _all(ledger.discarded), width),
        ]
    return lines


def _in(usage: Usage) -> str:
    return words.tokens(usage.total_input if usage.is_known else 0)


def _out(usage: Usage) -> str:
    return words.tokens(usage.output_tokens or 0, estimated=usage.estimated)


def _cached(usage: Usage) -> str:
    return words.tokens(usage.cache_read_input_tokens or 0)


def _all(usage: Usage) -> str:
    return words.tokens(usage.total, estimated=usage.estimated)


def _context(now: ViewState, width: int) -> list[str]:
    size = now.facts.window if now.facts else None
    if not size:
        return [_pair("context", f"{words.tokens(now.context_used)} of unknown", width)]
    full = min(BAR, round(BAR * now.context_used / size))
    bar = "━" * full + "─" * (BAR - full)
    share = f"{context_percent(now)} of {words.window(size)}"
    return [_pair("context", share, width), _pair("", bar, width)]


def _pair(name: str, value: str, width: int) -> str:
    room = max(1, width - len(name) - 1)
    return f"{name} {one_line(value, limit=room).rjust(room)}"


def _row(name: str, first: str, second: str, width: int) -> str:
    column = min(COLUMN, (width - 1) // 3 + 1)
    return f"{name:<{width - 2 * column}}{first:>{column}}{second:>{column}}"

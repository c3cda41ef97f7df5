"""The session's use in rows: tokens, context, and what faults have cost.

It adds up nothing; it is given a situation and says it. Only what is not zero has a row.
Figures stand right-aligned in columns of their own, so that a counter never moves what is
beside it.
"""

from __future__ import annotations

from hq_tui.core.usage import Usage
from hq_tui.ui import labels
from hq_tui.ui.view_state import ViewState

COLUMN = 10
"""Columns for a figure: nine million with its commas, and a sign before it."""


def ledger_rows(now: ViewState, width: int) -> list[str]:
    """The rows, below a blank one."""
    ledger, reply = now.ledger, now.conversation.reply.usage
    lines = []
    if reply.total:
        lines.append(_row("this reply", reply, width))
    if ledger.total.total:
        lines.append(_row("session", ledger.total, width))
    if cached := labels.cached(now):
        lines.append(f"{cached:>{width}}")
    if ledger.resent.total:
        lines.append(_pair("sent again after a fault", _all(ledger.resent), width))
    if ledger.discarded.total:
        lines.append(_pair("discarded", _all(ledger.discarded), width))
    if now.context_used:
        lines.append(_context(now, width))
    return ["", *lines] if lines else []


def _row(name: str, usage: Usage, width: int) -> str:
    came_in, came_out = (
        labels.tokens(usage.total_input),
        labels.tokens(usage.output_tokens or 0, estimated=usage.estimated),
    )
    column = min(COLUMN, (width - len("this reply in  out") + 2) // 2)
    figures = f"{came_in:>{column}} in {came_out:>{column - 2}} out"
    return f"{name:<{max(0, width - len(figures))}}{figures}"


def _all(usage: Usage) -> str:
    return labels.tokens(usage.total, estimated=usage.estimated)


def _context(now: ViewState, width: int) -> str:
    size = now.facts.window if now.facts else None
    share = labels.context_share(now)
    if size is None or share is None:
        return _pair("context", f"{labels.tokens(now.context_used)} of unknown", width)
    said = f"{labels.context_percent(now):>5} of {labels.window(size)}"
    room = max(1, width - len("context ") - len(said) - 1)
    full = min(room, round(room * share))
    return f"context {'━' * full + '─' * (room - full)} {said}"


def _pair(name: str, value: str, width: int) -> str:
    return f"{name} {value:>{max(1, width - len(name) - 1)}}"

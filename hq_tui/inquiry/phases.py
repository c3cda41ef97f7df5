"""Where an inquiry is on its way: open, map, probe, test, decide, close.

The phase is moved by the partner or the user. Until either does, the session moves itself,
one step at a time and only forward, by what was covered: it is a sign on the way, never
a gate.
"""

from __future__ import annotations

from hq_tui.inquiry.board import Kind
from hq_tui.inquiry.checks import PHASES
from hq_tui.inquiry.state import Inquiry, Request


def proposed_phase(state: Inquiry) -> str:
    """The phase that the coverage speaks for: the present one or the next."""
    if state.asked_for(Request.CLOSE):
        return PHASES[-1]
    place = PHASES.index(state.phase)
    if place + 1 < len(PHASES) and _is_covered(state, state.phase):
        return PHASES[place + 1]
    return state.phase


def _is_covered(state: Inquiry, phase: str) -> bool:
    counts, board = state.coverage, state.board
    match phase:
        case "open":
            return state.turns >= 2
        case "map":
            return len(board.live(Kind.CLAIM, Kind.TERM, Kind.CONSTRAINT)) >= 3 or state.turns >= 5
        case "probe":
            pressed = counts["assume"] + counts["evidence"] + counts.get("debug", 0)
            return pressed + counts.get("spec", 0) + counts.get("learn", 0) >= 3
        case "test":
            turned = counts["view"] + counts["imply"] + counts.get("tension", 0)
            return turned >= 2 and not board.open_tensions
        case _:
            return False

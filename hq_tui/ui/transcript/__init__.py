"""The transcript of a session: a widget, and the values it draws.

One widget draws everything, row by row, from strips that are kept; a delta costs the same
whether it is the first of a session or comes after ten thousand messages. Outside, only
what is named here is used.
"""

from __future__ import annotations

from hq_tui.ui.transcript.entries import Entry, Mark, MarkKind, Part, Prose, Role, Thought, ToolCall
from hq_tui.ui.transcript.markdown.parser import load as load_parser
from hq_tui.ui.transcript.widget import Transcript

__all__ = [
    "Entry",
    "Mark",
    "MarkKind",
    "Part",
    "Prose",
    "Role",
    "Thought",
    "ToolCall",
    "Transcript",
    "load_parser",
]

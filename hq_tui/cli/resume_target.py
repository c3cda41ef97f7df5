"""The session that the options go on with, and its end: what is wanted before all else.

Little is imported here, so that somebody who takes up a long session sees its end at once.
"""

from __future__ import annotations

from pathlib import Path

from hq_tui.cli.options import SessionOptions
from hq_tui.core.conversation import Turn
from hq_tui.errors import HqError
from hq_tui.sessions.tail_preview import last_turns
from hq_tui.store import Library


def session_named(library: Library, options: SessionOptions) -> str:
    """Which session these options go on with; empty for a new one."""
    latest = library.latest() if options.go_on else None
    return options.session or latest or ""


def glimpse_of(folder: Path, options: SessionOptions) -> tuple[Turn, ...]:
    """The end of the session in `folder` that these options go on with, if worth a glimpse."""
    try:
        library = Library(folder)
        name = session_named(library, options)
        return last_turns(library.path(library.find(name))) if name else ()
    except (HqError, OSError):
        return ()  # opening it will fail for the same reason, and say why

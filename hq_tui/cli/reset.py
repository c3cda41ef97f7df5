"""`hq-tui reset`: resets a terminal after a crash."""

from __future__ import annotations

import sys

from hq_tui.errors import HqError
from hq_tui.terminal.signals import restore_terminal


def reset() -> int:
    """Leave the alternate screen, switch the mouse off, put the line discipline right."""
    if not sys.stdout.isatty():
        raise HqError("There is no terminal here to reset.", hint="Run it in that terminal.")
    restore_terminal(sys.stdout, sys.stdout.fileno())
    return 0

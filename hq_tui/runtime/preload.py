"""Late imports, in the order they are loaded, and why.

Importing everything takes a second and more, and the first picture needs little of it. So
there are three steps. Before the picture: Textual, the composer, the settings. Behind it,
while keys are echoed already: what a session is made of. Once that stands on the screen:
what the first reply will need, which takes longest, in a thread of low priority.

The collector is held until all of that is there. It would otherwise walk through the same
growing heap again and again, a tenth of the start; afterwards what was loaded is frozen,
because it stays, and what a session makes is looked through more rarely.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from importlib import import_module

SESSION = (
    "hq_tui.cli.wiring",
    "hq_tui.ui.screens.chat",
    "hq_tui.app.actions",
    "hq_tui.app.terminal_policy",
    "hq_tui.app.view_state_builder",
    "hq_tui.claude.partner",
)
"""Modules that a session on screen is made of; these import all the rest that it needs."""

COLLECT_EVERY = (5_000, 2, 250)
"""Thresholds of the collector while the app is on screen. A run over the young, of which the
first two tell how many there are, keeps a key waiting: fifty thousand took 50 milliseconds.
One over everything takes 30, and little waits for it: so it comes once in some hundred replies."""

SWITCH_EVERY = 0.001
"""Seconds after which a thread that imports has to let the screen have its turn."""


def hold_collector() -> None:
    """No collecting until everything is loaded."""
    gc.disable()
    sys.setswitchinterval(SWITCH_EVERY)


def load_transcript() -> None:
    """Import what it takes to show the end of a session, the lesser part of all that follows."""
    import_module("hq_tui.ui.screens.chat")


def load_session() -> None:
    """Import what a session is made of."""
    for name in SESSION:
        import_module(name)


def warm_up() -> None:
    """Load what replies need in a thread of its own, so that the first message finds it there."""
    threading.Thread(target=_load_partner, name="load what is heavy", daemon=True).start()


def _load_partner() -> None:
    from hq_tui.claude.client import load_sdk
    from hq_tui.ui.transcript import load_parser

    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
        load_parser()
        load_sdk()
    finally:
        gc.freeze()
        gc.set_threshold(*COLLECT_EVERY)
        gc.enable()

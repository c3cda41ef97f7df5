"""`hq-tui`: the app on a terminal, from the first picture to the exit code.

A terminal that cannot show it is told so before anything is drawn. What is slow to load
is loaded after the first picture, in a thread of its own. Defects that have no caller, in
a thread or a forgotten task, leave a report and never a word on the screen.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from typing import Any

from hq_tui.cli import crash
from hq_tui.cli.build import build_desk, check_address, opener
from hq_tui.cli.keeping import Keeper
from hq_tui.cli.options import Options
from hq_tui.desk import Desk
from hq_tui.engine import SystemClock
from hq_tui.errors import HqError
from hq_tui.terminal import signals

REHEARSAL_PACE = 40.0
COLLECT_EVERY = (50_000, 20, 50)
"""Thresholds of the collector while the app is on screen."""


def screen(options: Options) -> int:
    """Run the app until it is left; its exit code."""
    problem = signals.terminal_problem(sys.stdin, sys.stderr, os.environ)
    if problem:
        hint = 'Without one: hq-tui --plain, or hq-tui ask "…"'
        raise HqError(f"No screen: {problem}.", hint=hint)
    desk = build_desk(options, pace=REHEARSAL_PACE, waits_for_network=True)
    check_address(desk.settings)
    threading.excepthook = _thread_failed
    return asyncio.run(_run(desk, options))


async def _run(desk: Desk, options: Options) -> int:
    from hq_tui.app import Start
    from hq_tui.cli.leaving import Leaving
    from hq_tui.cli.watched import WatchedApp
    from hq_tui.terminal import paste
    from hq_tui.terminal.driver import choose_driver

    paste.install()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_task_failed)

    def warm() -> None:
        _warm()
        keeper.start()

    start = Start(open=opener(options), prompt=" ".join(options.prompt), warm=warm)
    app = WatchedApp(
        desk,
        start,
        clock=SystemClock(),
        environment=os.environ,
        driver_class=choose_driver(os.environ),
    )
    keeper = Keeper(desk.catalogue, lambda: app.session.talk.is_busy or len(app.screen_stack) > 1)
    leaving = Leaving(app)
    remove = leaving.install()
    try:
        await leaving.run(loop.create_task(app.run_async(mouse=desk.settings.mouse)))
        await leaving.finish(desk.settings.hang_up)
    finally:
        keeper.stop()
        saved = await app.session.close()
        await desk.close()
        remove()
    if app.crash is not None:
        crash.say(crash.tell(app.crash))
    if not saved:
        crash.say("hq-tui: not everything could be saved.")
    return leaving.code


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        crash.write_report(failed.exc_value)


def _task_failed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, Exception):
        crash.write_report(error)


def _warm() -> None:
    """Load what is heavy in a thread of low priority, so that the first message finds it there.

    The collector would otherwise stop the keys for a tenth of a second now and then: what is
    loaded stays, so it is frozen, and what a session makes is looked through more rarely.
    """

    def load() -> None:
        from hq_tui.claude.client import load_sdk
        from hq_tui.ui.transcript import load_parser

        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
        load_parser()
        load_sdk()
        gc.freeze()

    gc.set_threshold(*COLLECT_EVERY)
    threading.Thread(target=load, name="load what is heavy", daemon=True).start()

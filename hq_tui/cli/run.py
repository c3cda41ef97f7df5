"""`hq-tui`: runs the app on a terminal and returns its exit code.

A terminal that cannot show it is refused before anything is drawn. What the first picture does
not need is loaded after it (`preload`). Errors in threads and forgotten tasks are written to a
report.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hq_tui.app.startup import StartPlan
from hq_tui.cli.configuration.effective_settings import check_way, settings_for
from hq_tui.cli.options import AppOptions
from hq_tui.errors import HqError
from hq_tui.runtime import crash_report, preload
from hq_tui.runtime.executor import run
from hq_tui.settings import Settings
from hq_tui.terminal import signals

if TYPE_CHECKING:
    from hq_tui.core.conversation import Turn
    from hq_tui.sessions.index_updater import IndexUpdater
    from hq_tui.sessions.manager import SessionManager
    from hq_tui.sessions.session import Session

REHEARSAL_PACE = 40.0


def screen(options: AppOptions) -> int:
    """Run the app until it is left; its exit code."""
    problem = signals.terminal_problem(sys.stdin, sys.stderr, os.environ)
    if problem:
        hint = 'Without one: hq-tui --plain, or hq-tui ask "…"'
        raise HqError(f"No screen: {problem}.", hint=hint)
    settings = settings_for(options.chosen)
    check_way(settings, options)
    if options.attach:
        from hq_tui.cli.configuration.attached import check_attached

        check_attached(settings, options)
    preload.hold_collector()
    threading.excepthook = _thread_failed
    return run(_run(settings, options))


async def _run(settings: Settings, options: AppOptions) -> int:
    from hq_tui.app.app import HqApp
    from hq_tui.runtime.shutdown import Shutdown
    from hq_tui.terminal import input_parser
    from hq_tui.terminal.driver import choose_driver

    input_parser.install()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_task_failed)
    keepers: list[IndexUpdater] = []

    def warm() -> None:
        from hq_tui.sessions.index_updater import IndexUpdater

        preload.warm_up()
        updater = IndexUpdater(app.view.manager.catalogue, lambda: app.view.is_busy)
        keepers.append(updater)
        updater.start()

    shutdown = Shutdown()
    app = HqApp(
        _start(settings, options, warm),
        settings=settings,
        environment=os.environ,
        driver_class=choose_driver(os.environ),
        hooks=shutdown.hooks,
    )
    remove = shutdown.install(app)
    saved = True
    try:
        await shutdown.run(loop.create_task(app.run_async(mouse=settings.mouse)))
        await shutdown.finish(settings.hang_up)
    finally:
        for updater in keepers:
            updater.stop()
        if app.is_ready:
            saved = await app.view.session.close()
            await app.view.manager.close()
        remove()
    if app.startup.refused is not None:
        raise app.startup.refused
    if app.crash.error is not None:
        crash_report.say(crash_report.tell(app.crash.error, saved=saved))
    if app.drafts.file is not None:
        crash_report.say(f"hq-tui: what you were writing is in {app.drafts.file}")
    if not saved:
        from hq_tui.cli.output import unsaved

        crash_report.say(f"hq-tui: {unsaved(app.view.session)}")
    elif not shutdown.code and app.is_ready:
        from hq_tui.app.session_view import farewell

        if said := farewell(app.view):
            crash_report.say(said)
    return shutdown.code


def _start(settings: Settings, options: AppOptions, warm: Callable[[], None]) -> StartPlan:
    """The app's start plan; its parts are imported after the first picture."""

    def manager() -> SessionManager:
        from hq_tui.cli.wiring import build_manager

        return build_manager(
            settings, rehearse=options.rehearse, pace=REHEARSAL_PACE, waits_for_network=True
        )

    async def open_session(manager: SessionManager) -> Session:
        from hq_tui.cli import wiring

        return await wiring.open_session(manager, options)

    def preview() -> tuple[Turn, ...]:
        from hq_tui.cli.resume_target import glimpse_of

        turns = glimpse_of(settings.sessions_dir, options)
        if turns:
            preload.load_transcript()
        return turns

    return StartPlan(
        manager=manager,
        open=open_session,
        last_turns=preview,
        prompt=" ".join(options.prompt),
        attach=options.attach,
        allow_secrets=options.allow_secrets,
        is_new=options.is_new,
        load=preload.load_session,
        warm=warm,
    )


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        crash_report.write_report(failed.exc_value)


def _task_failed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, Exception):
        crash_report.write_report(error)

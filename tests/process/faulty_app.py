"""hq-tui with a defect in it, chosen by the first word; the rest are its own options."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from hq_tui.app.app import HqApp
from hq_tui.app.picker_source import PickerSource
from hq_tui.app.startup import Startup
from hq_tui.cli import main
from hq_tui.runtime.shutdown import Shutdown
from hq_tui.sessions.partner_router import PartnerRouter
from hq_tui.sessions.session import Session
from hq_tui.store.lock import SessionLock
from hq_tui.store.writer import Writer
from hq_tui.terminal.driver import DiffDriver
from hq_tui.terminal.input_parser import InputParser
from hq_tui.terminal.signals import HANDLED
from hq_tui.ui.screens.chat import ChatScreen
from hq_tui.ui.screens.help import HelpScreen
from hq_tui.ui.transcript.entry_list import EntryList
from hq_tui.ui.transcript.layout import wrap
from hq_tui.ui.transcript.markdown import stream
from hq_tui.ui.transcript.painter import Painter
from hq_tui.ui.widgets.bars import QuestionRow, RuleRow, TitleRow
from hq_tui.ui.widgets.board_panel import BoardPanel

SECRET_THOUGHT = "the-prompt-that-nobody-may-read"


def _fail(*_arguments: Any, **_more: Any) -> Any:
    thought = SECRET_THOUGHT
    raise RuntimeError(f"a defect {len(thought)}")


def _fail_on_the_way(*_arguments: Any) -> Any:
    """Rows that fail when they are taken, as a generator does, and not when they are asked for."""
    yield _fail()


async def _fail_later(*_arguments: Any) -> Any:
    _fail()


def _read_as_textual_does(driver: DiffDriver) -> None:
    """Fail while reading keys, and leave it to Textual to make something of it."""
    InputParser._piece = _fail  # type: ignore[method-assign]
    LinuxDriver._run_input_thread(driver)


def _hang(*_arguments: Any) -> Any:
    print("hanging", file=sys.__stderr__, flush=True)
    time.sleep(3600)


def _spin(*_arguments: Any) -> Any:
    print("hanging", file=sys.__stderr__, flush=True)
    while True:
        pass


def _hang_below_python(*_arguments: Any) -> Any:
    """Wait in the system, deaf to signals, as a dead file server or a resolver makes us."""
    print("hanging", file=sys.__stderr__, flush=True)
    blocked = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    blocked.wait()


def _pause(*_arguments: Any) -> Any:
    print("hanging", file=sys.__stderr__, flush=True)
    time.sleep(1.0)


def _only_when_told(_writer: Writer, *, syncing: bool = False) -> float:
    return float("inf")


def _install_nothing(shutdown: Shutdown, app: HqApp) -> Callable[[], None]:
    shutdown._app = app
    return lambda: None


def _take_any(path: Path, **_more: Any) -> SessionLock:
    return SessionLock(path, os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


DEFECTS: dict[str, tuple[object, str, Any]] = {
    "handler": (HqApp, "on_composer_sent", _fail),
    "start": (HqApp, "on_mount", _fail),
    "worker": (Session, "ask", _fail),
    "engine": (PartnerRouter, "facts", _fail_later),
    "keys": (InputParser, "_piece", _fail),
    "untold keys": (DiffDriver, "_run_input_thread", _read_as_textual_does),
    "screen": (ChatScreen, "update_conversation", _fail),
    "blocked": (HqApp, "action_do", _hang),
    "spinning": (HqApp, "action_do", _spin),
    "deaf": (HqApp, "action_do", _hang_below_python),
    "slow": (HqApp, "action_do", _pause),
    "leaving": (Startup, "detach", _hang),
    "resolver": (socket, "getaddrinfo", _hang),
    "unheeding": (Shutdown, "install", _install_nothing),
    "crowded": (SessionLock, "take", staticmethod(_take_any)),
    "lazy": (Writer, "due", _only_when_told),
    "layout": (stream.MarkdownStream, "update", _fail),
    "wrapping": (wrap, "break_points", _fail),
    "painting": (Painter, "_paint", _fail),
    "rows": (EntryList, "rows", _fail),
    "rows on the way": (EntryList, "rows", _fail_on_the_way),
    "question": (QuestionRow, "draw", _fail),
    "question's render": (QuestionRow, "render", _fail),
    "panel": (BoardPanel, "draw", _fail),
    "title": (TitleRow, "draw", _fail),
    "rule": (RuleRow, "draw", _fail),
    "help": (HelpScreen, "compose", _fail),
    "help's mount": (HelpScreen, "on_mount", _fail),
    "help's render": (HelpScreen, "render_lines", _fail),
    "sessions' worker": (PickerSource, "refresh", _fail_later),
    "sessions' own worker": (PickerSource, "preview", _fail_later),
}
"""What is put in whose place."""


if __name__ == "__main__":
    setattr(*DEFECTS[sys.argv[1]])
    sys.exit(main(sys.argv[2:]))

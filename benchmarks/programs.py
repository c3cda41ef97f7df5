"""The three programs, and the surroundings in which each is started.

The code is copied at the beginning, so that a whole run measures one state of it, and
byte-compiled by starting each program once. Every start has a home, settings and sessions
of its own; a session of 10,000 messages is written once and copied.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.prose import notes, turn
from benchmarks.terminal import SIZE, Terminal
from hq_tui.core.codec import to_record
from hq_tui.core.events import (
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageEnded,
    MessageSent,
    MessageStarted,
    ReplyDone,
    ResumeMode,
    SessionStarted,
    TextArrived,
    UserActed,
)
from hq_tui.core.usage import Usage
from hq_tui.core.user_actions import AddItem
from hq_tui.inquiry.modes import system_prompt
from hq_tui.store.journal import Journal

HOME = Path(__file__).resolve().parent.parent
MODEL = "claude-sonnet-5-5"
BOARD_KINDS = ("claim", "evidence", "assumption", "question")
REFERENCE_MOST = 200
"""Messages that the reference app is given at most: each costs it a dozen milliseconds and
more with every one, so thousands would take minutes to mount and gigabytes to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How a program is called in the table, started, and recognised once it has painted."""

    name: str
    module: str
    painted: str
    stands: str = ""
    """What its first picture lacks and the one of a session shows, where there are two."""
    has_session: bool = False
    """Whether it keeps sessions, and takes one up with `--continue`."""


HQ = Program(
    name="hq-tui",
    module="hq_tui",
    painted="in your own words",
    stands=" ready ",
    has_session=True,
)
REFERENCE = Program(name="reference", module="benchmarks.reference", painted="in your own words")
HELLO = Program(name="hello", module="benchmarks.hello", painted="Hello, world")


class Workshop:
    """A folder with the code that is measured, its byte-code, and the sessions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.code = folder / "code"
        self._starts = count()
        self._sessions: dict[tuple[int, int], Path] = {}
        skipped = shutil.ignore_patterns("__pycache__")
        for package in ("hq_tui", "benchmarks"):
            shutil.copytree(HOME / package, self.code / package, ignore=skipped)

    def environment(self, port: int) -> dict[str, str]:
        """What every program finds around it, and nothing of ours."""
        home = self.folder / f"home-{next(self._starts)}"
        home.mkdir()
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "PYTHONPATH": str(self.code),
            "PYTHONSAFEPATH": "1",  # or the folder one stands in would come before the copy
            "ANTHROPIC_API_KEY": "made-up-for-the-benchmark",
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}",
            "HQ_TUI_DATA_DIR": str(home / "data"),
            "HQ_TUI_CACHE_DIR": str(home / "cache"),
            "HQ_TUI_CONFIG": str(home / "config.toml"),
        }

    def start(
        self,
        program: Program,
        port: int,
        *,
        messages: int = 0,
        items: int = 0,
        following: str = "",
        size: tuple[int, int] = SIZE,
        has_margins: bool = False,
    ) -> Terminal:
        """Start a program in a session of so many messages and items of the board.

        It has its built-in settings, but for `following` where that is told.
        """
        env = self.environment(port)
        if following:
            Path(env["HQ_TUI_CONFIG"]).write_text(f'following = "{following}"\n')
        argv = [sys.executable, "-m", program.module]
        if program.has_session and messages:
            shutil.copytree(self._session(messages, items), Path(env["HQ_TUI_DATA_DIR"]))
            argv.append("--continue")
        env["BENCH_HISTORY"] = str(messages)
        return Terminal(argv, env, size=size, has_margins=has_margins)

    def _session(self, messages: int, items: int) -> Path:
        if (messages, items) not in self._sessions:
            folder = self.folder / f"session-{messages}-{items}"
            write_session(folder, messages, items)
            self._sessions[messages, items] = folder
        return self._sessions[messages, items]


def write_session(data: Path, messages: int, items: int = 0) -> None:
    """A session of `messages` messages and `items` on the board, written as the app writes them."""
    name, at = "20260101-120000-bnch", 1_767_268_800.0
    started = SessionStarted(
        id=name, mode="examine", model=MODEL, at=at, system=system_prompt("examine")
    )
    journal = Journal.create(data / "sessions", name, to_record(started))
    for number in range(messages // 2):
        for event in turn_events(number, at + 60 * number):
            journal.append(to_record(event))
    for number, text in zip(range(items), notes(), strict=False):
        action = AddItem(kind=BOARD_KINDS[number % len(BOARD_KINDS)], text=text)
        journal.append(to_record(UserActed(action=action, at=at)))
    if not journal.close(timeout=60):
        raise OSError("the session could not be written")


def turn_events(number: int, at: float) -> Iterator[Event]:
    """What happens in one exchange."""
    question, reply = turn(number)
    yield MessageSent(text=question, at=at)
    yield AttemptStarted(number=1, how=ResumeMode.FRESH, model=MODEL, at=at)
    usage = Usage(input_tokens=100, output_tokens=1)
    yield MessageStarted(message_id=f"msg_{number}", model=MODEL, usage=usage)
    yield BlockStarted(index=0, data={"type": "text", "text": ""})
    for place in range(0, len(reply), 40):
        yield TextArrived(index=0, text=reply[place : place + 40])
    yield BlockEnded(index=0)
    yield MessageDelta(usage=Usage(input_tokens=100, output_tokens=90), stop_reason="end_turn")
    yield MessageEnded()
    yield ReplyDone(at=at + 9)


class Server:
    """The process that streams, and the lines that it says."""

    def __init__(self, code: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server"],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"},
        )
        self.port = int(self.line()["port"])

    def line(self) -> dict[str, Any]:
        """What it says next."""
        assert self._process.stdout is not None
        return dict(json.loads(self._process.stdout.readline()))

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def serving(workshop: Workshop) -> Iterator[Server]:
    """A server that runs as long as it is needed."""
    server = Server(workshop.code)
    try:
        yield server
    finally:
        server.stop()

"""`hq-tui --plain`: a session as lines, for screen readers, dumb terminals, pipes and logs.

It prints whole sentences, one a line, and never rewrites a line. The slash commands are the
app's own; those about the screen are refused. Lines from a pipe wait for the previous reply; at
a keyboard they are queued, and Ctrl+C stops the reply.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from hq_tui.app.actions import ActionHandlers
from hq_tui.app.view_state_builder import ViewStateBuilder
from hq_tui.cli.configuration.attached import check_attached
from hq_tui.cli.configuration.effective_settings import check_way, settings_for
from hq_tui.cli.options import AppOptions
from hq_tui.cli.output import close_session
from hq_tui.cli.plain.sentence_splitter import SpokenReply
from hq_tui.cli.wiring import build_manager, open_session
from hq_tui.core.conversation import Phase, Reply
from hq_tui.core.events import Event, GaveUp, ReplyDone, ReplyStopped, RetryScheduled
from hq_tui.core.text.fences import code_blocks
from hq_tui.core.text.reply_notes import endnotes, refused_words
from hq_tui.core.text.sanitize import sanitise
from hq_tui.engine import SystemClock
from hq_tui.errors import HqError
from hq_tui.runtime.executor import run
from hq_tui.sessions.attaching import missing, missing_words
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.partner_router import REHEARSAL_WORDS, is_rehearsal
from hq_tui.sessions.session import Session
from hq_tui.terminal.clipboard import copied_words, copy, run_tool
from hq_tui.ui import labels
from hq_tui.ui.actions import ACTIONS, BY_SLASH
from hq_tui.ui.screens.board import BoardScreen
from hq_tui.ui.screens.help import HelpScreen
from hq_tui.ui.screens.picker import PickScreen
from hq_tui.ui.screens.review import ReviewScreen
from hq_tui.ui.screens.text import TextScreen
from hq_tui.ui.widgets.board_rows import item_lines


def plain(options: AppOptions) -> int:
    """Hold a session in lines until the input ends or it is left; the exit code."""
    settings = settings_for(options.chosen)
    manager = build_manager(settings, rehearse=options.rehearse)
    check_way(settings, options)
    check_attached(settings, options)
    return run(_run(manager, options))


async def _run(manager: SessionManager, options: AppOptions) -> int:
    face = PlainFrontend(manager, await open_session(manager, options))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        loop.add_signal_handler(number, face.end, 128 + number)
    loop.add_signal_handler(signal.SIGINT, face.interrupt)
    try:
        face.open()
        face.commands.files.begin(options.attach, allow_secrets=options.allow_secrets)
        if options.prompt:
            face.take(" ".join(options.prompt))
        await face.hold(wait=not sys.stdin.isatty())
    finally:
        face.session.engine.stop()
        await face.session.engine.wait_idle()
        saved = await close_session(face.session, manager, face.show_message)
    return face.code if saved else face.code or 1


class PlainFrontend:
    """The frontend of the actions that prints lines."""

    def __init__(self, manager: SessionManager, session: Session) -> None:
        self.manager = manager
        self.session = session
        self.clock = SystemClock()
        self.code = 0
        self.view_state = ViewStateBuilder(manager, self.clock)
        self.commands = ActionHandlers(self)
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._work: set[asyncio.Task[None]] = set()
        self._state = ""
        self._aloud = SpokenReply("")
        self._unsubscribe: Callable[[], None] = lambda: None

    # The session

    def open(self) -> None:
        """Say what this is, and what was said last in a session that goes on."""
        if is_rehearsal(self.session.conversation.model):
            self.show_message(REHEARSAL_WORDS)
        host = self.manager.partners.host(self.session.conversation.provider)
        if host and host != "api.anthropic.com":
            self.show_message(f"What you write goes to {host}.")
        self.show_session(self.session)

    def show_session(self, session: Session) -> None:
        """Go on with another session."""
        self._unsubscribe()
        self.session = session
        self._unsubscribe = session.engine.events.subscribe(self._happened)
        self.view_state.forget()
        self._state, self._aloud = "", SpokenReply(session.conversation.reply.text)
        if session.conversation.turn_count:
            count = session.conversation.turn_count
            self.show_message(f"Going on after message {count}. It ended:")
            self._print(session.conversation.reply.text[-600:])
            if lacking := missing(session.conversation, self.manager.library.contents):
                self.show_message(missing_words(lacking))
            _tell(session.conversation.reply, self.show_message)
        else:
            mode = session.conversation.mode
            self.show_message(f"Mode {mode}. What are you thinking about? /help lists commands.")

    def _happened(self, event: Event) -> None:
        conversation = self.session.conversation
        reply = conversation.reply
        if isinstance(event, RetryScheduled):
            why = f", {reply.failure.words}" if reply.failure else ""
            self.show_message(
                f"Retrying in {event.delay:.0f} s, attempt {event.attempt} of {event.of}{why}."
            )
        for line in self._aloud.hear(conversation):
            self._print(line)
        situation = self.view_state.build(self.session)
        state = labels.state(situation)[0]
        before, self._state = self._state, state
        if isinstance(event, ReplyDone | ReplyStopped | GaveUp):
            _tell(reply, self.show_message)
        if state != before and not reply.is_live:
            gave_up = reply.phase in {Phase.CUT, Phase.FAILED} and reply.failure is not None
            self.show_message(labels.gave_up(reply).replace(" · ", ". ") if gave_up else state)

    async def hold(self, *, wait: bool) -> None:
        """Take lines until there are no more; with `wait` each waits for the reply before it."""
        threading.Thread(
            target=_read,
            args=(asyncio.get_running_loop(), self._lines.put_nowait),
            name="read",
            daemon=True,
        ).start()
        if wait:
            await self._settled()
        begun = ""
        while (line := await self._lines.get()) is not None:
            if line.endswith("\\"):
                begun += line[:-1] + "\n"
                continue
            self.take(begun + line.rstrip("\r"))
            begun = ""
            if wait:
                await self._settled()
        self.take(begun)
        await self._settled()
        conversation = self.session.conversation
        failed = conversation.turn_count and conversation.reply.phase in {Phase.CUT, Phase.FAILED}
        if wait and failed and not self.code:
            self.code = 4

    async def _settled(self) -> None:
        while self._work:
            await asyncio.wait(self._work)
        await self.session.engine.wait_idle()

    def take(self, line: str) -> None:
        """A line that was written: a command or a message."""
        word = line.partition(" ")[0]
        if word in BY_SLASH and BY_SLASH[word].name not in self.commands.handlers:
            self.show_message(f"{word} needs the screen.")
        elif line.strip() == "/sessions":
            self._list_sessions()
        elif line.strip():
            self.commands.submit(line)

    def _list_sessions(self) -> None:
        """Every session, newest first; the picker of the screen is of no use here."""
        for row in self.manager.list_sessions():
            self._print(row.as_line())
        self.show_message("Say /sessions and the name of one to go on with it.")

    def interrupt(self) -> None:
        """Ctrl+C: stop the reply, or leave where there is none."""
        # A reply that was stopped is over, though its connection is still being closed.
        if self.session.engine.is_running and self.session.conversation.is_busy:
            self.session.engine.stop()
        else:
            self.end(128 + signal.SIGINT)

    def end(self, code: int) -> None:
        """Leave with this exit code."""
        self.code = code
        self.session.engine.stop()
        self._lines.put_nowait(None)

    # What the commands want of an app

    def show_message(self, message: str) -> None:
        """A line of hq-tui's own."""
        self._print(f"hq-tui: {message}")

    @property
    def screen(self) -> object:
        """There is none."""
        return self

    @property
    def draft(self) -> str:
        """Nothing is written here before it is sent."""
        return ""

    def put_draft(self, text: str) -> None:
        """A line to be completed and sent."""
        self.show_message(f"Complete and send: {text}")

    def go_to_turn(self, turn: int) -> None:
        """No line is ever written again."""

    def last_reply(self) -> str:
        """The words of the last reply."""
        return self.session.conversation.reply.text

    def code_block(self) -> str:
        """The last block of code in the last reply."""
        blocks = code_blocks(self.session.conversation.reply.text)
        return blocks[-1].code if blocks else ""

    def close_top(self) -> bool:
        """Nothing is open on top of the session."""
        return False

    def clear_notices(self) -> None:
        """Printed lines stay."""

    def exit(self, code: int) -> None:
        """Leave."""
        self.end(code)

    def run_worker(self, work: Coroutine[Any, Any, None], **_: object) -> None:
        """Begin something that takes a while; what goes wrong in it is said."""
        task = asyncio.get_running_loop().create_task(self._watched(work))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except HqError as error:
            self.show_message(f"{error} {error.hint}")

    async def push_screen(self, screen: object, _then: Callable[[Any], None] | None = None) -> None:
        """Say in lines what a screen would show."""
        match screen:
            case TextScreen():
                self._print(screen.text)
            case ReviewScreen():
                self._print(screen.review.as_text())
            case PickScreen():
                self.show_message("Say the command again with one of these behind it.")
                for choice in screen.choices:
                    self._print(choice.label + " · now" * (choice.id == screen.current))
            case BoardScreen():
                board = self.session.inquiry.board
                for item in board.items:
                    self._print("\n".join(item_lines(item, board, 100, screen.partner)))
                if screen.who_writes:
                    self.show_message(screen.who_writes)
            case HelpScreen():
                for one in ACTIONS:
                    if one.slash and one.name in self.commands.handlers:
                        self._print(f"{f'{one.slash} {one.argument}'.strip()}: {one.help}")
            case _:
                self.show_message("That needs the screen.")

    async def copy_out(self, text: str) -> str:
        """Copy by the same ways as the app; no terminal is asked when there is none."""
        return copied_words(
            await asyncio.to_thread(
                copy, text, environment=os.environ, run=run_tool, write=_to_terminal
            )
        )

    def _print(self, text: str) -> None:
        try:
            print(sanitise(text), flush=True)
        except BrokenPipeError:
            self.end(128 + signal.SIGPIPE)


def _tell(reply: Reply, say: Callable[[str], None]) -> None:
    """Say what stands below the words of a reply, a refusal among it."""
    for line in filter(None, (*endnotes(reply), refused_words(reply))):
        say(line)


def _read(loop: asyncio.AbstractEventLoop, put: Callable[[str | None], None]) -> None:
    """Hand on every line of stdin, and None at its end; runs in a thread of its own."""
    # Not through a buffered file: a thread that holds one when the program ends aborts it.
    rest = b""
    try:
        while data := os.read(0, 65536):
            *lines, rest = (rest + data).split(b"\n")
            for raw in lines:
                loop.call_soon_threadsafe(put, raw.decode("utf-8", "replace"))
        for last in (rest.decode("utf-8", "replace"), None):
            loop.call_soon_threadsafe(put, last)
    except (OSError, RuntimeError):
        return  # the session has ended before its input


def _to_terminal(sequence: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(sequence)
        sys.stdout.flush()

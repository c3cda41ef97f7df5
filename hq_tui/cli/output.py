"""Prints a reply on stdout as it arrives, and notices about it on stderr.

A reader that closes the pipe, or a full disk, ends the reply but not the session.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

from hq_tui.core.conversation import Phase, Reply
from hq_tui.core.events import Event, RetryScheduled
from hq_tui.core.text.reply_notes import endnotes, refused_words
from hq_tui.core.text.sanitize import counted, sanitise
from hq_tui.engine import Engine
from hq_tui.errors import HqError
from hq_tui.formats.export import json_text
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.session import Session


class Printer:
    """Prints what is new in the reply that an engine gets."""

    def __init__(self, engine: Engine, *, silent: bool) -> None:
        self.trouble: Exception | None = None
        """The error to raise once everything is saved, if stdout failed."""
        self._engine = engine
        self._silent = silent
        self._printed = ""
        engine.events.subscribe(self._on_event)

    def _on_event(self, event: Event) -> None:
        """Print what `event` brought."""
        reply = self._engine.conversation.reply
        if isinstance(event, RetryScheduled):
            why = f" · {reply.failure.words}" if reply.failure else ""
            notice(f"Retrying in {event.delay:.0f} s · attempt {event.attempt}/{event.of}{why}")
        if not self._silent and len(reply.words) != len(self._printed):
            self._print(reply.words)

    def skip(self, text: str) -> None:
        """Take `text` as printed: it was there before."""
        self._printed = text

    def finish(self) -> None:
        """End the last line, and say how the reply ended if that was unusual."""
        reply = self._engine.conversation.reply
        if not self._silent and reply.words != self._printed:
            self._print(reply.words)
        if not self._silent and self._printed and not self._printed.endswith("\n"):
            self._put("\n")
        if reply.seams:
            notice(f"resumed · {counted(len(reply.attempts), 'attempt')}")
        for line in endnotes(reply):
            notice(line)
        if reply.phase is not Phase.COMPLETE:
            notice(_ending(reply))
        elif refused := refused_words(reply):
            notice(refused)
        elif reply.stop_reason not in {"", "end_turn", "stop_sequence", "tool_use"}:
            half = "; what came is half a reply" if reply.is_half else ""
            notice(f"ended with {reply.stop_reason}{half}")

    def _print(self, text: str) -> None:
        if self._printed.startswith(text) and self._engine.conversation.reply.is_live:
            # It may be said again from the beginning: what is out already is not said twice.
            return
        if text.startswith(self._printed):
            new = text[len(self._printed) :]
        else:
            notice("the reply starts over")
            new = "\n" + text
        self._printed = text
        self._put(sanitise(new) if sys.stdout.isatty() else new)

    def _put(self, text: str) -> None:
        """Write `text`. Called from within the engine, which must not fail of it."""
        if self.trouble is not None:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError as error:
            self.trouble = error
        except OSError as error:
            let_go_of(sys.stdout)
            self.trouble = HqError(
                f"The reply cannot be written to stdout: {error.strerror}.",
                hint="What came is saved: hq-tui show",
            )
        if self.trouble is not None:
            self._engine.stop()


async def close_session(
    session: Session, manager: SessionManager, tell: Callable[[str], None]
) -> bool:
    """Close a session and all connections, and tell what could not be saved; True if all was."""
    saved = await session.close()
    await manager.close()
    if words := session.moved if saved else unsaved(session):
        tell(words)
    return saved


def unsaved(session: Session) -> str:
    """That a session could not be saved whole, why, and the way out."""
    why = f": {reason}" if (reason := session.saved.reason) else ""
    return f"not everything could be saved{why}. HQ_TUI_DATA_DIR names another folder."


def _ending(reply: Reply) -> str:
    if reply.phase is Phase.STOPPED:
        return "stopped; what came is saved, --continue goes on"
    failure = reply.failure
    said = failure.told if failure else ""
    kept = "cut off; what came is saved, --continue goes on" if reply.text else "failed"
    return f"{kept}. {said}".strip()


def trouble_with_stdout() -> str:
    """The reason why stdout cannot be written; empty if it can."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or type(error).__name__
    return ""


def let_go_of(stream: TextIO) -> None:
    """Redirect what `stream` still holds to nowhere, so that it cannot fail again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def notice(words: str) -> None:
    """Print a line on stderr, safe for a terminal; ignore a closed stderr."""
    try:
        print(f"hq-tui: {sanitise(words)}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    print_text(json_text(value))


def print_text(text: str) -> None:
    """Print text: unchanged as UTF-8 to a file or pipe, sanitized to a terminal."""
    if sys.stdout.isatty():
        sys.stdout.write(sanitise(text))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))

"""`hq-tui ask`: one exchange without the screen. The reply on stdout, notices on stderr.

What arrived is in the journal, whatever ends it; the exit code says what did.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence

from hq_tui.attachments.kinds import TEXT, content_of
from hq_tui.cli.configuration.attached import attached_for
from hq_tui.cli.configuration.effective_settings import (
    check_address,
    check_provider,
    check_proxy,
    settings_for,
)
from hq_tui.cli.options import AskOptions
from hq_tui.cli.output import Printer, close_session, notice, print_json
from hq_tui.cli.wiring import build_manager, open_session
from hq_tui.core.conversation import Outcome, Phase, Reply
from hq_tui.core.events import AttachedFile
from hq_tui.core.failure import FailureKind
from hq_tui.engine import Engine
from hq_tui.errors import HqError, UsageError
from hq_tui.formats.export import reply_as_json
from hq_tui.runtime.executor import run
from hq_tui.sessions.attaching import missing, missing_words
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.partner_router import REHEARSAL_WORDS, is_rehearsal
from hq_tui.sessions.session import Session
from hq_tui.settings import Settings

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1)
"""Signals that end an exchange early and in order."""
NO_LEAVE = frozenset({FailureKind.CREDENTIALS, FailureKind.PERMISSION})


def ask(options: AskOptions) -> int:
    """Send a message, print the reply as it comes, and return the exit code of the contract."""
    prompt = _prompt(options)
    if not prompt.strip() and options.is_new and not options.attach:
        raise UsageError("There is nothing to ask.", hint='For example: hq-tui ask "why?"')
    settings = settings_for(options.chosen)
    manager = build_manager(settings, rehearse=options.rehearse)
    check_address(settings)
    return run(_exchange(manager, options, prompt))


def _prompt(options: AskOptions) -> str:
    words = " ".join(options.prompt)
    if words == "-" or (not words and not options.go_on and not sys.stdin.isatty()):
        return _input_text(sys.stdin.buffer.read()).rstrip("\n")
    return words


def _input_text(data: bytes) -> str:
    """The text of the input, which is read like an attached one where it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        found = content_of(data)
    if found.media != TEXT:
        notice("The input is not UTF-8; what could not be read was replaced.")
        return data.decode("utf-8", "replace")
    notice(f"The input was {found.said}.")
    return found.data.decode()


async def _exchange(manager: SessionManager, options: AskOptions, prompt: str) -> int:
    session = await open_session(manager, options)
    try:
        check_session(session, manager.settings)
        contents = manager.library.contents
        files = attached_for(session, options, contents)
        if names := missing(session.conversation, contents):
            notice(missing_words(names))
        code = await _hold(session, prompt, files, as_json=options.json)
    finally:
        saved = await close_session(session, manager, notice)
    return code if saved else code or 1


async def _hold(
    session: Session, prompt: str, files: Sequence[AttachedFile], *, as_json: bool
) -> int:
    if is_rehearsal(session.conversation.model):
        notice(REHEARSAL_WORDS)
    printer = Printer(session.engine, silent=as_json)
    caught = stop_at_signals(session.engine)
    if prompt.strip() or files:
        session.ask(prompt, files=files)
    elif session.conversation.turn_count and session.conversation.reply.can_continue:
        printer.skip(session.conversation.reply.text)
        session.engine.resume()
    else:
        raise UsageError("The last reply is complete.", hint="Say what to ask next.")
    await session.engine.wait_idle()
    printer.finish()
    if printer.trouble is not None:
        raise printer.trouble
    if as_json and session.conversation.live is not None:
        reply = reply_as_json(session.conversation.live)
        print_json({"session": session.conversation.id, "reply": reply})
    return 128 + caught[0] if caught else exit_code(session.conversation.reply)


def check_session(session: Session, settings: Settings) -> None:
    """Refuse to ask where the reply could not be kept, or would go astray. Raises HqError."""
    if session.read_only:
        hint = "Ask in a session of its own, or when that one is closed."
        raise HqError(f"{session.read_only.rstrip('.')}.", hint=hint)
    if not is_rehearsal(session.conversation.model):
        check_provider(settings, session.conversation.provider)
        check_proxy(settings, session.conversation.provider)


def stop_at_signals(engine: Engine) -> list[int]:
    """Let a signal end the reply in order; the signals that came, as they come."""
    caught: list[int] = []

    def stop(number: int) -> None:
        caught.append(number)
        engine.stop()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop, int(number))
    return caught


def exit_code(reply: Reply) -> int:
    """The exit code that the contract has for the end of a reply."""
    if reply.phase is Phase.COMPLETE:
        if reply.attempts[-1].outcome is Outcome.REFUSED:
            return 1
        return 4 if reply.is_half or reply.is_wordless else 0
    if reply.failure is not None and reply.failure.kind in NO_LEAVE:
        return 3
    return 4

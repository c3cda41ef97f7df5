"""`brief`, `lint`, `review`: what a session comes to.

All are computed from its journal alone, but for `brief --written`: that page is written by the
model, and its quotations are looked up. The page alone goes to stdout, and only when it came
whole; what happened on the way, what it cost and what was done to its quotations goes to stderr.
What came of a page that broke off is saved, and the same command goes on with it. The exit codes
are those of `ask`.
"""

from __future__ import annotations

import re
from pathlib import Path

from hq_tui.cli.ask import check_session, exit_code, stop_at_signals
from hq_tui.cli.configuration.effective_settings import check_address
from hq_tui.cli.output import Printer, close_session, notice, print_json
from hq_tui.cli.sessions import write_output
from hq_tui.cli.wiring import build_offline_manager
from hq_tui.core.ledger import cost_of_reply
from hq_tui.core.text.sanitize import counted, sanitise
from hq_tui.errors import CredentialsError, HqError, UsageError
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.review.quote_lint import SaidWords, quotes_with_place, sessions_named
from hq_tui.inquiry.review.quote_lint import lint as lint_page
from hq_tui.inquiry.review.review import review_session
from hq_tui.runtime.crash_report import say
from hq_tui.runtime.executor import run
from hq_tui.sessions.manager import SessionManager, StoredSession
from hq_tui.sessions.page_writer import PageWriter
from hq_tui.sessions.page_writer import written as written_page
from hq_tui.sessions.partner_router import is_rehearsal
from hq_tui.sessions.session import Session

FROM_THE_BOARD = "this is the page from the board"
_SESSION = re.compile(r"(?:^|· )session: (\S+)", re.MULTILINE)


def brief(*, id: str, output: str | None, written: bool) -> int:
    """Print the page of a session, or put it into a file."""
    manager = build_offline_manager()
    if written:
        check_address(manager.settings)
        return run(_write(manager, id, output))
    write_output(_from_the_board(manager.read(id)), output)
    return 0


def lint(*, file: str, session: str | None) -> int:
    """Name every quotation of a page that is not in its session; 1 where there is one."""
    path = Path(file)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {why}.", hint="Name a Markdown file.") from error
    found = _session_of(text, session)
    words = SaidWords.of(found.conversation, found.acts, _earlier(text), found.read)
    findings = lint_page(text, words)
    for finding in findings:
        print(sanitise(str(finding)))
    quotes = quotes_with_place(text)
    say(f"{counted(quotes, 'quotation')}, {len(findings)} not in the journal")
    return 1 if findings else 0


def review(*, id: str, json: bool) -> int:
    """Print the review of a session."""
    found = build_offline_manager().read(id)
    result = review_session(found.conversation, found.inquiry)
    if json:
        print_json(result.as_json())
    else:
        print(sanitise(result.as_text()))
    return 0


def _earlier(text: str) -> dict[str, SaidWords]:
    """The messages of other sessions that a page quotes; none for one that is not here."""
    manager, found = build_offline_manager(), {}
    for session_id in sessions_named(text):
        try:
            stored = manager.read(session_id)
        except HqError:
            continue
        found[session_id] = SaidWords.of(stored.conversation, stored.acts, read=stored.read)
    return found


def _session_of(text: str, session_id: str | None) -> StoredSession:
    """The session that a page names in its last lines, or that --session names."""
    named = [session_id] if session_id else _SESSION.findall(text)
    if not named:
        raise UsageError(
            "The page does not say which session it is of.", hint="Name it with --session ID."
        )
    return build_offline_manager().read(named[-1])


async def _write(manager: SessionManager, session_id: str, output: str | None) -> int:
    session = manager.open(session_id)
    try:
        if is_rehearsal(session.conversation.model):
            notice(f"A rehearsal has no model to write it; {FROM_THE_BOARD}.")
            write_output(_from_the_board(session), output)
            code = 0
        else:
            check_session(session, manager.settings)
            code = await _written(session, manager, output)
    finally:
        saved = await close_session(session, manager, notice)
    return code if saved else code or 1


async def _written(session: Session, manager: SessionManager, output: str | None) -> int:
    if not manager.partners.has_key(session.conversation.provider):
        write_output(_from_the_board(session), output)
        raise CredentialsError(
            f"There is no key, so no model can write it; {FROM_THE_BOARD}.",
            hint="Set ANTHROPIC_API_KEY.",
        )
    writer = PageWriter(session, manager.clock)
    printer = Printer(writer.engine, silent=True)
    caught = stop_at_signals(writer.engine)
    writer.start()
    await writer.engine.wait_idle()
    printer.finish()
    reply = writer.engine.conversation.reply
    cost = cost_of_reply(reply, writer.engine.facts_of)
    tokens = (
        f"{counted(reply.usage.total_input, 'token')} in, {reply.usage.output_tokens or 0:,} out"
    )
    notice(tokens if cost is None else f"{tokens}, ${cost:.3f}")
    page = written_page(writer.engine.conversation, session)
    if page is not None and not caught:
        write_output(page.text, output)
        notice(page.account)
        for quote in page.not_found:
            notice(f"not in the session: {quote}")
    return 128 + caught[0] if caught else exit_code(reply)


def _from_the_board(session: Session | StoredSession) -> str:
    return brief_of(session.conversation, session.inquiry, session.acts)

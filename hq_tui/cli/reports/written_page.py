"""`hq-tui brief ID --written`: the page as the model writes it, its quotations looked up.

The page alone goes to stdout, and only when it came whole; what happened on the way, what it
cost and what was done to its quotations goes to stderr. What came of a page that broke off is
saved, and the same command goes on with it. The exit codes are those of `ask`.
"""

from __future__ import annotations

from hq_tui.cli.ask import check_session, exit_code, stop_at_signals
from hq_tui.cli.configuration.effective_settings import check_address, settings_for
from hq_tui.cli.output import Printer, close, notice
from hq_tui.cli.sessions import write_output
from hq_tui.cli.wiring import build_manager
from hq_tui.core.ledger import cost_of_reply
from hq_tui.core.text.sanitize import counted
from hq_tui.errors import CredentialsError
from hq_tui.inquiry.brief import brief_of
from hq_tui.runtime.executor import run
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.page_writer import PageWriter, written
from hq_tui.sessions.partner_router import is_rehearsal
from hq_tui.sessions.session import Session

FROM_THE_BOARD = "this is the page from the board"


def write_page(session_id: str, output: str | None) -> int:
    """Have the page of a session written, and print it or put it into a file; the exit code."""
    settings = settings_for()
    manager = build_manager(settings)
    check_address(settings)
    return run(_write(manager, session_id, output))


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
        saved = await close(session, manager, notice)
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
    page = written(writer.engine.conversation, session)
    if page is not None and not caught:
        write_output(page.text, output)
        notice(page.account)
        for quote in page.not_found:
            notice(f"not in the session: {quote}")
    return 128 + caught[0] if caught else exit_code(reply)


def _from_the_board(session: Session) -> str:
    return brief_of(session.conversation, session.inquiry, session.acts)

"""`brief`, `lint`, `review`: what a session comes to, computed from its journal alone."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from hq_tui.cli.output import print_json
from hq_tui.cli.sessions import write_output
from hq_tui.cli.wiring import build_offline_manager
from hq_tui.core.text.sanitize import counted, sanitise
from hq_tui.errors import HqError, UsageError
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.review.quote_lint import SaidWords, quotes_with_place, sessions_named
from hq_tui.inquiry.review.quote_lint import lint as lint_page
from hq_tui.inquiry.review.review import review_session
from hq_tui.sessions.manager import StoredSession

_SESSION = re.compile(r"(?:^|· )session: (\S+)", re.MULTILINE)


def brief(*, id: str, output: str | None, written: bool) -> int:
    """Print the page of a session, or put it into a file."""
    if written:
        from hq_tui.cli.reports.written_page import write_page

        return write_page(id, output)
    found = build_offline_manager().read(id)
    text = brief_of(found.conversation, found.inquiry, found.acts)
    write_output(text, output)
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
    print(f"{counted(quotes, 'quotation')}, {len(findings)} not in the journal", file=sys.stderr)
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

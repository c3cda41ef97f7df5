"""`brief`, `lint`, `review`: what a session comes to, computed from its journal alone."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from hq_tui.cli.session import StoredOptions, write_output
from hq_tui.cli.wiring import build_offline_manager
from hq_tui.core.text.sanitize import counted, sanitise
from hq_tui.errors import HqError, UsageError
from hq_tui.formats.export import json_text
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.review.quote_lint import SaidWords, quotes_with_place, sessions_named
from hq_tui.inquiry.review.quote_lint import lint as lint_page
from hq_tui.inquiry.review.review import review_session
from hq_tui.sessions.manager import StoredSession

_SESSION = re.compile(r"(?:^|· )session: (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefOptions:
    """Options of `brief`."""

    id: str
    output: str | None
    written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LintOptions:
    """Options of `lint`."""

    file: str
    session: str | None


def brief(options: BriefOptions) -> int:
    """Print the page of a session, or put it into a file."""
    if options.written:
        from hq_tui.cli.reports.written_page import write_page

        return write_page(options.id, options.output)
    found = build_offline_manager().read(options.id)
    text = brief_of(found.conversation, found.inquiry, found.acts)
    write_output(text, options.output)
    return 0


def lint(options: LintOptions) -> int:
    """Name every quotation of a page that is not in its session; 1 where there is one."""
    path = Path(options.file)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {why}.", hint="Name a Markdown file.") from error
    found = _session_of(text, options)
    words = SaidWords.of(found.conversation, found.acts, _earlier(text), found.read)
    findings = lint_page(text, words)
    for finding in findings:
        print(sanitise(str(finding)))
    quotes = quotes_with_place(text)
    print(f"{counted(quotes, 'quotation')}, {len(findings)} not in the journal", file=sys.stderr)
    return 1 if findings else 0


def review(options: StoredOptions) -> int:
    """Print the review of a session."""
    found = build_offline_manager().read(options.id)
    result = review_session(found.conversation, found.inquiry)
    if options.json:
        sys.stdout.write(json_text(result.as_json()))
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


def _session_of(text: str, options: LintOptions) -> StoredSession:
    """The session that a page names in its last lines, or that --session names."""
    named = _SESSION.findall(text)
    session_id = options.session or (named[-1] if named else "")
    if not session_id:
        raise UsageError(
            "The page does not say which session it is of.", hint="Name it with --session ID."
        )
    return build_offline_manager().read(session_id)

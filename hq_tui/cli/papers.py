"""`brief`, `lint`, `review`: what a session comes to, computed from its journal alone."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from hq_tui.cli.build import build_desk
from hq_tui.cli.library import hand_out, json_text
from hq_tui.cli.options import Options
from hq_tui.core.safe_text import sanitise
from hq_tui.desk import Desk, Found
from hq_tui.errors import UsageError
from hq_tui.inquiry.artefact import brief_of
from hq_tui.inquiry.lint import lint as lint_page
from hq_tui.inquiry.lint import quotes_with_turn
from hq_tui.inquiry.review import review_talk

_SESSION = re.compile(r"(?:^|· )session: (\S+)", re.MULTILINE)


def brief(options: Options) -> int:
    """Print the page of a session, or write it."""
    found = _desk(options).look_at(options.id)
    line = review_talk(found.talk, found.inquiry).line
    text = brief_of(found.talk, found.inquiry, review_line=line)
    hand_out(text, options.output)
    return 0


def lint(options: Options) -> int:
    """Name every quotation of a page that is not in its session; 1 where there is one."""
    path = Path(options.file)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {why}.", hint="Name a Markdown file.") from error
    found = _session_of(text, options)
    findings = lint_page(text, found.talk, found.acts)
    for finding in findings:
        print(sanitise(str(finding)))
    quotes = quotes_with_turn(text)
    print(f"{quotes} quotations, {len(findings)} not in the journal", file=sys.stderr)
    return 1 if findings else 0


def review(options: Options) -> int:
    """Print the review of a session."""
    found = _desk(options).look_at(options.id)
    result = review_talk(found.talk, found.inquiry)
    if options.json:
        sys.stdout.write(json_text(result.as_json()))
    else:
        print(sanitise(result.as_text()))
    return 0


def _session_of(text: str, options: Options) -> Found:
    """The session that a page names in its last lines, or that --session names."""
    named = _SESSION.findall(text)
    session_id = options.session or (named[-1] if named else "")
    if not session_id:
        raise UsageError(
            "The page does not say which session it is of.", hint="Name it with --session ID."
        )
    return _desk(options).look_at(session_id)


def _desk(options: Options) -> Desk:
    options.words.rehearse = None
    return build_desk(options, pace=0)

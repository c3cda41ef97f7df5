"""The page that a session leaves behind, made from its board.

It is computed from the session alone, so the same session gives the same page to the byte.
Each mode begins with its own sections; all modes go on with what supports the result, what
speaks against it, both sides of every contradiction, what is unknown and what comes next. No
sentence stands here that nobody said: a line is quoted, or marked as the partner's. What is empty
is left out, and one line names what no line was filed on.
"""

from __future__ import annotations

from collections.abc import Sequence

from hq_tui.core.conversation import Conversation
from hq_tui.core.text.reply_notes import models_of
from hq_tui.core.text.summary import timestamp, title_of
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.brief.rows import NOT_CONFIRMED, Page
from hq_tui.inquiry.brief.sections import SHARED_SECTIONS, sections_of, unfiled
from hq_tui.inquiry.citations import unquoted
from hq_tui.inquiry.state import Inquiry

LEGEND = (
    "Words in quotation marks are the person's own, with the message that they stand in. "
    "What is marked ({partner}) is {partner}'s."
)
CONFIRMED_BY = "What is not confirmed yet you confirm in the session: Tab, then x on its line."


def brief_of(conversation: Conversation, inquiry: Inquiry, acts: Sequence[Act] = ()) -> str:
    """The page of the session's mode, as Markdown."""
    page = Page(conversation, inquiry, acts)
    lines = [f"# {brief_title(conversation, inquiry)}", ""]
    if status := page.status():
        lines += [status, ""]
    empty = []
    for section in (*sections_of(inquiry.mode), *SHARED_SECTIONS):
        if body := section.rows(page):
            lines += [f"## {section.head(page)}", "", *body, ""]
        else:
            empty.append(section)
    if missing := unfiled(page, empty):
        lines += [f"No line was filed on: {', '.join(missing)}.", ""]
    waits = any(line.endswith(NOT_CONFIRMED) for line in lines)
    legend = LEGEND.format(partner=page.partner)
    legend += f" {CONFIRMED_BY}" if waits else ""
    return "\n".join([*lines, "---", "", *foot(conversation, legend), ""])


def brief_title(conversation: Conversation, inquiry: Inquiry) -> str:
    """The title of the page."""
    title = unquoted(title_of(conversation) or conversation.id or "untitled")
    kind, colon, rest = title.partition(":")
    is_said = colon and rest.strip() and kind.strip().lower() in inquiry.mode.title.lower()
    return f"{inquiry.mode.title}: {rest.strip() if is_said else title}"


def foot(conversation: Conversation, note: str) -> list[str]:
    """The last lines of a page: how to read it, and of which session it is."""
    parts = [
        timestamp(conversation.created)[:10] if conversation.created else "",
        models_of(conversation),
        f"session: {conversation.id}" if conversation.id else "",
    ]
    return [note, "", " · ".join(part for part in parts if part)]

"""Exports a session as a self-contained HTML page.

It has no script and loads nothing, and its policy forbids both. All text is escaped; replies
are rendered from Markdown.
"""

from __future__ import annotations

import re
from html import escape

from hq_tui.core.blocks import OtherBlock, TextBlock, ThinkingBlock, ToolBlock, joined, question_in
from hq_tui.core.conversation import Conversation, Reply
from hq_tui.core.text.block_words import in_words, sources_in
from hq_tui.core.text.file_words import file_line
from hq_tui.core.text.reply_notes import byline_of, ending_of, endnotes, heading_of_reply
from hq_tui.core.text.sanitize import sanitise
from hq_tui.core.text.summary import title_of
from hq_tui.formats.markdown import markdown_as_html

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1c1e; --quiet: #5c6066; --paper: #ffffff;
  --mine: #eef3f8; --line: #d5d9de; --code: #f4f4f2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e5e7; --quiet: #a0a5ac; --paper: #16181b;
  --mine: #1f2831; --line: #363b41; --code: #202327; } }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 44rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 0.9rem; color: var(--quiet);
  margin: 2rem 0 0.25rem; font-weight: 600; }
header p, .end, summary { color: var(--quiet); font-size: 0.9rem; }
.you { background: var(--mine); border-left: 3px solid var(--line); padding: 0.25rem 1rem; }
pre { background: var(--code); padding: 0.75rem; overflow-x: auto; white-space: pre-wrap; }
code { background: var(--code); font-family: ui-monospace, monospace; font-size: 0.92em; }
details { margin: 0.5rem 0; border-left: 3px solid var(--line); padding-left: 1rem; }
blockquote { margin: 0.5rem 0; border-left: 3px solid var(--line); padding-left: 1rem; }
table { border-collapse: collapse; margin: 0.6rem 0; } th { text-align: left; }
th, td { border: 1px solid var(--line); padding: 0.2rem 0.6rem; vertical-align: top; }
p, h3, h4, h5, h6 { white-space: pre-wrap; } p { margin: 0.6rem 0; } li > p { margin: 0.2rem 0; }
pre[data-language]::before { content: attr(data-language); display: block; color: var(--quiet);
  font-size: 0.8rem; } .to { color: var(--quiet); }
@media print { :root { --ink: #000; --quiet: #444; --paper: #fff; --mine: #fff; --line: #999;
  --code: #fff; } body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2 { break-after: avoid; } pre { border: 1px solid #999; } @page { margin: 2cm; } }
"""
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
"""


def session_as_html(conversation: Conversation) -> str:
    """The session as a page of its own."""
    title = _safe(title_of(conversation) or conversation.id).replace("\n", " ")
    lines = [
        f"{_HEAD}<title>{title}</title>",
        f"<style>{_STYLE}</style>\n</head>\n<body>",
        f"<header><h1>{title}</h1><p>{_safe(byline_of(conversation))}</p></header>",
    ]
    for turn in conversation.turns:
        lines.append(f'<h2>{turn.number}. You</h2>\n<div class="you" dir="auto">')
        attached = (f'<p class="end">{_safe(file_line(one))}</p>' for one in turn.asked.files)
        lines.append("\n".join([_plain(turn.asked.text), *attached]) + "</div>")
        if turn.reply.attempts or not turn.reply.is_live:
            speaker = _safe(heading_of_reply(turn.reply, conversation.model))
            lines.append(f'<h2>{turn.number}. {speaker}</h2>\n<div dir="auto">')
            lines.append(_reply(turn.reply) + "</div>")
    return "\n".join(lines) + "\n</body>\n</html>\n"


def _reply(reply: Reply) -> str:
    parts = []
    for block in joined(reply.shown):
        match block:
            case TextBlock():
                parts.append(markdown_as_html(block.text))
            case ThinkingBlock():
                if block.text.strip():
                    thought = _plain(block.text)
                    parts.append(f"<details><summary>thinking</summary>{thought}</details>")
            case ToolBlock():
                parts.append(f'<p class="end">called {_safe(block.name)}</p>')
                parts += [] if reply.text else [markdown_as_html(question_in(block))]
            case OtherBlock():
                told = [in_words(block.data), *map(str, sources_in(block.data))]
                parts += [f'<p class="end">{_safe(line)}</p>' for line in told]
    parts += [f'<p class="end">{_safe(line)}</p>' for line in endnotes(reply)]
    if ending := ending_of(reply):
        parts.append(f'<p class="end">[{_safe(ending)}]</p>')
    return "\n".join(parts)


def _plain(text: str) -> str:
    return "\n".join(f"<p>{_safe(part)}</p>" for part in re.split(r"\n{2,}", text.strip("\n")))


def _safe(text: str) -> str:
    return escape(sanitise(text), quote=True)

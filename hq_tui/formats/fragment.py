"""Embeds a message in a larger Markdown document without affecting the rest of it.

A message closes its code blocks, raw HTML becomes text, headings go below those of the
document, and one that looks like a speaker's heading is escaped. If that is not enough, the
whole message becomes a code block.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MOST = 1_000_000
"""Characters above which a message is not looked at but put into a block of code."""

_TAG = re.compile(r"<[A-Za-z/!?]")
_SUSPECT = re.compile(
    r"""<[A-Za-z/!?] | ```|~~~ | ^[ \t>*+\-0-9.)]*\# | ^[ \t>]*(?:=+|-+)[ \t]*$""",
    re.VERBOSE | re.MULTILINE,
)
_SPEAKER = re.compile(r"\d*(?:you|claude|rehearsalpartner|chatgpt|modelunknown)")
_MARKS = re.compile(r"[`~]+")


def contained(text: str) -> str:
    """The message, changed so that it does not affect what follows it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not _SUSPECT.search(text):
        return text
    made = _rewritten(text) if len(text) <= MOST else None
    if made is None or (made != text and not _is_contained(made)):
        return fenced(text)
    return made


def fenced(text: str, language: str = "") -> str:
    """A text in a block of code that nothing in it can end."""
    longest = max((len(run) for run in _MARKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def markdown_line(text: str) -> str:
    """`text` on one line of Markdown, without a tag of HTML."""
    words = " ".join(text.split())
    return re.sub(r"(?<!\\)(\\*)<(?=[A-Za-z/!?])", lambda found: f"{found[1] * 2}\\<", words)


def _rewritten(text: str) -> str | None:
    """The text with its headings lowered, its tags as text and its code closed, if that goes."""
    tokens = _blocks_only().parse(text)
    tags = _tags(text, tokens)
    if tags is None:
        return None
    lines = _with_backslashes(text, tags).split("\n")
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.map:
            _lower(lines, token, tokens[place + 1].content)
    if tokens and _is_open_fence(tokens[-1]):
        lines.append(tokens[-1].markup)
    return "\n".join(lines)


def _is_open_fence(token: Token) -> bool:
    """True if a code block outside lists and quotations is not closed."""
    if token.type != "fence" or token.level or not token.map:
        return False
    lines = token.content.removesuffix("\n").count("\n") + bool(token.content)
    return lines != token.map[1] - token.map[0] - 2


def _lower(lines: list[str], heading: Token, words: str) -> None:
    """Put a heading below those of the document; a speaker's name becomes ordinary text."""
    first, end = heading.map or (0, 0)
    if not heading.markup.startswith("#"):
        lines[end - 1] = re.sub(r"[=-]", r"\\\g<0>", lines[end - 1], count=1)
        return
    marks = "#" * min(6, len(heading.markup) + 2)
    marks = f"\\{heading.markup}" if _is_a_speakers(words) else marks
    lines[first] = lines[first].replace(heading.markup, marks, 1)


def _is_a_speakers(words: str) -> bool:
    plain = unicodedata.normalize("NFKC", words).casefold()
    return _SPEAKER.fullmatch("".join(filter(str.isalnum, plain))) is not None


def _tags(text: str, tokens: Sequence[Token]) -> set[int] | None:
    """The indices of the `<` characters that begin a tag.

    Each is in one block, in order; None if that does not add up.
    """
    tags: set[int] = set()
    seen = 0
    for token in tokens:
        content = f"{token.info if token.type == 'fence' else ''}{token.content}"
        if token.type == "inline" and _TAG.search(content):
            tags.update(seen + number for number in _tags_in(content))
        seen += content.count("<")
    return tags if seen == text.count("<") else None


def _tags_in(content: str) -> Iterator[int]:
    found: list[int] = []
    markdown = _blocks_only()
    markdown.inline.parse(content, markdown, {"tags": found}, [])
    number = at = 0
    for place in sorted(set(found)):
        number += content.count("<", at, place)
        at = place
        yield number


def _with_backslashes(text: str, which: set[int]) -> str:
    if not which:
        return text
    pieces = text.split("<")
    made = [pieces[0]]
    for number, piece in enumerate(pieces[1:]):
        made.append(f"\\<{piece}" if number in which else f"<{piece}")
    return "".join(made)


def _note_tag(state: StateInline, silent: bool) -> bool:
    """Note where a tag may begin, and leave it to be read as text."""
    if not silent and _TAG.match(state.src, state.pos):
        state.env["tags"].append(state.pos)
    return False


def _is_contained(text: str) -> bool:
    """True if a Markdown parser finds nothing in the text that must not be in it."""
    tokens = _as_others_read().parse(text)
    every = [*tokens, *(child for token in tokens for child in token.children or ())]
    for place, token in enumerate(every):
        if token.type.startswith("html"):
            return False
        if token.type == "heading_open" and (
            int(token.tag[1]) < 3 or _is_a_speakers(every[place + 1].content)
        ):
            return False
    return not (tokens and _is_open_fence(tokens[-1]))


@cache
def _blocks_only() -> MarkdownIt:
    """Finds blocks, and leaves what is in them alone until asked."""
    markdown = MarkdownIt("commonmark").enable("table").disable(["html_block", "image"])
    markdown.core.ruler.disable("inline")
    markdown.inline.ruler.at("html_inline", _note_tag)
    return markdown


@cache
def _as_others_read() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

"""Joins a broken reply to its continuation: what to ask for, and what of it to show.

A stream can die half-way. What arrived is kept, and the model is asked to go on from there.
One that takes a prefill goes on exactly; the others are asked in words, and may repeat the
last few of them, announce themselves first, open a code block again that is still open, or
begin a table row anew. This module decides how much of the head of a continuation the reader
has already seen or need not see. Dropping words that were meant is worse than showing words
twice, so only what cannot have been meant is dropped:

- the last words, in the marks they were asked for in, in quotation marks or in brackets;
- words said again without a mark, as far as `overlap` can prove it, above all the *anchor*,
  the last words that occur only once;
- an announcement that speaks of the break, or comes within a sentence or before an echo;
- a fence that names the language of the code block that is still open;
- a row that would otherwise have more cells than its table has columns.

White space is never put in, and taken away only behind a proven echo, where the reader has
the same. While it cannot know yet, `settle` says None, and the reader waits.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from hq_tui.core.events import ResumeMode
from hq_tui.core.resume.ambiguity import begins_unit, is_rhythmic
from hq_tui.core.resume.boundary import (
    CERTAIN,
    ENOUGH,
    Boundary,
    is_structured,
    is_wide,
    letters_in,
    open_fence,
    weight,
    with_space,
)
from hq_tui.core.resume.letters import folded
from hq_tui.core.resume.overlap import echo_length, whole_again
from hq_tui.core.resume.preamble import announced, is_of_break, is_of_place
from hq_tui.core.resume.rows import row_again

ANCHOR_LEAST, ANCHOR_MOST = 32, 240
"""The length of an anchor, by weight and in characters. A short line has a shorter one."""

SAME_END = 12
"""Words that end in the same so many letters end at the same place."""

_TAGS = ("<last_words>", "</last_words>")
_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\s\u2e80-\u9fff]+")
_MARKS = dict(zip("\"“„‟'‘’«‹「『【〈《[({<`*_", "\"”””'’’»›」』】〉》])}>`*_", strict=True))
_WRAPPED = re.compile(rf"\s*(?:> ?)?(?!```)(?P<marks>[{re.escape(''.join(_MARKS))}]{{1,4}})")


def continue_prompt(kept: str) -> tuple[str, str]:
    """The user message that asks a model to go on after `kept`, and its anchor ('' for none).

    The last words are asked for in their marks. What comes back between those is known to be
    the repetition asked for, and what follows is the rest, with its white space.
    """
    words = last_words(kept)
    prompt = (
        f"{_interrupted(kept)} Continue from where you left off. Begin your reply with exactly "
        f"this, marks included: {_TAGS[0]}{words}{_TAGS[1]}\nDirectly behind the closing mark "
        "go on with the very next character, even in the middle of a word, a line or a code "
        "block. No preamble, no apology, no comment on the interruption."
    )
    return prompt, find_anchor(kept)


def call_again_prompt(kept: str, name: str) -> str:
    """The user message that asks for a tool call anew which broke off behind whole words.

    Half of a tool call cannot be sent back, so the model is told what is missing. A prefill
    could not say that, and might draw more words instead of the call.
    """
    return (
        f"{_interrupted(kept)} The text is whole. Your call of {name[:64]}, which came after it, "
        "was cut off and is lost: make only that call again, complete, and no text."
    )


def after_call_prompt(kept: str, name: str) -> str:
    """The user message that asks for what may still have followed a tool call that is whole."""
    return (
        f"{_interrupted(kept)} Continue from where you left off. Your call of {name[:64]} "
        "arrived whole after that. If nothing more was to come, end your turn without a word; "
        "repeat neither the text nor the call."
    )


def is_continuation_prompt(words: str) -> bool:
    """True if `words` is exactly a prompt that asks for the rest of a reply."""
    return any(shape.fullmatch(words) for shape in _prompt_shapes())


@cache
def _prompt_shapes() -> tuple[re.Pattern[str], ...]:
    """Every form of the prompts; what they quote, and the name of a tool, may be anything."""
    sample, tool = "Here stand the last forty words or so of a reply that broke off", "a-tool"
    with_anchor, anchor = continue_prompt(sample)
    forms = (
        with_anchor.replace(sample, "\0").replace(anchor, "\0"),
        continue_prompt("\0")[0],
        call_again_prompt("\0", tool).replace(tool, "\0"),
        after_call_prompt("\0", tool).replace(tool, "\0"),
    )
    return tuple(re.compile(re.escape(form).replace("\0", ".*"), re.DOTALL) for form in forms)


def _interrupted(kept: str) -> str:
    return f"Your previous response was interrupted and ended with [{kept[-ANCHOR_MOST:].strip()}]."


def last_words(kept: str) -> str:
    """The words that a model is asked to repeat: the anchor, or else the end of the last line."""
    if anchor := find_anchor(kept):
        return anchor
    text = kept.rstrip()
    line = text.rfind("\n") + 1
    while line and weight(text[line:].strip()) < ENOUGH:
        line = text.rfind("\n", 0, line - 1) + 1
    start = max(line, len(text) - ANCHOR_MOST)
    while line < start < len(text) and not text[start - 1].isspace():
        start += 1
    return text[start if start < len(text) else line :].strip()


def find_anchor(kept: str) -> str:
    """The last words of `kept` whose coming again proves an echo; '' if there are none.

    They occur once, are not a unit from its beginning to its end, and have no rhythm. In
    tables, lists and code they lie within one line.
    """
    text = kept.rstrip()
    line_start = text.rfind("\n") + 1
    window = max(0, len(text) - ANCHOR_MOST)
    short = ""
    for word in reversed(list(_WORD.finditer(text[window:]))):
        start = window + word.start()
        if start < line_start and is_structured(kept, start):
            break
        words = text[start:]
        if weight(words) < ENOUGH or not _is_good_anchor(kept, start, words):
            continue
        if weight(words) >= ANCHOR_LEAST:
            return words
        short = words
    return short


def _is_good_anchor(kept: str, start: int, words: str) -> bool:
    is_apart = start == 0 or kept[start - 1].isspace() or is_wide(words[0])
    may_begin_again = kept[-1].isspace() or begins_unit(kept, len(kept))
    is_refrain = may_begin_again and begins_unit(kept, start)
    is_word = words[0].isalnum() and is_apart
    return is_word and not is_refrain and not is_rhythmic(words) and kept.find(words) == start


def settle(kept: str, head: str, *, how: ResumeMode, anchor: str, final: bool) -> int | None:
    """The characters of `head` to drop; None while more of it must come to know.

    `kept` is what the reader has, `head` the continuation so far, `final` says that no
    more of it comes.
    """
    if how is ResumeMode.FRESH or not kept:
        return 0
    boundary = Boundary(kept=kept, body=head, anchor=anchor, final=final)
    if how is ResumeMode.PREFILL:
        return with_space(boundary, 0)  # it was sent without the last white space
    return _settle_continue(boundary)


def settle_behind_whole(kept: str, head: str, *, final: bool) -> int | None:
    """The same where every word of `kept` is known to be whole and no more were asked for.

    Words that all stand at the end of `kept` already are then said again, whatever their form.
    """
    words = head.strip()
    if not final and words in kept:
        return None
    if final and kept.rstrip().endswith(words):
        return len(head)
    return settle(kept, head, how=ResumeMode.CONTINUE, anchor="", final=final)


def _settle_continue(boundary: Boundary) -> int | None:
    before = announced(boundary)
    if not before:
        return None if before is None else _beyond(boundary, 0)
    line = boundary.body[:before]
    is_line = line.endswith("\n")
    behind = before if is_line else before + boundary.body.startswith(" ", before)
    # the white space between them may belong to the announcement or to the reply
    apart, joined = _beyond(boundary, behind), _beyond(boundary, len(line.rstrip("\n")))
    if apart is None or joined is None:
        return None
    is_tight = behind < len(line.rstrip()) + 2
    is_certain = is_tight and weight(boundary.body[behind:apart].strip()) >= CERTAIN
    if apart > behind and (apart == joined or is_certain):
        return apart
    is_announcement = is_of_break(boundary.kept, line) if is_line else is_of_place(line)
    return before if is_announcement else _beyond(boundary, 0)


def _beyond(boundary: Boundary, begin: int) -> int | None:
    """The characters to drop if all before `begin` is: fence, row and echo behind it as well."""
    reopened = False
    for part in (_fence_again, _tagged, _wrapped, whole_again, row_again, echo_length):
        rest = replace(boundary, body=boundary.body[begin:], fence_reopened=reopened)
        length = part(rest)
        if length is None:
            return None
        begin += length
        reopened = reopened or bool(length and part is _fence_again)
        if length and part is not _fence_again:
            break
    return begin


def _tagged(boundary: Boundary) -> int | None:
    """The last words, repeated in the marks they were asked for in.

    Where the marks hold more, as the rest of the word that broke, that more is kept.
    """
    opening, closing = _TAGS
    body = boundary.body.lstrip()
    if opening in boundary.kept:
        return 0
    if not body.startswith(opening):
        may_be = bool(body) and opening.startswith(body)
        return None if may_be and not boundary.final else 0
    end = body.find(closing)
    if end < 0:
        return None if len(body) < 2 * ANCHOR_MOST and not boundary.final else 0
    lead = len(boundary.body) - len(body) + len(opening)
    content = body[len(opening) : end]
    asked = last_words(boundary.kept)
    if content.startswith(asked) and content.strip() != asked:
        return lead + len(asked)
    if not _ends_as(boundary.kept, content):
        return 0
    return with_space(boundary, lead + len(content) + len(closing))


def _ends_as(kept: str, content: str) -> bool:
    """True if words end as `kept` does, however exactly they repeat what is before."""
    said = _without_dots(folded(content))
    return folded(kept).endswith(said[-SAME_END:])


def _wrapped(boundary: Boundary) -> int | None:
    """The last words, repeated in quotation marks or brackets: they were asked for."""
    found = _WRAPPED.match(boundary.body)
    if found is None:
        may_be = not boundary.final and ">" in boundary.body and not boundary.body.strip(" \n>")
        return None if may_be else 0
    marks, begin = found["marks"], found.start("marks")
    counts = range(len(marks), 0, -1)
    lengths = [_wrapped_in(boundary, marks[:count], begin) for count in counts]
    return next(filter(None, lengths), None if None in lengths else 0)


def _wrapped_in(boundary: Boundary, marks: str, begin: int) -> int | None:
    """The same for these marks, which begin there."""
    start = begin + len(marks)
    content = boundary.body[start:]
    closing = "".join(_MARKS[mark] for mark in reversed(marks))
    at = -1 if content[:1].isspace() else content.find(closing)
    while 0 <= at <= 2 * ANCHOR_MOST:
        # A mark that stands there in the text is of the words, and the next one of what follows.
        inside = (folded(marks[count:] + content[:at]) for count in range(len(marks)))
        is_said = any(folded(boundary.kept).endswith(words) for words in inside)
        if not is_said and _are_last_words(boundary, content[:at]):
            end = start + at + len(closing)
            end += ">" in boundary.body[:begin] and boundary.body[end : end + 1] == "\n"
            return with_space(boundary, end)
        at = content.find(closing, at + 1)
    is_closed = boundary.final or content[:1].isspace()
    return None if not is_closed and _may_be_last_words(boundary, content, closing) else 0


def _are_last_words(boundary: Boundary, content: str) -> bool:
    """True if these are the words asked for, or so many of the last ones that it is certain."""
    words = _without_dots(folded(content))
    asked = {folded(boundary.anchor), folded(last_words(boundary.kept))}
    is_enough = (words in asked and letters_in(words) > 3) or weight(words) >= CERTAIN
    return is_enough and folded(boundary.kept).endswith(words)


def _without_dots(words: str) -> str:
    return words.removeprefix("…").removeprefix("...").removesuffix("…").removesuffix("...")


def _may_be_last_words(boundary: Boundary, content: str, closing: str) -> bool:
    """True if the words asked for may still be coming, or the rest of their closing mark."""
    had = folded(boundary.kept[-2 * ANCHOR_MOST :])
    inside = (content.removesuffix(closing[:count]) for count in range(len(closing)))
    may_be = any(_without_dots(folded(words)) in had for words in inside)
    return may_be and len(content) <= 2 * ANCHOR_MOST


def _fence_again(boundary: Boundary) -> int | None:
    """The length of a line that opens the code block again in which `kept` ends."""
    inside = open_fence(boundary.kept)
    if inside is None or not inside[1]:
        return 0
    line = f"{inside[0]}{inside[1]}\n"
    body = boundary.body.lstrip("\n")
    if body.startswith(line):
        return len(boundary.body) - len(body) + len(line)
    may_be = line.startswith(body) and not boundary.final
    return None if may_be else 0

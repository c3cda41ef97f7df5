"""Where a broken reply meets its continuation.

A stream can die half-way. We keep what arrived and ask the model to go on from there.
A model that takes a prefill goes on exactly; the others are asked in words, and may
repeat the last few of them, announce themselves first, open a code block again that is
still open, or begin a table row anew. This module decides how much of the head of a
continuation the reader has already seen or need not see.

Two mistakes are possible and they are not equal. Showing a few words twice is a stutter;
dropping words that were meant is a lie. So something is dropped only where it cannot have
been meant. What that is for repeated words stands in `hq_tui.core.echo`; for the rest:

- an announcement is a first line that speaks of the interruption itself, or one such as
  "Continuing:" that comes in the middle of a sentence or before an echo;
- a fence is opened again by naming the language of the code block that is still open;
- a row is begun anew when it would otherwise have more cells than its table has columns.

To make the good case certain rather than likely, the request to go on names an *anchor*:
the last words that occur only once, which the model is asked to repeat first.

White space is never put in, and taken away only behind a proven echo, where the reader has
the same. A space that a model leaves out at the joint cannot be told from a broken word.

Text in, text out. The engine decides when to continue; this module decides only how the
two halves fit. While it cannot know yet it says None, and the reader waits.
"""

from __future__ import annotations

import re
from functools import cache

from hq_tui.core.echo import (
    ENOUGH,
    Joint,
    begins_unit,
    echo_length,
    is_rhythmic,
    is_structured,
    open_fence,
    same_space,
)
from hq_tui.core.events import How

ANCHOR_LEAST, ANCHOR_MOST = 32, 240
"""How long an anchor should be, in characters. A short line has only a shorter one."""

_TAGS = ("<last_words>", "</last_words>")
_OPENINGS = tuple(
    "continuing|(continu|[continu|continued|continuation|ok,|ok.|ok!|okay,|okay.|okay!|sure,|sure.|sure!"
    "|certainly|of course|right,|right.|absolutely|understood|sorry|apologies|my apologies"
    "|i apologi|here's the|here is the|picking up|resuming|i'll continue|i'll pick|i'll resume"
    "|i will continue|let me continue|let me pick|to continue|as i was saying".split("|")
)
"""How announcements begin, in lower case."""
_PREAMBLE_MOST = 160
_OF_THE_BREAK = re.compile(
    r"\b(?:left|broke|stopped|cut) off\b|\binterrupt(?:ed|ion)\b"
    r"|\b(?:previous|last|earlier) (?:response|reply|message|answer)\b",
    re.IGNORECASE,
)
_GOING_ON = re.compile(r"\b(?:continu|resum|pick(?:ing)? (?:it )?up)", re.IGNORECASE)
_SENTENCE = re.compile(r"[^\n]*?(?::|…|\.\.\.|\.|!|[)\]])[*_]*(?:[ \t]+|$)")
_DELIMITER_ROW = re.compile(
    r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.MULTILINE
)


def continue_prompt(kept: str) -> tuple[str, str]:
    """The user message that asks a model to go on after `kept`, and its anchor ('' for none)."""
    anchor = find_anchor(kept)
    start = (
        "First repeat exactly these last words, then go on with the next character: "
        f"{_TAGS[0]}{anchor}{_TAGS[1]}\n"
        if anchor
        else "Go on with the very next character; repeat nothing.\n"
    )
    prompt = (
        f"{_interrupted(kept)} Continue from where you left off. {start}"
        "No preamble, no apology, no comment on the interruption."
    )
    return prompt, anchor


def call_again_prompt(kept: str, name: str) -> str:
    """The user message that asks for a tool call anew which broke off behind whole words.

    Half of a tool call cannot be sent back, so the model is told what is missing. A prefill
    could not say that, and might draw more words instead of the call.
    """
    return (
        f"{_interrupted(kept)} Continue from where you left off. The text had arrived whole; "
        f"your call of {name[:64]}, which came after it, was cut off and is lost. Make that "
        "call again, complete, and write no more text."
    )


def after_call_prompt(kept: str, name: str) -> str:
    """The user message that asks for what may still have followed a tool call that is whole."""
    return (
        f"{_interrupted(kept)} Continue from where you left off. Your call of {name[:64]} "
        "arrived whole after that. If nothing more was to come, end your turn without a word; "
        "repeat neither the text nor the call."
    )


def is_continuation_prompt(words: str) -> bool:
    """True if `words` is, as a whole, what one of the three functions above makes."""
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


def find_anchor(kept: str) -> str:
    """The last words of `kept` whose coming again proves an echo; '' if there are none.

    They occur once, are not a unit from its beginning to its end, and have no rhythm. In
    tables, lists and code they lie within one line.
    """
    text = kept.rstrip()
    line_start = text.rfind("\n") + 1
    window = max(0, len(text) - ANCHOR_MOST)
    short = ""
    for word in reversed(list(re.finditer(r"\S+", text[window:]))):
        start = window + word.start()
        if start < line_start and is_structured(kept, start):
            break
        words = text[start:]
        if len(words) < ENOUGH or not _is_good_anchor(kept, start, words):
            continue
        if len(words) >= ANCHOR_LEAST:
            return words
        short = words
    return short


def _is_good_anchor(kept: str, start: int, words: str) -> bool:
    begins_word = words[0].isalnum() and (start == 0 or kept[start - 1].isspace())
    may_begin_again = kept[-1].isspace() or begins_unit(kept, len(kept))
    is_refrain = may_begin_again and begins_unit(kept, start)
    return begins_word and not is_refrain and not is_rhythmic(words) and kept.find(words) == start


def settle(kept: str, head: str, *, how: How, anchor: str, final: bool) -> int | None:
    """How many characters of `head` to drop; None while more of it must come to know.

    `kept` is what the reader has, `head` the continuation so far, `final` says that no
    more of it comes.
    """
    if how is How.FRESH or not kept:
        return 0
    if how is How.PREFILL:
        return _settle_prefill(kept, head, final=final)
    return _settle_continue(Joint(kept=kept, body=head, anchor=anchor, final=final))


def settle_behind_whole(kept: str, head: str, *, final: bool) -> int | None:
    """The same where every word of `kept` is known to be whole and no more were asked for.

    Words that all stand at the end of `kept` already are then said again, whatever their form.
    """
    words = head.strip()
    if not final and words in kept:
        return None
    if final and kept.rstrip().endswith(words):
        return len(head)
    return settle(kept, head, how=How.CONTINUE, anchor="", final=final)


def _settle_prefill(kept: str, head: str, *, final: bool) -> int | None:
    """A prefill may not end in white space, so it was cut off; the model may bring it again."""
    lost = kept[len(kept.rstrip()) :]
    if len(head) < len(lost) and lost.startswith(head) and not final:
        return None
    same = 0
    while same < min(len(lost), len(head)) and lost[same] == head[same]:
        same += 1
    return same


def _settle_continue(joint: Joint) -> int | None:
    announced = _announced(joint)
    if not announced:
        return None if announced is None else _beyond(joint, 0)
    behind = _beyond(joint, announced)
    if behind is None or behind > announced:
        return behind
    line = joint.body[:announced]
    if not line.endswith("\n"):
        return 0
    return announced if _OF_THE_BREAK.search(line) or _breaks_into(joint.kept, line) else 0


def _breaks_into(kept: str, line: str) -> bool:
    """Whether a line that may be an announcement comes in the middle of a sentence."""
    on_a_new_line = kept.endswith("\n") or line.startswith("\n")
    inside = kept.rstrip()[-1:].isalnum() and not on_a_new_line and open_fence(kept) is None
    is_sentence = line.lstrip().lstrip("*_")[:1].isupper()
    is_apart = line.endswith("\n\n") or " " in line.strip()
    is_glued = kept[-1:].isalnum() and not line[0].isspace()
    says_so = is_glued or _GOING_ON.search(line) is not None
    return inside and is_sentence and is_apart and says_so


def _beyond(joint: Joint, begin: int) -> int | None:
    """What to drop when everything before `begin` is dropped: fence, row and echo as well."""
    for part in (_tagged, _fence_again, _row_again, echo_length):
        rest = Joint(
            kept=joint.kept, body=joint.body[begin:], anchor=joint.anchor, final=joint.final
        )
        length = part(rest)
        if length is None:
            return None
        begin += length
        if length and part is not _fence_again:
            break
    return begin


def _announced(joint: Joint) -> int | None:
    """The length of a first line that may be an announcement, the blank line after it included.

    Where the reply itself goes on in the same line, only what speaks of the break may be one,
    and an echo behind it must prove that.
    """
    body = joint.body.lstrip()
    lead = len(joint.body) - len(body)
    low = _plain(body[:_PREAMBLE_MOST])
    if not low.startswith(_OPENINGS):
        may_be = any(opening.startswith(low) for opening in _OPENINGS)
        return None if may_be and not joint.final else 0
    line, newline, rest = body[: _PREAMBLE_MOST + 1].partition("\n")
    if not newline and len(body) < _PREAMBLE_MOST and not joint.final:
        return None
    end = _end_of_announcement(line)
    if end < len(line) or not newline:
        said = line[:end].rstrip()
        return lead + len(said) if _OF_THE_BREAK.search(said) else 0
    if not rest and not joint.final:
        return None
    return lead + end + (2 if rest.startswith("\n") else 1)


def _end_of_announcement(line: str) -> int:
    """How far the sentences of a line say nothing but that something goes on."""
    end = 0
    while found := _SENTENCE.match(line, end):
        says_so = _OF_THE_BREAK.search(found[0]) or _GOING_ON.search(found[0])
        if not says_so and not _plain(found[0]).startswith(_OPENINGS):
            break
        end = found.end()
    return end


def _plain(words: str) -> str:
    return words.lower().replace("’", "'").lstrip("*_")


def _tagged(joint: Joint) -> int | None:
    """The anchor, repeated with the marks it was shown in."""
    opening, closing = _TAGS
    body = joint.body.lstrip()
    if not joint.anchor or opening in joint.kept:
        return 0
    if not body.startswith(opening):
        may_be = bool(body) and opening.startswith(body)
        return None if may_be and not joint.final else 0
    end = body.find(closing)
    if end < 0:
        return None if len(body) < 2 * ANCHOR_MOST and not joint.final else 0
    drop = len(joint.body) - len(body) + end + len(closing)
    space = same_space(joint, drop)
    return None if space is None else drop + space


def _fence_again(joint: Joint) -> int | None:
    """The length of a line that opens the code block again in which `kept` ends."""
    inside = open_fence(joint.kept)
    if inside is None or not inside[1]:
        return 0
    line = "".join(inside) + "\n"
    body = joint.body.lstrip("\n")
    if body.startswith(line):
        return len(joint.body) - len(body) + len(line)
    may_be = line.startswith(body) and not joint.final
    return None if may_be else 0


def _row_again(joint: Joint) -> int | None:
    """The length of the part of a table row that is said again from its beginning."""
    row = joint.kept[joint.kept.rfind("\n") + 1 :]
    columns = _columns_above(joint.kept) if row.startswith("|") else 0
    lead = len(joint.body) - len(joint.body.lstrip("\n"))
    body = joint.body[lead:]
    if not columns or _bars(row) > columns:
        return 0
    may_be_whole = bool(lead) and row.endswith("|")
    if may_be_whole or not any(map(str.isalnum, row)):
        return 0
    if not body.startswith(row.rstrip()):
        may_be = row.startswith(body) and not joint.final
        return None if may_be else 0
    line, newline, _ = body.partition("\n")
    if not newline and not joint.final:
        return None
    is_whole = _bars(line) == columns + 1 and _bars(row + line) > columns + 1
    is_new = f"\n{line}\n" not in joint.kept and "||" not in line
    return lead + _common(row, body) if is_whole and is_new else 0


def _columns_above(kept: str) -> int:
    """The columns of the table that `kept` ends in, by its delimiter row; 0 if there is none."""
    lines = kept.split("\n")[:-1]
    for line in reversed(lines):
        if not line.startswith("|"):
            return 0
        if _DELIMITER_ROW.match(line):
            return _bars(line) - 1
    return 0


def _bars(line: str) -> int:
    return line.count("|") - line.count("\\|")


def _common(left: str, right: str) -> int:
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    return same

"""A turn of the conversation as the transcript shows it.

The message, the reply's blocks in order, and then, one dim line each, what happened to
it: taken up again, stopped, cut, refused. Seams are handed on as places in the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from hq_tui.core.blocks import OtherBlock, TextBlock, ThinkingBlock, ToolBlock, question_in
from hq_tui.core.conversation import Conversation, Outcome, Phase, Reply, Turn
from hq_tui.core.events import AttachedFile, ToolResult
from hq_tui.core.text.block_words import in_words, sources_in
from hq_tui.core.text.file_words import file_line
from hq_tui.core.text.reply_notes import endnotes, refused_words
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.core.usage import estimate_tokens
from hq_tui.inquiry.board.tool import NAME
from hq_tui.inquiry.board.tool_results import outcome_in_words
from hq_tui.ui.transcript import Entry, Mark, MarkKind, Part, Prose, Role, Thought, ToolCall


def entries(conversation: Conversation, results: Iterable[ToolResult] = ()) -> list[Entry]:
    """The whole session, two entries a turn, and what is queued."""
    return exchanges(list(conversation.turns), results) + queued(conversation)


def exchanges(turns: Sequence[Turn], results: Iterable[ToolResult] = ()) -> list[Entry]:
    """Two entries for each of `turns`; `results` tell what became of the calls of the last one."""
    found: list[Entry] = []
    for turn, following in zip_longest(turns, turns[1:]):
        found += [asked(turn), answered(turn, following.asked.results if following else results)]
    return found


def place_of(turn: int) -> int:
    """The place of a turn's message among the entries; its reply is the next one."""
    return 2 * (turn - 1)


def queued(conversation: Conversation) -> list[Entry]:
    """Messages that wait for the reply to be done."""
    return [
        Entry(
            key=f"q{number}",
            role=Role.USER,
            turn=0,
            parts=(Prose(text=text), *(_files(conversation.queued_files) if not number else ())),
            queued=True,
        )
        for number, text in enumerate(conversation.queued)
    ]


def asked(turn: Turn) -> Entry:
    """The entry of the person's message."""
    return Entry(
        key=f"u{turn.number}",
        role=Role.USER,
        turn=turn.number,
        parts=(Prose(text=turn.asked.text), *_files(turn.asked.files)),
    )


def _files(files: Iterable[AttachedFile]) -> list[Part]:
    return [Mark(kind=MarkKind.NOTE, text=file_line(one)) for one in files]


def answered(turn: Turn, results: Iterable[ToolResult] = ()) -> Entry:
    """The reply, as far as it got; `results` tell what became of its calls."""
    reply = turn.reply
    told = [*(one for attempt in reply.attempts for one in attempt.results), *results]
    return Entry(
        key=f"a{turn.number}",
        role=Role.ASSISTANT,
        turn=turn.number,
        parts=(*_blocks(reply, {one.tool_use_id: one.content for one in told}), *_marks(reply)),
        open=reply.is_live,
    )


def _blocks(reply: Reply, told: Mapping[str, str]) -> list[Part]:
    parts: list[Part] = []
    refused = bool(reply.attempts) and reply.attempts[-1].outcome is Outcome.REFUSED
    for block in reply.shown:
        match block:
            case TextBlock():
                _add_prose(parts, block.text, reply.seams, struck=refused)
            case ThinkingBlock():
                parts.append(_thought(block))
            case ToolBlock():
                parts += _call(block, told.get(block.id), live=block.open and reply.is_live)
                if not reply.text:
                    _add_prose(parts, question_in(block), (), struck=refused)
            case OtherBlock():
                parts.append(_other(block, live=block.open and reply.is_live))
    return parts


def _add_prose(parts: list[Part], text: str, seams: tuple[int, ...], *, struck: bool) -> None:
    """Text blocks that follow one another are one flow, as the API means them to be."""
    if parts and isinstance(parts[-1], Prose):
        before = parts.pop()
        assert isinstance(before, Prose)  # noqa: S101 - said to the type checker only
        text = before.text + text
    if text:
        parts.append(Prose(text=text, seams=seams, struck=struck))


def _thought(block: ThinkingBlock) -> Thought:
    count = estimate_tokens(len(block.text)) if block.text else None
    return Thought(text=block.text, open=block.open, tokens=count)


def _call(block: ToolBlock, told: str | None, *, live: bool) -> list[Part]:
    """A call of the board: what was noted in one line, and below it what was not taken and why.

    Nothing stands for a call that changed nothing. Other tools are named.
    """
    title, refused = "board", ""
    if block.name != NAME:
        title = f"tool {block.name}"
    elif told is not None:
        noted, refused = outcome_in_words(told)
        if not noted and not refused:
            return []
        title = noted or "nothing noted"
    note = f"not used: {block.error}" if block.error else ""
    call = ToolCall(title=title, input_text=block.json_text, open=live, note=note)
    return [call, *([Mark(kind=MarkKind.NOTE, text=refused)] if refused and not note else [])]


def _other(block: OtherBlock, *, live: bool) -> ToolCall:
    """A block of the server's own in words; unfolded, its sources or all that it holds."""
    sources = "\n".join(map(str, sources_in(block.data)))
    held = sources or json.dumps(block.data, ensure_ascii=False, indent=1)
    return ToolCall(title=in_words(block.data), input_text=held, open=live)


def _marks(reply: Reply) -> list[Part]:
    marks: list[Part] = [Mark(kind=MarkKind.NOTE, text=text) for text in endnotes(reply)]
    if joins := reply.joins:
        kept = estimate_tokens(joins[-1])
        number = len(reply.attempts)
        marks.append(
            Mark(
                kind=MarkKind.RESUMED,
                text=f"╌╌ resumed · attempt {number} · ~{counted(kept, 'token')} kept ╌╌",
            )
        )
    ending = _ending(reply)
    return [*marks, ending] if ending else marks


def _ending(reply: Reply) -> Mark | None:
    match reply.phase:
        case Phase.STOPPED:
            return Mark(kind=MarkKind.STOPPED, text="■ stopped by you · Ctrl+R goes on")
        case Phase.CUT:
            return Mark(kind=MarkKind.CUT, text=f"✕ cut off: {_why(reply, 'Ctrl+R goes on')}")
        case Phase.FAILED:
            return Mark(kind=MarkKind.FAILED, text=f"✕ failed: {_why(reply, 'Ctrl+R asks again')}")
        case Phase.COMPLETE:
            return _odd_end(reply)
        case _:
            return None


def _why(reply: Reply, key: str) -> str:
    """The failure and the way out; `key` where the failure names none itself."""
    failure = reply.failure
    if failure is None:
        return f"discarded by you · {key}"
    return failure.told if "Ctrl+R" in failure.hint else f"{failure.told} · {key}"


_ENDS = {
    "max_tokens": (MarkKind.LENGTH, "length limit reached · Ctrl+R goes on"),
    "pause_turn": (MarkKind.LENGTH, "paused by the server · Ctrl+R goes on"),
    "model_context_window_exceeded": (
        MarkKind.LENGTH,
        "the context window is full · F10 is its page, Ctrl+R goes on from it in a new session",
    ),
}
_USUAL = frozenset({"", "end_turn", "stop_sequence", "tool_use"})


def _odd_end(reply: Reply) -> Mark | None:
    if not reply.attempts:
        return None
    last = reply.attempts[-1]
    if last.outcome is Outcome.REFUSED:
        text = f"{refused_words(reply)} · F3 edits your message"
        return Mark(kind=MarkKind.REFUSED, text=text)
    if last.stop_reason in _ENDS:
        kind, text = _ENDS[last.stop_reason]
        return Mark(kind=kind, text=text)
    if last.stop_reason not in _USUAL:
        reason = one_line(last.stop_reason, limit=40)
        text = f"ended with {reason}, which is new to hq-tui · Enter goes on with a message"
        return Mark(kind=MarkKind.NOTE, text=text)
    if not last.confirmed and last.stop_reason:
        return Mark(kind=MarkKind.NOTE, text="complete, but the server never confirmed the end")
    return None

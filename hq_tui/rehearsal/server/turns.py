"""Finds the turn that a request is about, and how much of its reply the client has.

After a broken reply the client sends the partial reply last, or followed by a user message that
asks to continue. That is not a new turn: its answer is the rest of the reply. `unfold` also
joins the parts in the history, so that the responder sees a conversation without faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hq_tui.core.resume.continuation import is_continuation_prompt
from hq_tui.rehearsal.server.reply import RehearsedReply, prefixed

Message = Mapping[str, object]
ReplyTo = Callable[[tuple[Message, ...]], RehearsedReply]

PREAMBLE = "Of course, continuing from where I left off:\n\n"
_DOCUMENTED = re.compile(
    r"Please continue from where you left off\."
    r"|Your previous response was interrupted and ended with \[.*\]\. "
    r"Continue from where you left off\.",
    re.DOTALL,
)
"""Prompts to continue from the API's documentation.

A person may say the same, so it is a continuation only if words of the reply are missing.
"""
_REPEATED = 500
"""Maximum overlap of a continuation with the reply before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfoldedTurn:
    """The turn that a request is about.

    `messages` end with the user's message, with every earlier answer in one piece. `delivered`
    counts the characters of `reply.text` that the client has, `called` names its complete calls.
    """

    messages: tuple[Message, ...]
    reply: RehearsedReply
    delivered: int = 0
    called: frozenset[str] = frozenset()


def unfold(messages: Sequence[Message], reply_to: ReplyTo) -> UnfoldedTurn:
    """The turn that `messages` ask about. `reply_to` gives the full answer to a history."""
    clean: list[Message] = []
    index = 0
    while index < len(messages):
        end = _end_of_run(messages, index)
        is_last = end == len(messages)
        if end - index > 1 or (is_last and messages[index].get("role") == "assistant"):
            turn = _joined(tuple(clean), messages[index:end], reply_to)
            if turn is not None and is_last:
                return turn
            if turn is not None:
                clean.append(_in_one_piece(turn, messages[index:end]))
                index = end
                continue
            if _is_anothers(messages[index:end]):
                if is_last:
                    return _answered_anew(tuple(clean), reply_to)
                clean.append(_as_it_stands(messages[index:end]))
                index = end
                continue
        clean.append(messages[index])
        index += 1
    history = tuple(clean)
    return UnfoldedTurn(messages=history, reply=reply_to(history))


def _end_of_run(messages: Sequence[Message], start: int) -> int:
    """The end of assistant, continue, assistant, continue, … that begins at `start`."""
    end = start + 1
    if messages[start].get("role") != "assistant":
        return end
    while end < len(messages) and asks_to_continue(messages[end]):
        end += 1
        if end == len(messages) or messages[end].get("role") != "assistant":
            break
        end += 1
    return end


def _joined(
    before: tuple[Message, ...], run: Sequence[Message], reply_to: ReplyTo
) -> UnfoldedTurn | None:
    """The turn whose answer came in the parts of this run, or None if they are not its parts."""
    reply = reply_to(before)
    delivered = 0
    for message in run:
        if message.get("role") == "assistant":
            reached = advance(reply.text, delivered, text_of(message))
            if reached is None:
                return None
            delivered = reached
        elif delivered == len(reply.text) and not is_continuation_prompt(text_of(message)):
            return None
    called = frozenset(one for message in run for one in _calls(message))
    return UnfoldedTurn(messages=before, reply=reply, delivered=delivered, called=called)


def _is_anothers(run: Sequence[Message]) -> bool:
    """True if a client continues a reply that another seed or version began."""
    asked = [message for message in run if message.get("role") == "user"]
    return bool(asked) and all(is_continuation_prompt(text_of(message)) for message in asked)


def _answered_anew(before: tuple[Message, ...], reply_to: ReplyTo) -> UnfoldedTurn:
    """A new answer in a paragraph of its own, as the rest of the old one is unknown."""
    reply = reply_to(before)
    return UnfoldedTurn(messages=before, reply=prefixed(reply, "\n\n") if reply.text else reply)


def _as_it_stands(run: Sequence[Message]) -> Message:
    """The parts of a run as one assistant message."""
    said = [text_of(message) for message in run if message.get("role") == "assistant"]
    return {"role": "assistant", "content": [{"type": "text", "text": "".join(said)}]}


def _calls(message: Message) -> Iterator[str]:
    for block in blocks_of(message):
        if block.get("type") == "tool_use":
            yield str(block.get("id"))


def _in_one_piece(turn: UnfoldedTurn, run: Sequence[Message]) -> Message:
    """The assistant message as if nothing had broken off."""
    first: list[Mapping[str, object]] = []
    last: list[Mapping[str, object]] = []
    for message in run:
        for block in blocks_of(message) if message.get("role") == "assistant" else ():
            if block.get("type") != "text":
                (first if block.get("type") == "thinking" else last).append(block)
    text = {"type": "text", "text": turn.reply.text[: turn.delivered]}
    return {"role": "assistant", "content": [*first, text, *last]}


def advance(full: str, position: int, part: str) -> int | None:
    """The position in `full` after `part`, which continued it at `position`; None if it did not.

    A part may begin with the preamble or repeat earlier text, and its outer white space may be
    trimmed.
    """
    if full.startswith(part, position):
        return position + len(part)
    part = part.removeprefix(PREAMBLE)
    if full.startswith(part, position):
        return position + len(part)
    loose = _loosely(full, position, part)
    if loose is not None:
        return loose
    for start in range(position - 1, max(-1, position - 1 - _REPEATED), -1):
        if full.startswith(part, start) and start + len(part) >= position:
            return start + len(part)
    return None


def _loosely(full: str, position: int, part: str) -> int | None:
    """Like `startswith`, but ignoring the amount of white space."""
    at = position
    for word in part.split():
        for character in word:
            while at < len(full) and full[at].isspace():
                at += 1
            if at >= len(full) or full[at] != character:
                return None
            at += 1
    tail = part[len(part.rstrip()) :]
    for character in tail:
        if at < len(full) and full[at] == character:
            at += 1
    return at


def asks_to_continue(message: Message) -> bool:
    """True if a user message is nothing but a request for the rest of a reply."""
    words = text_of(message)
    return message.get("role") == "user" and bool(
        is_continuation_prompt(words) or _DOCUMENTED.fullmatch(words)
    )


def text_of(message: Message) -> str:
    """The text blocks of a message, joined."""
    texts = (block for block in blocks_of(message) if block.get("type") == "text")
    return "".join(str(block.get("text", "")) for block in texts)


def blocks_of(message: object) -> tuple[Mapping[str, object], ...]:
    """The blocks of a message, a plain string as the one text block that it means."""
    content = message.get("content") if isinstance(message, Mapping) else None
    if isinstance(content, str):
        return ({"type": "text", "text": content},)
    if not isinstance(content, Sequence):
        return ()
    return tuple(block for block in content if isinstance(block, Mapping))

"""Which turn a request is about, and how much of its answer the client already has.

After a broken reply the client comes back either with the partial reply as the last
assistant message, or with the partial and a user message asking to go on. Such a request
is not a new turn: its answer is the rest of the same answer. `unfold` finds the turn
underneath, also through several breaks in a row and in the history, so that a conversation
with faults reads the same to the responder as one without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hq_tui.core.resume.continuation import is_continuation_prompt
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart

Message = Mapping[str, object]
ReplyTo = Callable[[tuple[Message, ...]], RehearsedReply]

PREAMBLE = "Of course, continuing from where I left off:\n\n"
_DOCUMENTED = re.compile(
    r"Please continue from where you left off\."
    r"|Your previous response was interrupted and ended with \[.*\]\. "
    r"Continue from where you left off\.",
    re.DOTALL,
)
"""How the API's documentation asks for more. A person may say so too, so it is a continuation
only where words of the reply are missing."""
_REPEATED = 500
"""How far back a continuation may have started and still be recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfoldedTurn:
    """The turn underneath a request.

    `messages` end with what the user asked, every answer before it in one piece;
    `delivered` counts the characters of `reply.text` that the client already has, and `called`
    names the tool calls that it has whole.
    """

    messages: tuple[Message, ...]
    reply: RehearsedReply
    delivered: int = 0
    called: frozenset[str] = frozenset()
    resumed: bool = False


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
    return UnfoldedTurn(
        messages=before, reply=reply, delivered=delivered, called=called, resumed=True
    )


def _is_anothers(run: Sequence[Message]) -> bool:
    """Whether a client asks to go on with a reply that is none of this partner's.

    So it is where another seed, or another version, had begun it.
    """
    asked = [message for message in run if message.get("role") == "user"]
    return bool(asked) and all(is_continuation_prompt(text_of(message)) for message in asked)


def _answered_anew(before: tuple[Message, ...], reply_to: ReplyTo) -> UnfoldedTurn:
    """Its rest is not known, so the answer of this partner follows it, in a paragraph of its own.

    What the client says of the break is never taken for words of the person.
    """
    reply = reply_to(before)
    at = next((i for i, block in enumerate(reply.blocks) if isinstance(block, TextPart)), None)
    if at is None:
        return UnfoldedTurn(messages=before, reply=reply, resumed=True)
    first = reply.blocks[at]
    assert isinstance(first, TextPart)  # noqa: S101 - said to the type checker only
    apart = replace(first, text=f"\n\n{first.text}")
    blocks = (*reply.blocks[:at], apart, *reply.blocks[at + 1 :])
    return UnfoldedTurn(messages=before, reply=replace(reply, blocks=blocks), resumed=True)


def _as_it_stands(run: Sequence[Message]) -> Message:
    """The assistant message that the parts of a run make, whoever answered."""
    said = [text_of(message) for message in run if message.get("role") == "assistant"]
    return {"role": "assistant", "content": [{"type": "text", "text": "".join(said)}]}


def _calls(message: Message) -> Iterator[str]:
    content = message.get("content")
    for block in content if isinstance(content, Sequence) else ():
        if isinstance(block, Mapping) and block.get("type") == "tool_use":
            yield str(block.get("id"))


def _in_one_piece(turn: UnfoldedTurn, run: Sequence[Message]) -> Message:
    """The assistant message that would stand there if nothing had broken off."""
    first: list[Mapping[str, object]] = []
    last: list[Mapping[str, object]] = []
    for message in run:
        content = message.get("content")
        if message.get("role") != "assistant" or isinstance(content, str):
            continue
        for block in content if isinstance(content, Sequence) else ():
            if isinstance(block, Mapping) and block.get("type") != "text":
                (first if block.get("type") == "thinking" else last).append(block)
    text = {"type": "text", "text": turn.reply.text[: turn.delivered]}
    return {"role": "assistant", "content": [*first, text, *last]}


def advance(full: str, position: int, part: str) -> int | None:
    """Where `full` goes on after `part`, which continued it at `position`; None if it did not.

    A part may begin with the preamble or repeat a stretch of what came before, and the
    client may have trimmed white space at its ends.
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
    """Like `startswith`, but blind to how much white space stands where."""
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
    """True if a user message is, as a whole, a client's request for the rest of a reply.

    Words of a person that only sound like one are an ordinary turn.
    """
    words = text_of(message)
    return message.get("role") == "user" and bool(
        is_continuation_prompt(words) or _DOCUMENTED.fullmatch(words)
    )


def text_of(message: Message) -> str:
    """The text blocks of a message, joined."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return ""
    return "".join(
        str(block.get("text", ""))
        for block in content
        if isinstance(block, Mapping) and block.get("type") == "text"
    )

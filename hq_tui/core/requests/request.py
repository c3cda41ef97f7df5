"""The request that a conversation makes: what goes on the wire, and nothing the API refuses.

The journal is not the request: an empty text, half a thought or a tool call without its
result would be refused, so they stay out and no session can become unusable.

What was once sent stays as it was sent, byte for byte. A reply that was resumed in words
stays on the wire as it happened: assistant (partial), user (go on), assistant (the rest).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hq_tui.core import blocks
from hq_tui.core.blocks import Block, OtherBlock, TextBlock, ThinkingBlock, ToolBlock
from hq_tui.core.conversation import Attempt, Conversation, Reply
from hq_tui.core.events import MessageSent, ResumeMode, ToolResult
from hq_tui.core.failure import FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.reducer import kept
from hq_tui.core.requests.attached import (
    Read,
    are_all_documents,
    attached_blocks,
    attached_tokens,
    nothing,
    without_pictures,
)
from hq_tui.core.requests.history import (
    common_only,
    with_distinct_calls,
    without_document_citations,
    without_open_work,
    without_tools,
)
from hq_tui.core.requests.lessons import reply_room
from hq_tui.core.requests.options import RequestOptions, Tool, option_parameters
from hq_tui.core.resume import continuation

DEFAULT_RESULT = "noted"
NO_WORDS = "(nothing)"
"""Sent in place of an empty message, which the API would refuse."""

Message = dict[str, Any]
Content = dict[str, Any]
NO_FILES: Mapping[int, Sequence[Content]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesRequest:
    """One call of the Messages API: `params` are its JSON parameters, model included."""

    params: Mapping[str, Any]
    how: ResumeMode
    prompt: str = ""
    anchor: str = ""
    context: str = ""
    results: tuple[ToolResult, ...] = ()

    @property
    def model(self) -> str:
        """The model it goes to."""
        return str(self.params["model"])


def build(
    conversation: Conversation,
    facts: ModelInfo,
    wanted: RequestOptions,
    *,
    strip_thinking: bool = False,
    results: Sequence[ToolResult] = (),
    read: Read = nothing,
) -> MessagesRequest:
    """Build the next request of a session whose last turn needs a reply.

    It resumes the last attempt if that left something: as a prefill where the model takes one,
    else by asking in words. A reply that only waits, for the server or for `results` of its
    calls, goes back as it is. `read` gives the contents of attached files.
    """
    wanted = wanted.of_session(conversation)
    tools = _tools(conversation, facts, wanted)
    context = context_digest(conversation, facts, tools)
    bare = "" if strip_thinking else context
    files = attached_blocks(conversation, facts, read)
    messages = history(conversation, context=bare, files=files)
    how, prompt, anchor = _how_to_go_on(conversation, facts, messages, bare)
    match how:
        case ResumeMode.FRESH if conversation.reply.attempts:
            messages = history(_without_a_reply(conversation), context=bare, files=files)
        case ResumeMode.PREFILL:
            last = messages[-1]["content"][-1]
            last["text"] = last["text"].rstrip()
        case ResumeMode.CONTINUE:
            _say(messages, "user", _results_then(messages, (), [_text(prompt)]))
        case ResumeMode.RESULTS:
            _say(messages, "user", _results_then(messages, results, []))
    if not are_all_documents(conversation, files):
        messages = without_document_citations(messages)
    messages = _acceptable(messages, facts)
    whole = [without_pictures(messages), conversation.system, [dict(tool) for tool in tools]]
    max_tokens = reply_room(facts, wanted.max_tokens, whole, attached_tokens(conversation))
    params = {"model": facts.id, "max_tokens": max_tokens, "messages": messages}
    params.update(option_parameters(conversation, facts, wanted, how, max_tokens))
    if tools:
        params["tools"] = [dict(tool) for tool in tools]
    calls = conversation.live is None or conversation.live.asked.calls
    if tools and not (wanted.tools and calls):
        params["tool_choice"] = {"type": "none"}
    return MessagesRequest(
        params=params,
        how=how,
        prompt=prompt,
        anchor=anchor,
        context=context,
        results=tuple(results) if how is ResumeMode.RESULTS else (),
    )


def _acceptable(messages: list[Message], facts: ModelInfo) -> list[Message]:
    """The messages in the form that this server accepts."""
    messages = with_distinct_calls(without_open_work(messages))
    if not facts.tools:
        messages = without_tools(messages)
    return messages if facts.extra_blocks else common_only(messages)


def _tools(
    conversation: Conversation, facts: ModelInfo, wanted: RequestOptions
) -> tuple[Tool, ...]:
    """The tools of a request: those offered, or stand-ins for those called in its history.

    The API refuses a tool call in the history if no tool is defined.
    """
    if not facts.tools:
        return ()
    if facts.strict_tools and wanted.tools:
        return tuple({**tool, "strict": True} for tool in wanted.tools)
    return wanted.tools or tuple(_named_only(name) for name in _called(conversation))


def _called(conversation: Conversation) -> list[str]:
    """The names of all tools that were called in the session, each once."""
    names = (
        block.name
        for turn in conversation.turns
        for attempt in turn.reply.attempts
        if attempt.is_on_the_wire
        for block in attempt.blocks
        if isinstance(block, ToolBlock)
    )
    return list(dict.fromkeys(names))


def _named_only(name: str) -> Tool:
    return {"name": name, "description": "Not in use now.", "input_schema": {"type": "object"}}


def _how_to_go_on(
    conversation: Conversation, facts: ModelInfo, messages: list[Message], context: str
) -> tuple[ResumeMode, str, str]:
    """The resume mode of the next attempt, the words that ask for it, and their anchor."""
    last = _last_on_the_wire(conversation)
    if last is not None and messages[-1]["role"] == "assistant":
        waits = _how_it_waits(conversation, messages[-1]["content"], context)
        if waits is not None:
            return waits, "", ""
    base = kept(conversation.reply.shown) if last is not None else ()
    if not base or last is None or messages[-1]["role"] != "assistant":
        return ResumeMode.FRESH, "", ""
    texts = [block.text for block in base if isinstance(block, TextBlock)]
    text = texts[-1] if texts else ""
    if isinstance(base[-1], ToolBlock) and not blocks.has_words(base):
        return ResumeMode.RESULTS, "", ""
    if isinstance(base[-1], ToolBlock):
        return ResumeMode.CONTINUE, continuation.after_call_prompt(text, base[-1].name), ""
    if lost := conversation.reply.lost_call:
        return ResumeMode.CONTINUE, continuation.call_again_prompt(text, lost), ""
    if facts.prefill and _can_be_a_prefill(messages[-1]["content"]):
        return ResumeMode.PREFILL, "", ""
    return ResumeMode.CONTINUE, *continuation.continue_prompt(text)


def _how_it_waits(
    conversation: Conversation, content: Sequence[Content], context: str
) -> ResumeMode | None:
    """The resume mode of a reply that is complete so far but was not meant to end."""
    brought = [
        attempt
        for attempt in conversation.reply.attempts
        if attempt.is_on_the_wire and _content(attempt, context)
    ]
    if not brought or not brought[-1].is_whole:
        return None
    reason, calls = brought[-1].stop_reason, any(one["type"] == "tool_use" for one in content)
    if reason == "pause_turn" and calls:
        return ResumeMode.RESULTS
    if reason == "pause_turn":
        goes_back = not _lost_a_call(brought[-1]) and not _was_no_pause(conversation.reply)
        return ResumeMode.PAUSE if goes_back else None
    is_silent = not blocks.has_words(conversation.reply.shown)
    return ResumeMode.RESULTS if reason == "tool_use" and calls and is_silent else None


def _lost_a_call(attempt: Attempt) -> bool:
    """True if a call broke off in it: what goes back is not what the server paused in."""
    return any(isinstance(block, ToolBlock) and block.error for block in attempt.blocks)


def _was_no_pause(reply: Reply) -> bool:
    """True if the server has refused to go on with this reply as one that it paused."""
    return any(
        attempt.how is ResumeMode.PAUSE
        and attempt.failure is not None
        and attempt.failure.kind is FailureKind.NO_PREFILL
        for attempt in reply.attempts
    )


def _can_be_a_prefill(content: Sequence[Content]) -> bool:
    """True if the content ends in text and no tool call in it needs a result."""
    calls = any(block["type"] == "tool_use" for block in content)
    return content[-1]["type"] == "text" and not calls


def _without_a_reply(conversation: Conversation) -> Conversation:
    live = conversation.live
    return replace(conversation, live=replace(live, reply=Reply())) if live else conversation


def _last_on_the_wire(conversation: Conversation) -> Attempt | None:
    attempts = conversation.reply.attempts
    return attempts[-1] if attempts and attempts[-1].is_on_the_wire else None


def context_digest(conversation: Conversation, facts: ModelInfo, tools: Sequence[Tool]) -> str:
    """A digest of what thinking is bound to: model, system and tools."""
    bound = json.dumps(
        [facts.id, conversation.system, [dict(tool) for tool in tools]], sort_keys=True
    )
    return hashlib.sha256(bound.encode("utf-8", "replace")).hexdigest()[:16]


def history(
    conversation: Conversation,
    *,
    context: str,
    files: Mapping[int, Sequence[Content]] = NO_FILES,
) -> list[Message]:
    """Every message so far as it was sent; the last may be an unfinished reply.

    Thinking goes back only if it was made under the same `context`. `files` has the blocks of
    attached files by the number of their turn.
    """
    messages: list[Message] = []
    for turn in conversation.turns:
        _add_question(messages, turn.asked, files.get(turn.number, ()))
        for attempt in turn.reply.attempts:
            if attempt.is_on_the_wire:
                _add_attempt(messages, attempt, context)
    return messages


def _add_question(messages: list[Message], asked: MessageSent, files: Sequence[Content]) -> None:
    words = [*files, *(_text(note) for note in asked.notes if note.strip())]
    if asked.text.strip():
        words.append(_text(asked.text))
    content = _results_then(messages, asked.results, words)
    if not content and (not messages or messages[-1]["role"] == "assistant"):
        content = [_text(NO_WORDS)]
    _say(messages, "user", content)


def _add_attempt(messages: list[Message], attempt: Attempt, context: str) -> None:
    if attempt.how is ResumeMode.PREFILL and messages[-1]["role"] == "assistant":
        attempt = _extend_prefill(messages[-1]["content"], attempt)
    content = _content(attempt, context)
    if not content:
        return
    if messages[-1]["role"] == "assistant":
        if attempt.how is ResumeMode.CONTINUE:
            _say(messages, "user", _results_then(messages, (), [_text(attempt.prompt)]))
        if attempt.how is ResumeMode.RESULTS:
            _say(messages, "user", _results_then(messages, attempt.results, []))
    _say(messages, "assistant", content)


def _content(attempt: Attempt, context: str) -> list[dict[str, Any]]:
    """The blocks of an attempt that may be sent back; none if all is thinking."""
    same = bool(context) and attempt.context == context
    made = attempt.blocks if attempt.is_whole else kept(attempt.blocks)
    worth = [block for block in made if blocks.is_worth_keeping(block)]
    if attempt.how is ResumeMode.CONTINUE and not attempt.is_whole:
        worth = _without_an_echo(worth, attempt.skip or 0)
    if all(_is_thinking(block) for block in worth):
        return []
    return [blocks.as_sent(block) for block in worth if same or not _is_thinking(block)]


def _without_an_echo(worth: list[Block], skip: int) -> list[Block]:
    """The blocks, but not a last text that broke before it said anything new."""
    texts = [block for block in worth if isinstance(block, TextBlock)]
    if len(texts) == 1 and worth[-1] is texts[0] and len(texts[0].text) <= skip:
        return worth[:-1]
    return worth


def _is_thinking(block: Block) -> bool:
    if isinstance(block, OtherBlock):
        return "thinking" in block.type
    return isinstance(block, ThinkingBlock)


def _extend_prefill(content: list[dict[str, Any]], attempt: Attempt) -> Attempt:
    """Join the first text after a prefill to it; the attempt with what is left.

    White space counts too: the next prefill continues after it. Thinking between the two is
    dropped, as it was made under another context and would separate them.
    """
    head = attempt.blocks[0] if attempt.blocks else None
    if not isinstance(head, TextBlock):
        return attempt
    rest = head.text[attempt.skip or 0 :]
    while rest and len(content) > 1 and "thinking" in content[-1]["type"]:
        content.pop()
    partial = content[-1]
    if partial["type"] != "text":
        return attempt
    partial["text"] += rest
    if head.citations:
        partial["citations"] = [*partial.get("citations", ()), *map(dict, head.citations)]
    return replace(attempt, blocks=attempt.blocks[1:])


def _results_then(
    messages: list[Message], given: Iterable[ToolResult], words: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Results for every tool call of the message before, in its order, then the words."""
    if not messages or messages[-1]["role"] != "assistant":
        return words
    by_id = {result.tool_use_id: result for result in given}
    calls: Sequence[dict[str, Any]] = messages[-1]["content"]
    results = [
        _result(by_id.get(call["id"], ToolResult(tool_use_id=call["id"], content=DEFAULT_RESULT)))
        for call in calls
        if call["type"] == "tool_use"
    ]
    return results + words


def _result(result: ToolResult) -> dict[str, Any]:
    row: dict[str, Any] = {
        "type": "tool_result",
        "tool_use_id": result.tool_use_id,
        "content": result.content or DEFAULT_RESULT,
    }
    if result.is_error:
        row["is_error"] = True
    return row


def _say(messages: list[Message], role: str, content: list[dict[str, Any]]) -> None:
    if not content:
        return
    if messages and messages[-1]["role"] == role:
        messages[-1]["content"].extend(content)
    else:
        messages.append({"role": role, "content": list(content)})


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}

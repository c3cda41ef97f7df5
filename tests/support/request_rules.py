"""What must hold of every request of a session, and between one and the next.

Each request is one that a strict API accepts. And what was once sent stays as it was sent:
the next request begins with the messages of the one before, byte for byte. Only its end
may differ, and only so: the person's last message may have more words, a reply that was
prefilled may have gone on, and a request to go on that drew nothing may be another one.
Whoever throws a reply away edits the past on purpose, and says so by calling `edited`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hq_tui.core.events import ResumeMode
from hq_tui.core.requests.request import MessagesRequest
from hq_tui.rehearsal.server.models import CATALOGUE, Model
from hq_tui.rehearsal.server.reply import RehearsedReply
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.validation.request import check

Message = Mapping[str, Any]
MODELS = {model.id: model for model in CATALOGUE}


@dataclass(slots=True)
class Rules:
    """The rules, with what they must remember of the requests and replies before."""

    memory: SentSignatures = field(default_factory=SentSignatures)
    before: MessagesRequest | None = None

    def hold(self, request: MessagesRequest) -> None:
        """Raise AssertionError where `request` breaks a rule."""
        params = json.loads(json.dumps(dict(request.params)))
        model: Model = MODELS[request.model]
        # What paused goes back as it is, which a check of the messages before it allows for.
        judged = params["messages"][:-1] if request.how is ResumeMode.PAUSE else params["messages"]
        refused = check({**params, "stream": True, "messages": judged}, model, self.memory)
        assert refused is None, f"{refused}\n{json.dumps(params, indent=1)}"
        last = params["messages"][-1]["role"]
        assert (last == "assistant") is (request.how in {ResumeMode.PREFILL, ResumeMode.PAUSE})
        if self.before is not None:
            same = self.before.context == request.context
            assert_grown(self.before, request, with_thinking=same)
        self.before = request

    def answered(self, request: MessagesRequest, reply: RehearsedReply) -> None:
        """Tell of a reply that was sent, so that its thinking may come back."""
        self.memory.sent(dict(request.params), reply)

    def edited(self) -> None:
        """Tell that the person threw a reply away, so that the next request may differ."""
        self.before = None


def assert_grown(before: MessagesRequest, after: MessagesRequest, *, with_thinking: bool) -> None:
    """Raise AssertionError unless `after` begins with what `before` sent."""
    old = _messages(before, with_thinking=with_thinking)
    new = _messages(after, with_thinking=with_thinking)
    *settled, last = old
    if (
        before.how is ResumeMode.CONTINUE
        and after.how is ResumeMode.PREFILL
        and len(new) == len(settled)
    ):
        # It drew nothing, and the reply before it may not end in white space as a prefill.
        end = settled[-1]["content"][-1]
        end["text"] = end["text"].rstrip()
    assert new[: len(settled)] == settled
    if before.how in {ResumeMode.CONTINUE, ResumeMode.RESULTS}:
        # It drew nothing that is kept, or it stands there as it was sent.
        assert len(new) <= len(old) or new[len(settled)] == last
        return
    assert len(new) >= len(old)
    assert _has_grown(last, new[len(settled)]), (last, new[len(settled)])


def _has_grown(old: Message, new: Message) -> bool:
    assert old["role"] == new["role"]
    *whole, last = old["content"]
    if len(new["content"]) < len(old["content"]) or list(new["content"][: len(whole)]) != whole:
        return False
    then = new["content"][len(whole)]
    may_go_on = old["role"] == "assistant" and last["type"] == then["type"] == "text"
    return bool(then == last or (may_go_on and then["text"].startswith(last["text"])))


def _messages(request: MessagesRequest, *, with_thinking: bool) -> Sequence[Message]:
    messages: Sequence[Message] = json.loads(json.dumps(request.params["messages"]))
    if with_thinking:
        return messages
    return [
        {**message, "content": _without_thinking(message["content"])}
        if message["role"] == "assistant"
        else message
        for message in messages
    ]


def _without_thinking(content: Sequence[Message]) -> list[dict[str, Any]]:
    """The other blocks; words that only thinking kept apart are one text."""
    rest: list[dict[str, Any]] = []
    for block in content:
        if _is_thinking(block):
            continue
        if rest and rest[-1]["type"] == block["type"] == "text":
            rest[-1]["text"] += block["text"]
        else:
            rest.append(dict(block))
    return rest


def _is_thinking(block: Message) -> bool:
    return "thinking" in str(block["type"])

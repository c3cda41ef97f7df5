"""A session played by hand: messages and replies go through the same events as in the program.

What the program would send along (notes, tool results) is computed the way the program does
it, so a played session also shows that the two sides fit together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import (
    AttachedFile,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageEnded,
    MessageSent,
    MessageStarted,
    ReplyDone,
    ResumeMode,
    SessionStarted,
    TextArrived,
    ToolInputArrived,
    ToolResult,
)
from hq_tui.core.reducer import apply
from hq_tui.core.requests.attached import Read, nothing
from hq_tui.core.usage import NO_USAGE
from hq_tui.core.user_actions import read_action
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.fold import Folded, advance
from hq_tui.inquiry.request_notes import notes_for, results_for
from hq_tui.inquiry.state import Inquiry

Op = Mapping[str, object]


def add(ref: str, kind: str, text: str, quote: str = "", turn: int = 1, **more: object) -> Op:
    """An `add` with everything that its shape demands."""
    row: dict[str, object] = {
        "op": "add",
        "ref": ref,
        "kind": kind,
        "text": text,
        "quote": quote,
        "turn": turn,
        "by": "user" if quote else "partner",
        "confidence": "unknown",
        "supports": [],
        "contradicts": [],
    }
    return {**row, **more}


def revise(id: str, text: str, quote: str = "", turn: int = 1, **more: object) -> Op:
    return {
        "op": "revise",
        "id": id,
        "text": text,
        "quote": quote,
        "turn": turn,
        "reason": "",
        **more,
    }


def resolve(id: str, outcome: str, quote: str = "", turn: int = 1) -> Op:
    return {"op": "resolve", "id": id, "outcome": outcome, "quote": quote, "turn": turn}


def ask(text: str, why: str = "", targets: Sequence[str] = ()) -> Op:
    return {"op": "ask", "text": text, "why": why, "targets": list(targets)}


class Sitting:
    """One session under way."""

    def __init__(
        self,
        mode: str = "examine",
        id: str = "s1",
        read: Read = nothing,
        model: str = "claude-opus-5-5",
    ) -> None:
        self._read = read
        self._model = model
        self.acts: list[Act] = []
        self.folded: Folded | None = None
        self.conversation: Conversation = EMPTY
        self._happen(SessionStarted(id=id, mode=mode, model=model, at=1000.0))

    def _happen(self, *events: Event) -> None:
        for event in events:
            self.conversation = apply(self.conversation, event)

    @property
    def inquiry(self) -> Inquiry:
        """The state now, folded on from the last time."""
        self.folded = advance(self.folded, self.conversation, self.acts, self._read)
        return self.folded.now

    def act(self, what: str, **detail: object) -> Inquiry:
        """The user does something beside talking."""
        self.acts.append(Act(turn=self.conversation.turn_count, action=read_action(what, detail)))
        return self.inquiry

    def say(
        self,
        text: str,
        request: str = "",
        files: Sequence[AttachedFile] = (),
        *,
        results: Sequence[ToolResult] | None = None,
    ) -> None:
        """The user sends a message; the reply is still to come.

        `results` are what another version answered the calls of the reply before with.
        """
        inquiry = self.inquiry
        at = 1000.0 + self.conversation.turn_count
        notes = notes_for(inquiry, request=request or None)
        told = results_for(self.conversation, inquiry) if results is None else tuple(results)
        sent = MessageSent(text=text, at=at, notes=notes, results=told, files=tuple(files))
        self._happen(sent)
        self._happen(AttemptStarted(number=1, how=ResumeMode.FRESH, model=self._model, at=at))
        self._happen(MessageStarted(message_id=f"m{at}", model=self._model, usage=NO_USAGE))

    def stream(self, text: str, call: str | None = None) -> None:
        """The reply arrives: its text, then the input of a board call as it was written."""
        self._happen(BlockStarted(index=0, data={"type": "text", "text": ""}))
        self._happen(TextArrived(index=0, text=text), BlockEnded(index=0))
        if call is not None:
            call_id = f"call{self.conversation.turn_count}"
            data = {"type": "tool_use", "id": call_id, "name": "board_update", "input": {}}
            self._happen(BlockStarted(index=1, data=data))
            self._happen(ToolInputArrived(index=1, partial_json=call), BlockEnded(index=1))

    def end(self, stop_reason: str = "tool_use") -> Inquiry:
        """The reply is over."""
        self._happen(MessageDelta(stop_reason=stop_reason), MessageEnded())
        self._happen(ReplyDone(at=1000.5 + self.conversation.turn_count))
        return self.inquiry

    def turn(
        self,
        text: str,
        reply: str,
        ops: Sequence[Op] | None = None,
        *,
        request: str = "",
        call: str | None = None,
    ) -> Inquiry:
        """A message and its whole reply, with a board call where `ops` or `call` is given."""
        self.say(text, request)
        if ops is not None:
            call = json.dumps({"ops": list(ops)}, ensure_ascii=False)
        self.stream(reply, call)
        return self.end("tool_use" if call is not None else "end_turn")

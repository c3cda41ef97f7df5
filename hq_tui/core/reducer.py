"""`apply`: the conversation after an event.

The same function runs when a delta arrives and when a journal is opened, so a session read
back after a crash is the session that was on the screen.

A reply's text is complete once a `message_delta` named a stop reason. A stream that merely
ended proves nothing, and an error after the stop reason changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce
from typing import assert_never

from hq_tui.core import blocks
from hq_tui.core.blocks import Block, TextBlock, ToolBlock
from hq_tui.core.conversation import (
    EMPTY,
    Attempt,
    Conversation,
    Outcome,
    Phase,
    Reply,
    Turn,
)
from hq_tui.core.events import (
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    CitationArrived,
    DeltaArrived,
    Drafted,
    Event,
    GaveUp,
    MessageDelta,
    MessageEnded,
    MessageSent,
    MessageStarted,
    PageEvent,
    Queued,
    ReplyDiscarded,
    ReplyDone,
    ReplyStopped,
    ResumeMode,
    RetryScheduled,
    SessionChanged,
    SessionStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    Titled,
    ToolInputArrived,
    UnknownEvent,
    Unqueued,
    UserActed,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.growth import final_head, shown_blocks, with_block_event
from hq_tui.core.usage import NO_USAGE

BEGUN_AGAIN = Failure(
    kind=FailureKind.CUT,
    retryable=True,
    message="The server began its answer again.",
    hint="What it had said before that is void.",
)


def conversation_of(events: Iterable[Event]) -> Conversation:
    """The conversation that `events` lead to, from its beginning."""
    return reduce(apply, events, EMPTY)


def apply(conversation: Conversation, event: Event) -> Conversation:
    """The conversation after `event`. An event that fits nowhere changes nothing."""
    match event:
        case BlockStarted() | BlockEnded() | TextArrived() | ThinkingArrived():
            return _attempt(conversation, lambda attempt: with_block_event(attempt, event))
        case SignatureArrived() | ToolInputArrived() | CitationArrived() | DeltaArrived():
            return _attempt(conversation, lambda attempt: with_block_event(attempt, event))
        case MessageSent():
            return _asked(conversation, event)
        case AttemptStarted() | RetryScheduled() | GaveUp() | ReplyStopped():
            return _reply(conversation, lambda reply: _steered(reply, event))
        case ReplyDone() | AttemptFailed() | ReplyDiscarded():
            return _reply(conversation, lambda reply: _ended(reply, event))
        case MessageStarted():
            conversation = _reply(conversation, lambda reply: _begun_again(reply, event))
            return _attempt(conversation, lambda attempt: _reported(attempt, event))
        case MessageDelta() | MessageEnded():
            return _attempt(conversation, lambda attempt: _reported(attempt, event))
        case SessionStarted():
            return replace(
                _changed(conversation, event),
                id=event.id,
                parent=event.parent,
                edits=event.edits,
                created=event.at,
                updated=event.at,
            )
        case SessionChanged():
            return _changed(conversation, event)
        case Titled():
            return replace(conversation, title=event.title)
        case Queued():
            return replace(
                conversation,
                queued=(*conversation.queued, event.text),
                queued_files=(*conversation.queued_files, *event.files),
                draft="",
            )
        case Unqueued():
            return replace(conversation, queued=(), queued_files=())
        case Drafted():
            return replace(conversation, draft=event.text)
        case PageEvent():
            return _page(conversation, event.event)
        case UserActed() | UnknownEvent():
            return conversation
        case _:
            assert_never(event)


def _changed(conversation: Conversation, event: SessionStarted | SessionChanged) -> Conversation:
    """The conversation in another mode; the file of a mode that is known stays as it is."""
    known = conversation.mode_files
    is_new = event.mode_file and event.mode not in dict(known)
    return replace(
        conversation,
        mode=event.mode,
        model=event.model,
        system=event.system,
        effort=event.effort,
        thinking=event.thinking,
        provider=event.provider,
        mode_files=(*known, (event.mode, event.mode_file)) if is_new else known,
    )


def _page(conversation: Conversation, event: Event) -> Conversation:
    """Let `event` happen in the page that is being written, or begin one."""
    pages = conversation.pages
    if isinstance(event, SessionStarted):
        pages = (*pages, EMPTY)
    if not pages:
        return conversation
    return replace(conversation, pages=(*pages[:-1], apply(pages[-1], event)))


def _asked(conversation: Conversation, event: MessageSent) -> Conversation:
    past = (
        conversation.past if conversation.live is None else (*conversation.past, conversation.live)
    )
    turn = Turn(number=len(past) + 1, asked=event, reply=Reply())
    return replace(conversation, past=past, live=turn, updated=event.at, draft="")


def _reply(conversation: Conversation, change: Callable[[Reply], Reply]) -> Conversation:
    if conversation.live is None:
        return conversation
    reply = change(conversation.live.reply)
    return replace(
        conversation,
        live=replace(conversation.live, reply=reply),
        updated=max(conversation.updated, reply.ended),
    )


def _attempt(conversation: Conversation, change: Callable[[Attempt], Attempt]) -> Conversation:
    """Change the current attempt; without one, the event came late and is dropped."""
    if conversation.live is None or not conversation.live.reply.attempts:
        return conversation
    reply = conversation.live.reply
    *before, last = reply.attempts
    if last.outcome is not Outcome.OPEN:
        return conversation
    changed = change(last)
    reply = replace(
        reply,
        attempts=(*before, changed),
        shown=shown_blocks(changed) if changed.blocks is not last.blocks else reply.shown,
        phase=Phase.STREAMING if changed.was_answered else reply.phase,
    )
    return replace(conversation, live=replace(conversation.live, reply=reply))


def _steered(reply: Reply, event: AttemptStarted | RetryScheduled | GaveUp | ReplyStopped) -> Reply:
    match event:
        case AttemptStarted():
            return _attempt_started(reply, event)
        case RetryScheduled():
            return replace(reply, phase=Phase.RETRYING, retry=event)
        case ReplyStopped():
            reply = _close_last(reply, Outcome.STOPPED, None)
            return replace(reply, phase=Phase.STOPPED, retry=None, ended=event.at)
        case GaveUp():
            reply = _close_last(reply, Outcome.CUT, event.failure)
            phase = Phase.CUT if reply.shown else Phase.FAILED
            return replace(reply, phase=phase, retry=None, failure=event.failure, ended=event.at)


def _attempt_started(reply: Reply, event: AttemptStarted) -> Reply:
    goes_on_whole = event.how in {ResumeMode.PAUSE, ResumeMode.RESULTS}
    if goes_on_whole:
        reply = _close_last(reply, Outcome.COMPLETE, None)
    base = () if event.how is ResumeMode.FRESH else kept(reply.shown)
    if goes_on_whole:
        base = _whole_so_far(reply)
    started_at = len(blocks.text_of(base))
    ends_in_call = bool(base) and isinstance(base[-1], ToolBlock)
    attempt = Attempt(
        number=event.number,
        how=event.how,
        model=event.model,
        at=event.at,
        context=event.context,
        prompt=event.prompt,
        anchor=event.anchor,
        results=event.results,
        base=base,
        started_at_char=started_at,
        behind_whole_text=ends_in_call or bool(base and reply.lost_call),
        skip=_first_skip(event.how),
    )
    earlier = tuple(seam for seam in reply.seams if seam < started_at or goes_on_whole)
    seams = earlier if goes_on_whole else (*earlier, started_at)
    seams = seams if base else ()
    return replace(
        reply,
        attempts=(*(_superseded(one, event.how) for one in reply.attempts), attempt),
        shown=base,
        seams=seams,
        phase=Phase.CONNECTING,
        retry=None,
        failure=None,
    )


def _whole_so_far(reply: Reply) -> tuple[Block, ...]:
    """The blocks that the last attempt completed, which a pause or results continue."""
    whole = next((one for one in reversed(reply.attempts) if one.is_whole and one.blocks), None)
    return kept(reply.shown) if whole is None else shown_blocks(whole)


def _first_skip(how: ResumeMode) -> int | None:
    """The overlap of an attempt as far as it is known before it starts."""
    return None if how in {ResumeMode.PREFILL, ResumeMode.CONTINUE} else 0


def _begun_again(reply: Reply, event: MessageStarted) -> Reply:
    """Discard what an attempt brought if its message starts over in the same stream.

    The same message started twice, before any block of it, is one message.
    """
    last = reply.attempts[-1] if reply.attempts else None
    if last is None or last.outcome is not Outcome.OPEN or not last.message_id:
        return reply
    if event.message_id == last.message_id and not last.blocks:
        return reply
    broken = replace(last, outcome=Outcome.DISCARDED, failure=BEGUN_AGAIN)
    again = replace(
        last,
        number=last.number + 1,
        message_id="",
        answered_by="",
        blocks=(),
        positions={},
        usage=NO_USAGE,
        reported=False,
        stop_reason="",
        stop_details=None,
        skip=_first_skip(last.how),
    )
    return replace(reply, attempts=(*reply.attempts[:-1], broken, again), shown=last.base)


def _superseded(attempt: Attempt, how: ResumeMode) -> Attempt:
    """An earlier attempt once another has begun: starting afresh throws its words away."""
    if how is ResumeMode.FRESH and attempt.outcome is not Outcome.DISCARDED and attempt.blocks:
        return replace(attempt, outcome=Outcome.DISCARDED)
    return attempt


def kept(shown: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks that a broken reply can be continued from, open text closed.

    Thinking alone cannot be continued from, so it is dropped from the end.
    """
    worth = [block for block in shown if blocks.is_worth_keeping(block)]
    while worth and not isinstance(worth[-1], TextBlock | ToolBlock):
        worth.pop()
    return tuple(replace(b, open=False) if isinstance(b, TextBlock) else b for b in worth)


def _reported(attempt: Attempt, event: MessageStarted | MessageDelta | MessageEnded) -> Attempt:
    match event:
        case MessageStarted():
            return replace(
                attempt,
                message_id=event.message_id,
                request_id=event.request_id or attempt.request_id,
                answered_by=event.model,
                usage=attempt.usage.updated(event.usage),
            )
        case MessageDelta():
            return replace(
                attempt,
                usage=attempt.usage.updated(event.usage),
                reported=attempt.reported or event.usage.output_tokens is not None,
                stop_reason=event.stop_reason or attempt.stop_reason,
                stop_details=event.stop_details or attempt.stop_details,
            )
        case MessageEnded():
            return replace(attempt, confirmed=True)


def _ended(reply: Reply, event: ReplyDone | AttemptFailed | ReplyDiscarded) -> Reply:
    match event:
        case ReplyDone():
            refused = reply.stop_reason == "refusal"
            outcome = Outcome.REFUSED if refused else Outcome.COMPLETE
            reply = _close_last(reply, outcome, None)
            return replace(reply, phase=Phase.COMPLETE, retry=None, failure=None, ended=event.at)
        case AttemptFailed():
            reply = _close_last(reply, Outcome.CUT, event.failure)
            return replace(reply, failure=event.failure, ended=event.at)
        case ReplyDiscarded():
            thrown = tuple(replace(one, outcome=Outcome.DISCARDED) for one in reply.attempts)
            return replace(
                reply,
                attempts=thrown,
                shown=(),
                seams=(),
                phase=Phase.FAILED,
                failure=None,
                ended=event.at,
            )


def _close_last(reply: Reply, outcome: Outcome, failure: Failure | None) -> Reply:
    """End the current attempt; one without any words has failed, not been cut."""
    if not reply.attempts or reply.attempts[-1].outcome is not Outcome.OPEN:
        return reply
    last = reply.attempts[-1]
    if outcome is Outcome.CUT and not last.blocks:
        outcome = Outcome.FAILED
    last = final_head(last, broke=outcome in {Outcome.CUT, Outcome.STOPPED})
    if outcome is Outcome.COMPLETE:
        last = replace(
            last, blocks=tuple(blocks.closed(one) if one.open else one for one in last.blocks)
        )
    request_id = last.request_id or (failure.request_id if failure else "")
    last = replace(last, outcome=outcome, failure=failure, request_id=request_id)
    shown = shown_blocks(last) if last.blocks else reply.shown
    return replace(reply, attempts=(*reply.attempts[:-1], last), shown=shown)

"""`apply`: the conversation after an event. Nothing else ever makes one.

The same function runs when a delta arrives, when a journal is opened and in every test,
so a session read back after a crash is the session that was on screen.

The rule for a whole reply: its text is whole once a `message_delta` named a stop reason;
`message_stop` confirms it. An iterator that merely ended proves nothing, and an error
after the stop reason changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from hq_tui.core import blocks, seam
from hq_tui.core.blocks import Block, OtherBlock, TextBlock, ThinkingBlock, ToolBlock
from hq_tui.core.conversation import Attempt, Conversation, Outcome, Phase, Reply, Retry, Turn
from hq_tui.core.events import (
    Asked,
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    CitationArrived,
    Controlled,
    Drafted,
    Event,
    GaveUp,
    How,
    MessageEnded,
    MessageReported,
    MessageStarted,
    Queued,
    ReplyDiscarded,
    ReplyDone,
    ReplyStopped,
    RetryScheduled,
    SessionChanged,
    SessionStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    Titled,
    ToolInputArrived,
    UnknownHappened,
    Unqueued,
)
from hq_tui.core.failure import Failure


def apply(talk: Conversation, event: Event) -> Conversation:
    """The conversation after `event`. An event that fits nowhere changes nothing."""
    match event:
        case TextArrived() | ThinkingArrived() | SignatureArrived() | ToolInputArrived():
            return _delta(talk, event)
        case CitationArrived() | BlockStarted() | BlockEnded():
            return _delta(talk, event)
        case Asked():
            return _asked(talk, event)
        case AttemptStarted() | RetryScheduled() | GaveUp() | ReplyStopped():
            return _reply(talk, lambda reply: _steered(reply, event))
        case ReplyDone() | AttemptFailed() | ReplyDiscarded():
            return _reply(talk, lambda reply: _ended(reply, event))
        case MessageStarted() | MessageReported() | MessageEnded():
            return _attempt(talk, lambda attempt: _reported(attempt, event))
        case SessionStarted():
            return replace(
                talk,
                id=event.id,
                mode=event.mode,
                model=event.model,
                system=event.system,
                host=event.host,
                parent=event.parent,
                created=event.at,
                updated=event.at,
            )
        case SessionChanged():
            return replace(
                talk, mode=event.mode, model=event.model, system=event.system, host=event.host
            )
        case Titled():
            return replace(talk, title=event.title)
        case Queued():
            return replace(talk, queued=(*talk.queued, event.text), draft="")
        case Unqueued():
            return replace(talk, queued=())
        case Drafted():
            return replace(talk, draft=event.text)
        case Controlled() | UnknownHappened():
            return talk
        case _:
            assert_never(event)


def _asked(talk: Conversation, event: Asked) -> Conversation:
    past = talk.past if talk.live is None else (*talk.past, talk.live)
    turn = Turn(number=len(past) + 1, asked=event, reply=Reply(began=event.at))
    return replace(talk, past=past, live=turn, updated=event.at, draft="")


def _reply(talk: Conversation, change: Callable[[Reply], Reply]) -> Conversation:
    if talk.live is None:
        return talk
    reply = change(talk.live.reply)
    return replace(
        talk, live=replace(talk.live, reply=reply), updated=max(talk.updated, reply.ended)
    )


def _attempt(talk: Conversation, change: Callable[[Attempt], Attempt]) -> Conversation:
    """Change the attempt under way; without one, the event is late and is dropped."""
    if talk.live is None or not talk.live.reply.attempts:
        return talk
    reply = talk.live.reply
    *before, last = reply.attempts
    if last.outcome is not Outcome.OPEN:
        return talk
    changed = change(last)
    reply = replace(
        reply,
        attempts=(*before, changed),
        shown=_joined(changed) if changed.blocks is not last.blocks else reply.shown,
        phase=Phase.STREAMING if changed.was_answered else reply.phase,
    )
    return replace(talk, live=replace(talk.live, reply=reply))


def _steered(reply: Reply, event: AttemptStarted | RetryScheduled | GaveUp | ReplyStopped) -> Reply:
    match event:
        case AttemptStarted():
            return _attempt_started(reply, event)
        case RetryScheduled():
            retry = Retry(delay=event.delay, attempt=event.attempt, of=event.of, at=event.at)
            return replace(reply, phase=Phase.RETRYING, retry=retry)
        case ReplyStopped():
            reply = _close_last(reply, Outcome.STOPPED, None)
            return replace(reply, phase=Phase.STOPPED, retry=None, ended=event.at)
        case GaveUp():
            reply = _close_last(reply, Outcome.CUT, event.failure)
            phase = Phase.CUT if reply.shown else Phase.FAILED
            return replace(reply, phase=phase, retry=None, failure=event.failure, ended=event.at)


def _attempt_started(reply: Reply, event: AttemptStarted) -> Reply:
    base = () if event.how is How.FRESH else kept(reply.shown)
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
        base=base,
        started_at_char=started_at,
        behind_whole_text=ends_in_call or bool(base and reply.lost_call),
        skip=0 if event.how is How.FRESH else None,
    )
    earlier = [seam for seam in reply.seams if seam < started_at]
    seams = (*earlier, started_at) if base else ()
    return replace(
        reply,
        attempts=(*(_superseded(one, event.how) for one in reply.attempts), attempt),
        shown=base,
        seams=seams,
        phase=Phase.CONNECTING,
        retry=None,
        failure=None,
    )


def _superseded(attempt: Attempt, how: How) -> Attempt:
    """An earlier attempt once another has begun: starting afresh throws its words away."""
    if how is How.FRESH and attempt.outcome is not Outcome.DISCARDED and attempt.blocks:
        return replace(attempt, outcome=Outcome.DISCARDED)
    return attempt


def kept(shown: tuple[Block, ...]) -> tuple[Block, ...]:
    """What a reply that broke can be built on, open text closed where it stands.

    Nothing at all when there is no word and no finished tool call among it: thinking
    alone cannot be continued from, so it is dropped from the end as well.
    """
    worth = [block for block in shown if blocks.is_worth_keeping(block)]
    while worth and not isinstance(worth[-1], TextBlock | ToolBlock):
        worth.pop()
    return tuple(replace(b, open=False) if isinstance(b, TextBlock) else b for b in worth)


def _reported(attempt: Attempt, event: MessageStarted | MessageReported | MessageEnded) -> Attempt:
    match event:
        case MessageStarted():
            return replace(
                attempt,
                message_id=event.message_id,
                request_id=event.request_id or attempt.request_id,
                answered_by=event.model,
                usage=attempt.usage.updated(event.usage),
            )
        case MessageReported():
            return replace(
                attempt,
                usage=attempt.usage.updated(event.usage),
                reported=attempt.reported or event.usage.output_tokens is not None,
                stop_reason=event.stop_reason or attempt.stop_reason,
                stop_details=event.stop_details or attempt.stop_details,
            )
        case MessageEnded():
            return replace(attempt, confirmed=True)


Delta = (
    TextArrived
    | ThinkingArrived
    | SignatureArrived
    | ToolInputArrived
    | CitationArrived
    | BlockStarted
    | BlockEnded
)


def _delta(talk: Conversation, event: Delta) -> Conversation:
    return _attempt(talk, lambda attempt: _with_delta(attempt, event))


def _with_delta(attempt: Attempt, event: Delta) -> Attempt:
    place = attempt.positions.get(event.index)
    if isinstance(event, BlockStarted):
        if place is not None:
            return attempt
        positions = {**attempt.positions, event.index: len(attempt.blocks)}
        made = (*attempt.blocks, blocks.started(event.data))
        return _settled(replace(attempt, blocks=made, positions=positions))
    if place is None:
        return attempt
    block = _grown(attempt.blocks[place], event)
    made = (*attempt.blocks[:place], block, *attempt.blocks[place + 1 :])
    return _settled(replace(attempt, blocks=made))


def _grown(block: Block, event: Delta) -> Block:
    match block, event:
        case TextBlock(), TextArrived(text=text):
            return replace(block, text=block.text + text)
        case TextBlock(), CitationArrived(citation=citation):
            return replace(block, citations=(*block.citations, citation))
        case ThinkingBlock(), ThinkingArrived(text=text):
            return replace(block, text=block.text + text)
        case ThinkingBlock(), SignatureArrived(signature=signature):
            return replace(block, signature=signature)
        case ToolBlock(), ToolInputArrived(partial_json=fragment):
            return replace(block, json_text=block.json_text + fragment)
        case OtherBlock(), TextArrived(text=text):
            data = {**block.data, "text": str(block.data.get("text", "")) + text}
            return replace(block, data=data)
        case _, BlockEnded():
            return blocks.closed(block)
        case _:
            return block


def _settled(attempt: Attempt) -> Attempt:
    """Decide, once the head of a continuation allows it, how much of it repeats."""
    head = _first_text(attempt.blocks)
    if attempt.skip is not None or head is None:
        return attempt
    return replace(attempt, skip=_skip(attempt, head[1], final=not head[1].open))


def _skip(attempt: Attempt, head: TextBlock, *, final: bool) -> int | None:
    texts = [block for block in attempt.base if isinstance(block, TextBlock)]
    before = texts[-1].text if texts else ""
    if attempt.behind_whole_text:
        return seam.settle_behind_whole(before, head.text, final=final)
    return seam.settle(before, head.text, how=attempt.how, anchor=attempt.anchor, final=final)


def _first_text(made: tuple[Block, ...]) -> tuple[int, TextBlock] | None:
    return next(((i, b) for i, b in enumerate(made) if isinstance(b, TextBlock)), None)


def _first_call(made: tuple[Block, ...]) -> int:
    return next((i for i, block in enumerate(made) if isinstance(block, ToolBlock)), len(made))


def _without_repetition(made: tuple[Block, ...], skip: int | None) -> tuple[Block, ...]:
    """The blocks, their first text without its head; not at all where nothing else is in it."""
    first = _first_text(made)
    if first is None or skip == 0:
        return made
    place, head = first
    rest = "" if skip is None else head.text[skip:]
    kept_head = (replace(head, text=rest),) if rest else ()
    return (*made[:place], *kept_head, *made[place + 1 :])


def _joined(attempt: Attempt) -> tuple[Block, ...]:
    """What the reader sees: the kept blocks, then this attempt's without what it repeats.

    Thinking that precedes the continuation goes before the paragraph it continues, so
    that a sentence is not broken in two. A tool call goes behind the words it came after.
    """
    if not attempt.base:
        return attempt.blocks
    *before, last = attempt.base
    if not isinstance(last, TextBlock):
        return (*attempt.base, *_without_repetition(attempt.blocks, attempt.skip))
    first, call = _first_text(attempt.blocks), _first_call(attempt.blocks)
    if first is None or call < first[0]:
        behind = _without_repetition(attempt.blocks[call:], attempt.skip)
        return (*before, *attempt.blocks[:call], last, *behind)
    place, head = first
    whole = replace(
        last,
        text=last.text + ("" if attempt.skip is None else head.text[attempt.skip :]),
        citations=(*last.citations, *head.citations),
        open=head.open,
    )
    return (*before, *attempt.blocks[:place], whole, *attempt.blocks[place + 1 :])


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
    """End the attempt under way; one without any word of its own has failed, not been cut."""
    if not reply.attempts or reply.attempts[-1].outcome is not Outcome.OPEN:
        return reply
    last = reply.attempts[-1]
    if outcome is Outcome.CUT and not last.blocks:
        outcome = Outcome.FAILED
    last = _final_head(last, broke=outcome in {Outcome.CUT, Outcome.STOPPED})
    if outcome is Outcome.COMPLETE:
        last = replace(last, blocks=tuple(_shut(block) for block in last.blocks))
    request_id = last.request_id or (failure.request_id if failure else "")
    last = replace(last, outcome=outcome, failure=failure, request_id=request_id)
    shown = _joined(last) if last.blocks else reply.shown
    return replace(reply, attempts=(*reply.attempts[:-1], last), shown=shown)


def _shut(block: Block) -> Block:
    return blocks.closed(block) if block.open else block


def _final_head(attempt: Attempt, *, broke: bool) -> Attempt:
    """Nothing more will come: what was held back at the seam is decided now.

    Where it broke while it may have been saying old words again, it has brought nothing:
    nobody saw those words, and the next attempt starts from the same place.
    """
    head = _first_text(attempt.blocks)
    if attempt.skip is not None or head is None:
        return attempt
    if broke and attempt.how is How.CONTINUE:
        return replace(attempt, skip=len(head[1].text))
    return replace(attempt, skip=_skip(attempt, head[1], final=True) or 0)

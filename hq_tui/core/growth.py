"""Applies the deltas of an attempt, and computes what the reader sees of it.

An attempt keeps what arrived. What is shown is joined from the earlier attempt's blocks and
its own, without the words it repeats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hq_tui.core import blocks
from hq_tui.core.blocks import Block, OtherBlock, TextBlock, ThinkingBlock, ToolBlock
from hq_tui.core.conversation import Attempt
from hq_tui.core.events import (
    BlockEnded,
    BlockEvent,
    BlockStarted,
    CitationArrived,
    DeltaArrived,
    ResumeMode,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
)
from hq_tui.core.json_fields import fields_in, text_in
from hq_tui.core.resume import continuation


def with_block_event(attempt: Attempt, event: BlockEvent) -> Attempt:
    """The attempt after one event of its stream."""
    place = attempt.positions.get(event.index)
    if isinstance(event, BlockStarted):
        if place is not None:
            return attempt
        positions = {**attempt.positions, event.index: len(attempt.blocks)}
        made = (*attempt.blocks, blocks.started(event.data))
        answered_by = _fallback(event.data) or attempt.answered_by
        return _settled(replace(attempt, blocks=made, positions=positions, answered_by=answered_by))
    if place is None:
        return attempt
    block = _grown(attempt.blocks[place], event)
    made = (*attempt.blocks[:place], block, *attempt.blocks[place + 1 :])
    return _settled(replace(attempt, blocks=made))


def _fallback(data: Mapping[str, object]) -> str:
    """The model that answers from here on, where a block says that another one steps in."""
    return text_in(fields_in(data, "to"), "model") if data.get("type") == "fallback" else ""


def _grown(block: Block, event: BlockEvent) -> Block:
    match block, event:
        case _, DeltaArrived(delta=delta):
            return blocks.with_delta(block, delta)
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
        case OtherBlock(), ToolInputArrived(partial_json=fragment):
            return replace(block, json_text=block.json_text + fragment)
        case OtherBlock(), TextArrived(text=text):
            return blocks.with_delta(block, {"text": text})
        case OtherBlock(), ThinkingArrived(text=text):
            return blocks.with_delta(block, {"thinking": text})
        case OtherBlock(), SignatureArrived(signature=signature):
            return blocks.with_delta(block, {"signature": signature})
        case OtherBlock(), CitationArrived(citation=citation):
            return blocks.with_delta(block, {"citations": [citation]})
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
        return continuation.settle_behind_whole(before, head.text, final=final)
    return continuation.settle(
        before, head.text, how=attempt.how, anchor=attempt.anchor, final=final
    )


def _first_text(made: tuple[Block, ...]) -> tuple[int, TextBlock] | None:
    return next(((i, b) for i, b in enumerate(made) if isinstance(b, TextBlock)), None)


def _without_repetition(made: tuple[Block, ...], skip: int | None) -> tuple[Block, ...]:
    """The blocks, their first text without its head; not at all where nothing else is in it."""
    first = _first_text(made)
    if first is None or skip == 0:
        return made
    place, head = first
    rest = "" if skip is None else head.text[skip:]
    kept_head = (replace(head, text=rest),) if rest else ()
    return (*made[:place], *kept_head, *made[place + 1 :])


def shown_blocks(attempt: Attempt) -> tuple[Block, ...]:
    """The blocks to show: the kept ones, then this attempt's without repeated words.

    Thinking before the continuation goes before the paragraph it continues, so that no sentence
    is split. A tool call goes after the words it followed.
    """
    if not attempt.base or attempt.how in {ResumeMode.PAUSE, ResumeMode.RESULTS}:
        return (*attempt.base, *attempt.blocks)
    *before, last = attempt.base
    if not isinstance(last, TextBlock):
        return (*attempt.base, *_without_repetition(attempt.blocks, attempt.skip))
    first, made = _first_text(attempt.blocks), enumerate(attempt.blocks)
    call = next((i for i, one in made if isinstance(one, ToolBlock)), len(attempt.blocks))
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


def final_head(attempt: Attempt, *, broke: bool) -> Attempt:
    """The attempt is over: decide how much of its head is overlap.

    If it broke while it might still be repeating, discard it: none of it was shown, and the next
    attempt starts from the same place.
    """
    head = _first_text(attempt.blocks)
    if attempt.skip is not None or head is None:
        return attempt
    if broke and attempt.how is ResumeMode.CONTINUE:
        return replace(attempt, skip=len(head[1].text))
    return replace(attempt, skip=_skip(attempt, head[1], final=True) or 0)

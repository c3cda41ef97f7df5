"""What a message and its reply change in the state of an inquiry.

A message answers, skips or defers the question on the table, judges a checkpoint, and may
ask for a hint, the answer, a summary or the end. A reply lays down the next question and
files what it heard, by a tool call, by fenced lines, or not at all; where it does neither
for two turns the session falls back to the next simpler way by itself and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hq_tui.core.blocks import ToolBlock
from hq_tui.core.conversation import Outcome, Phase, Reply, Turn
from hq_tui.core.events import ToolResult
from hq_tui.inquiry import checkpoint
from hq_tui.inquiry.acts import read_tag
from hq_tui.inquiry.board import Board, Kind, Origin
from hq_tui.inquiry.board_tool import NAME
from hq_tui.inquiry.card import NO_CARD, Card, CardState, card_from
from hq_tui.inquiry.fence import fenced_ops, visible_text
from hq_tui.inquiry.intent import Intent, intent, is_substantive
from hq_tui.inquiry.local_rules import local_ops
from hq_tui.inquiry.ops import Applied, apply_ops, failed
from hq_tui.inquiry.questions import questions_in
from hq_tui.inquiry.state import Inquiry, Movement, Question, Request, Tier
from hq_tui.inquiry.tool_results import tool_result_for

APP = "app"
"""Who asked for a hint or a summary that the user did not ask for; their message is an answer."""
MISSES = 2
"""Replies without anything filed after which a simpler way is taken."""

_BELOW = {Tier.TOOLS: Tier.FENCE, Tier.FENCE: Tier.RULES}
_AFTER: Mapping[Request | None, CardState] = {
    Request.SKIP: CardState.SKIPPED,
    Request.ANSWER_NOW: CardState.TOLD,
    Request.CLOSE: CardState.CLOSED,
}
_ASKED_FOR = {Intent.TELL: Request.ANSWER_NOW, Intent.CLOSE: Request.CLOSE}


def request_of(text: str, notes: Iterable[str] = ()) -> Request | None:
    """What a message asks for, by its tag or else by its words; None for nothing."""
    named = read_tag(notes).get("request", "")
    if named in {str(one) for one in Request}:
        return Request(named)
    return _ASKED_FOR.get(intent(text))


def heard(state: Inquiry, turn: Turn) -> Inquiry:
    """The state after the message of `turn`, before its reply."""
    text, tag = turn.asked.text, read_tag(turn.asked.notes)
    request = request_of(text, turn.asked.notes)
    speaks = request is None or tag.get("by") == APP
    silent = speaks and intent(text) in {Intent.STUCK, Intent.EMPTY}
    state = checkpoint.judged(state, text, None if speaks else request)
    state = replace(
        state,
        turns=turn.number,
        said=(*state.said, text),
        requests=(*state.requests, (turn.number, request)) if request else state.requests,
        questions=_settled_question(state, turn.number, request, speaks=speaks and not silent),
        spoken=(*state.spoken, turn.number) if speaks else state.spoken,
        hint=_hint(state, request, tag.get("level", ""), over=speaks and is_substantive(text)),
        results=(),
        unsent_errors=(),
        edits=(),
        asked_several=False,
        offer=None,
    )
    if silent:
        return replace(
            state,
            non_answers=state.non_answers + 1,
            non_answer_turns=(*state.non_answer_turns, turn.number),
        )
    return replace(state, non_answers=0) if speaks else state


def _settled_question(
    state: Inquiry, turn: int, request: Request | None, *, speaks: bool
) -> tuple[Question, ...]:
    if not state.questions or state.card.state is not CardState.OPEN:
        return state.questions
    *before, last = state.questions
    if request is Request.SKIP:
        return (*before, replace(last, skipped=True))
    if speaks:
        return (*before, replace(last, answer=turn))
    return state.questions


def _hint(state: Inquiry, request: Request | None, level: str, *, over: bool) -> int:
    """The level that this message reaches: higher by request, none again after a real answer."""
    if request is Request.HINT:
        return min(int(level), 4) if level.isdecimal() else state.next_hint
    return 0 if over else state.hint


def answered(state: Inquiry, turn: Turn) -> Inquiry:
    """The state after the reply of `turn`, which is over."""
    reply, before = turn.reply, state.board
    state = _filed_by_rule(state, turn.number) if state.tier is Tier.RULES else state
    filings = _filings(state, reply, turn.number)
    done = [applied for _, applied in filings]
    if done and state.tier is not Tier.OFF:
        state = replace(state, board=done[-1].board)
    state = replace(
        state,
        results=tuple(_result(block, applied) for block, applied in filings if block),
        unsent_errors=(*_unsent(filings), *_lost(reply, filings)),
    )
    state = _steered(state, done)
    state = _asked(state, reply, done)
    state = _fallen(state, reply, filed=any(not one.failed for one in done))
    return _moved(state, before)


def _filings(state: Inquiry, reply: Reply, turn: int) -> list[tuple[ToolBlock | None, Applied]]:
    """Every filing of the reply and what became of it: its calls, or else its fence."""
    found: list[tuple[ToolBlock | None, Applied]] = []
    board, adds = state.board, 0
    for block in reply.shown:
        if not isinstance(block, ToolBlock):
            continue
        if (said := _said_before(block, found)) is not None:
            found.append((block, said))
            continue
        applied = _called(state, board, block, turn, adds)
        board, adds = applied.board, max(adds, applied.adds)
        found.append((block, applied))
    if found or state.tier is Tier.OFF:
        return found
    ops, problem = fenced_ops(reply.text)
    if ops is not None:
        fenced = apply_ops(board, ops, turn=turn, origin=Origin.FENCE, user_texts=state.texts)
        return [(None, fenced)]
    return [(None, failed(board, problem))] if problem else []


def _said_before(block: ToolBlock, found: list[tuple[ToolBlock | None, Applied]]) -> Applied | None:
    """What became of the same call earlier in the reply, as of one that lays down nothing.

    A model that is asked to go on may repeat a call that had arrived.
    """
    if block.input is None:
        return None
    for earlier, applied in found:
        if earlier is not None and (earlier.name, earlier.input) == (block.name, block.input):
            return replace(applied, asks=(), reveal=None)
    return None


def _called(state: Inquiry, board: Board, block: ToolBlock, turn: int, adds: int) -> Applied:
    if block.name != NAME:
        return failed(board, f"there is no tool {block.name[:40]}; only {NAME}")
    if block.open or block.input is None:
        return failed(board, block.error or "the input was cut before its end")
    if extra := [key for key in block.input if key != "ops"]:
        return failed(board, f"unknown `{extra[0][:40]}` beside `ops`")
    return apply_ops(
        board,
        block.input.get("ops"),
        turn=turn,
        origin=Origin.TOOL,
        user_texts=state.texts,
        adds_before=adds,
    )


def _result(block: ToolBlock, applied: Applied) -> ToolResult:
    content, is_error = tool_result_for(applied)
    return ToolResult(tool_use_id=block.id, content=content, is_error=is_error)


def _unsent(filings: list[tuple[ToolBlock | None, Applied]]) -> Iterable[str]:
    """Why a filing failed that leaves no call on the wire to be answered."""
    for block, applied in filings:
        if applied.failed and (block is None or block.input is None):
            yield applied.rejected[0].reason


def _lost(reply: Reply, filings: list[tuple[ToolBlock | None, Applied]]) -> Iterable[str]:
    """A call that broke off, and that the reply which went on did not bring again."""
    if reply.lost_call == NAME and not any(block for block, _ in filings):
        yield "the call was cut off and never came whole"


def _steered(state: Inquiry, done: list[Applied]) -> Inquiry:
    """The phase and the hint level that the reply itself named."""
    for applied in done:
        if applied.phase:
            state = replace(state, phase=applied.phase, phase_was_set=True)
        if applied.reveal is not None:
            state = replace(state, hint=max(state.hint, applied.reveal.level))
            if applied.reveal.answer_given or applied.reveal.level == 4:
                state = replace(state, revealed=(*state.revealed, state.turns))
    return state


def _asked(state: Inquiry, reply: Reply, done: list[Applied]) -> Inquiry:
    """The state with the question of the reply on the table."""
    text = visible_text(reply.text)
    asks = [ask for applied in done for ask in applied.asks]
    card = card_from(text, asks, state.turns)
    request = _request_now(state)
    if request is Request.ANSWER_NOW and state.turns not in state.revealed:
        state = replace(state, revealed=(*state.revealed, state.turns))
    if card is NO_CARD:
        return replace(state, card=_left(state, request))
    if request is Request.SUMMARY or checkpoint.asks_for_a_line(card.text):
        state = checkpoint.with_checkpoint(state)
    question = Question(turn=state.turns, text=card.text, kind=card.kind, targets=card.targets)
    return replace(
        state,
        card=card,
        questions=(*state.questions, question),
        asked_several=len(questions_in(text)) > 1,
    )


def _request_now(state: Inquiry) -> Request | None:
    if state.requests and state.requests[-1][0] == state.turns:
        return state.requests[-1][1]
    return None


def _left(state: Inquiry, request: Request | None) -> Card:
    """What lies on the table after a reply that asked nothing."""
    closing = request is Request.CLOSE
    if request is Request.HINT or (state.card.state is not CardState.OPEN and not closing):
        return state.card
    return replace(state.card, state=_AFTER.get(request, CardState.ANSWERED), held=())


def _fallen(state: Inquiry, reply: Reply, *, filed: bool) -> Inquiry:
    """One step down where two whole replies that could have filed something did not."""
    if filed:
        return replace(state, tier_misses=0)
    if state.tier not in _BELOW or not _could_file(state, reply):
        return state
    if state.tier_misses + 1 < MISSES:
        return replace(state, tier_misses=state.tier_misses + 1)
    reason = f"nothing filed in {MISSES} replies"
    state = replace(state, tier=_BELOW[state.tier], tier_misses=0, tier_reason=reason)
    return filed_from_the_start(state) if state.tier is Tier.RULES else state


def _could_file(state: Inquiry, reply: Reply) -> bool:
    whole = reply.phase is Phase.COMPLETE and bool(reply.text.strip())
    refused = bool(reply.attempts) and reply.attempts[-1].outcome is Outcome.REFUSED
    quiet = _request_now(state) in {Request.ANSWER_NOW, Request.CLOSE, Request.HINT}
    return whole and not refused and not quiet


def filed_from_the_start(state: Inquiry) -> Inquiry:
    """The state with everything filed by rule that the user has said so far."""
    for turn in state.spoken:
        state = _filed_by_rule(state, turn)
    return state


def _filed_by_rule(state: Inquiry, turn: int) -> Inquiry:
    ops = local_ops(state.board, state.texts[turn], turn)
    if not ops or turn not in state.spoken:
        return state
    applied = apply_ops(state.board, ops, turn=turn, origin=Origin.RULE, user_texts=state.texts)
    return replace(state, board=applied.board)


def _moved(state: Inquiry, before: Board) -> Inquiry:
    """The state with what this turn did to the board written down."""
    new = state.board.items[len(before.items) :]
    changed = state.board.rev != before.rev
    movement = Movement(
        turn=state.turns,
        adds=len(new),
        assumptions=sum(item.kind is Kind.ASSUMPTION for item in new),
        changed=changed,
    )
    return replace(
        state,
        movements=(*state.movements, movement),
        still=0 if changed else state.still + 1,
    )

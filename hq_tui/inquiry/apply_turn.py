"""Applies a message and its reply to the state of an inquiry.

A message answers, skips or defers the question on the table, and its tag says whether it
asks for a hint, the answer, another question or the end. A reply lays down the next
question and files by a tool call what it heard. What words mean is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hq_tui.core.blocks import ToolBlock
from hq_tui.core.conversation import Reply, Turn
from hq_tui.core.events import ToolResult
from hq_tui.inquiry.actions import read_tag
from hq_tui.inquiry.board.applied import Applied, failed
from hq_tui.inquiry.board.model import Board
from hq_tui.inquiry.board.model_ops import apply_call
from hq_tui.inquiry.board.tool import NAME
from hq_tui.inquiry.board.tool_results import told_ids, tool_result_for
from hq_tui.inquiry.board.user_edits import was_retold
from hq_tui.inquiry.card import NO_CARD, Card, CardState, card_from
from hq_tui.inquiry.state import Inquiry, Question, Request
from hq_tui.inquiry.text.questions import questions_asked

_AFTER: Mapping[Request | None, CardState] = {
    Request.SKIP: CardState.SKIPPED,
    Request.ANSWER_NOW: CardState.TOLD,
    Request.CLOSE: CardState.CLOSED,
}


def request_of(notes: Iterable[str]) -> Request | None:
    """The request in the tag of a message; None if there is none.

    The program of an earlier version asked for things by itself; such a message is an answer.
    """
    tag = read_tag(notes)
    named = "" if tag.get("by") == "app" else tag.get("request", "")
    return Request(named) if named in {str(one) for one in Request} else None


def apply_message(state: Inquiry, turn: Turn) -> Inquiry:
    """The state after the message of `turn`, before its reply."""
    request = request_of(turn.asked.notes)
    level = read_tag(turn.asked.notes).get("level", "")
    return replace(
        state,
        turns=turn.number,
        said=(*state.said, turn.asked.text),
        attached=state.attached.with_files(turn.number, turn.asked.files),
        requests=(*state.requests, (turn.number, request)) if request else state.requests,
        questions=_settled_question(state, turn.number, request),
        spoken=state.spoken if request else (*state.spoken, turn.number),
        hint=_hint(state, request, level),
        results=(),
        was_retold=was_retold(turn.asked.notes) or (state.was_retold and not _misled(state, turn)),
        unsent_errors=(),
        edits=(),
        summary=(),
        carried=None,
        asked_several=False,
        offer=None,
    )


def _misled(state: Inquiry, turn: Turn) -> bool:
    """True if the model was told other ids than those that the calls of its reply have now.

    Calls are read by the rules of today, also those that an earlier version answered.
    """
    told = {result.tool_use_id: told_ids(result.content) for result in turn.asked.results}
    return any(
        told.get(result.tool_use_id, told_ids(result.content)) != told_ids(result.content)
        for result in state.results
    )


def _settled_question(state: Inquiry, turn: int, request: Request | None) -> tuple[Question, ...]:
    if not state.questions or state.card.state is not CardState.OPEN:
        return state.questions
    *before, last = state.questions
    if request is Request.SKIP:
        return (*before, replace(last, skipped=True))
    if request is None:
        return (*before, replace(last, answer=turn))
    return state.questions


def _hint(state: Inquiry, request: Request | None, level: str) -> int:
    """The level that this message reaches: higher by request, none again after an answer."""
    if request is Request.HINT:
        return min(int(level), 4) if level.isdecimal() else state.next_hint
    return state.hint if request else 0


def apply_reply(state: Inquiry, turn: Turn) -> Inquiry:
    """The state after the reply of `turn`, which is over."""
    reply, before = turn.reply, state.board
    filings = _filings(state, reply, turn.number)
    done = [applied for _, applied in filings]
    if done:
        state = replace(state, board=done[-1].board)
    state = replace(
        state,
        results=tuple(_result(block, applied) for block, applied in filings),
        unsent_errors=(*_unsent(filings), *_lost(reply, filings)),
        still=0 if state.board.rev != before.rev else state.still + 1,
    )
    return _asked(_steered(state, done), reply, done)


def _filings(state: Inquiry, reply: Reply, turn: int) -> list[tuple[ToolBlock, Applied]]:
    """Every call of the reply and what became of it."""
    found: list[tuple[ToolBlock, Applied]] = []
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
    return found


def _said_before(block: ToolBlock, found: list[tuple[ToolBlock, Applied]]) -> Applied | None:
    """The result of the same call earlier in the reply, without its question and hint.

    A model that is asked to go on may repeat a call that had arrived.
    """
    if block.input is None:
        return None
    for earlier, applied in found:
        if (earlier.name, earlier.input) == (block.name, block.input):
            return replace(applied, asks=(), hint=0)
    return None


def _called(state: Inquiry, board: Board, block: ToolBlock, turn: int, adds: int) -> Applied:
    if block.name != NAME:
        return failed(board, f"there is no tool {block.name[:40]}; only {NAME}")
    if block.open or block.input is None:
        return failed(board, block.error or "the input was cut before its end")
    return apply_call(
        board,
        block.input,
        turn=turn,
        user_texts=state.texts,
        attached=state.attached,
        adds_before=adds,
    )


def _result(block: ToolBlock, applied: Applied) -> ToolResult:
    content, is_error = tool_result_for(applied)
    return ToolResult(tool_use_id=block.id, content=content, is_error=is_error)


def _unsent(filings: list[tuple[ToolBlock, Applied]]) -> Iterable[str]:
    """Reasons of failed filings that leave no call on the wire to be answered."""
    for block, applied in filings:
        if applied.failed and block.input is None:
            yield applied.rejected[0].reason


def _lost(reply: Reply, filings: list[tuple[ToolBlock, Applied]]) -> Iterable[str]:
    """A call that broke off, and that the reply which went on did not bring again."""
    if reply.lost_call == NAME and not filings:
        yield "the call was cut off and never came whole"


def _steered(state: Inquiry, done: list[Applied]) -> Inquiry:
    """The hint level that the reply itself named."""
    return replace(state, hint=max([state.hint, *(applied.hint for applied in done)]))


def _asked(state: Inquiry, reply: Reply, done: list[Applied]) -> Inquiry:
    """The state with the question of the reply on the table."""
    card = card_from(reply.text, [ask for applied in done for ask in applied.asks], state.turns)
    if card is NO_CARD:
        return replace(state, card=_left(state))
    question = Question(turn=state.turns, text=card.text, targets=card.targets)
    return replace(
        state,
        card=card,
        questions=(*state.questions, question),
        asked_several=len(questions_asked(reply.text)) > 1,
    )


def _left(state: Inquiry) -> Card:
    """The card on the table after a reply that asked nothing."""
    last = state.requests[-1] if state.requests else (0, None)
    request = last[1] if last[0] == state.turns else None
    closing = request is Request.CLOSE
    if request is Request.HINT or (state.card.state is not CardState.OPEN and not closing):
        return state.card
    return replace(state.card, state=_AFTER.get(request, CardState.ANSWERED), held=())

"""The fold: turns and acts in, the state of an inquiry out.

One turn is a message, its reply, and what the user did until the next message, in this
order. The order matters where the two hands meet: an edit made while a reply was flowing
is applied after what the reply filed, so the user's hand is always the last. The board is
touched only when a reply is over, because half a reply may still be thrown away.

Past turns never change, so a state after all of them can be kept and only the turn under
way folded again: `advance` does that, and a delta then costs the same in the first minute
and after ten thousand messages.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hq_tui.core.conversation import Conversation, Turn
from hq_tui.core.requests.attached import Read, nothing
from hq_tui.core.user_actions import ChangeMode
from hq_tui.inquiry import closing as stop
from hq_tui.inquiry.actions import Act, numbered
from hq_tui.inquiry.apply_action import acted
from hq_tui.inquiry.apply_turn import apply_message, apply_reply
from hq_tui.inquiry.attached_texts import AttachedTexts
from hq_tui.inquiry.card import Card, CardState
from hq_tui.inquiry.modes import mode_of
from hq_tui.inquiry.state import Inquiry


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A state that remembers how far it is final: `past` after all past turns, `now` after all."""

    session: str
    past: Inquiry
    now: Inquiry


def inquiry_of(
    conversation: Conversation, acts: Sequence[Act] = (), read: Read = nothing
) -> Inquiry:
    """The inquiry of a session, from its beginning; `read` gives contents of attached texts."""
    return advance(None, conversation, acts, read).now


def advance(
    folded: Folded | None,
    conversation: Conversation,
    acts: Sequence[Act] = (),
    read: Read = nothing,
) -> Folded:
    """The fold brought up to `talk`, from where it was final before; `acts` ordered by turn."""
    usable = folded is not None and folded.session == conversation.id
    usable = usable and folded is not None and 0 < folded.past.turns <= len(conversation.past)
    past = folded.past if usable and folded is not None else beginning(conversation, acts, read)
    if past.mode_files is not conversation.mode_files:
        past = replace(past, mode_files=conversation.mode_files)
    for turn in conversation.past[past.turns :]:
        past = fold_turn(past, turn, _told(conversation, acts, turn.number))
    now = past
    if conversation.live is not None:
        told = _told(conversation, acts, conversation.live.number)
        now = fold_turn(past, conversation.live, told)
    elif not conversation.past:
        now = beginning(conversation, acts, read)
    return Folded(session=conversation.id, past=past, now=now)


def during(acts: Sequence[Act], turn: int) -> Sequence[Act]:
    """The acts of one turn."""
    first = bisect_left(acts, turn, key=lambda act: act.turn)
    return acts[first : bisect_right(acts, turn, lo=first, key=lambda act: act.turn)]


def _told(conversation: Conversation, acts: Sequence[Act], turn: int) -> Sequence[Act]:
    """The acts of one turn, with the number of the message that carries what they say."""
    return [numbered(act, conversation) for act in during(acts, turn)]


def beginning(
    conversation: Conversation, acts: Sequence[Act] = (), read: Read = nothing
) -> Inquiry:
    """The state before the first message: the mode's own opening is on the table."""
    first = next((act.action for act in acts if isinstance(act.action, ChangeMode)), None)
    name = (first.before if first else "") or conversation.mode
    files = conversation.mode_files
    state = Inquiry(
        mode_name=mode_of(name, files).name, mode_files=files, attached=AttachedTexts(read=read)
    )
    state = acted(replace(state, card=_opening(state)), _told(conversation, acts, 0))
    if state.card.turn == 0 and state.card.state is CardState.OPEN:
        state = replace(state, card=_opening(state))
    return state


def _opening(state: Inquiry) -> Card:
    mode = state.mode
    return Card(text=mode.opening, why=mode.purpose, state=CardState.OPEN)


def fold_turn(state: Inquiry, turn: Turn, acts: Sequence[Act] = ()) -> Inquiry:
    """The state after `turn` and its acts; `state` is that of the turn before."""
    state = replace(apply_message(state, turn), undo=())
    if turn.reply.is_live:
        return acted(replace(state, card=Card(state=CardState.COMING, turn=turn.number)), acts)
    return stop.with_offer(acted(apply_reply(state, turn), acts))

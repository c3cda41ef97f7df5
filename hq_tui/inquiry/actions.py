"""The user's acts beside talking, and the tag in which a message says what it is for.

An act is a `UserActed` record of the journal with the number of the turn during which it
happened (0 before the first message). What a message asked for beside its words (a hint,
the answer, a summary, the end) is not an act: it is written into the message itself, as
attributes of one `<session …/>` tag in its notes, so the journal tells it for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hq_tui.core.conversation import Conversation
from hq_tui.core.events import UserActed
from hq_tui.core.user_actions import JudgeItem, RefineItem, UserAction
from hq_tui.inquiry.text.language import squeezed

_TAG = re.compile(r"<session\b([^<>]*)/>")
_ENDS = ("✕ “", "✓ “")
"""Beginnings of a message that drops a side or keeps both, and may say nothing besides."""
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One `UserActed` of the journal and the turn during which it came."""

    turn: int
    action: UserAction


def act_of(event: UserActed, turn: int) -> Act:
    """The act that `event` is when `turn` messages had been sent."""
    return Act(turn=turn, action=event.action)


def numbered(act: Act, conversation: Conversation) -> Act:
    """`act` with the number of the message that carries its words, if it was sent as one."""
    match act.action:
        case JudgeItem(why=words) | RefineItem(text=words):
            if act.turn >= conversation.turn_count:
                return act
            message = squeezed(conversation.turn(act.turn + 1).asked.text)
            is_bare = not words.strip()
            was_sent = message.startswith(_ENDS) if is_bare else message.endswith(squeezed(words))
            return replace(act, turn=act.turn + 1) if was_sent else act
        case _:
            return act


def session_tag(attributes: Mapping[str, str]) -> str:
    """The tag with these attributes, in their order, empty ones left out."""
    parts = [f'{name}="{_safe(value)}"' for name, value in attributes.items() if value]
    return f"<session {' '.join(parts)}/>"


def _safe(value: str) -> str:
    return re.sub(r'[<>"\s]+', " ", value).strip()


def read_tag(notes: Iterable[str]) -> dict[str, str]:
    """The attributes of the session tags in `notes`."""
    found: dict[str, str] = {}
    for note in notes:
        for tag in _TAG.findall(note):
            found.update(_ATTRIBUTE.findall(tag))
    return found

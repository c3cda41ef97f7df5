"""The offline questioning partner: one reply to a list of messages, by rule, without a network.

It understands nothing. It asks about the user's own words, remembers which of
them were passed over, sees when two of them clash as words, and says what it
is when asked for an answer. The same messages and the same seed give the same
bytes; nothing is kept between two calls.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from hq_tui.inquiry.bank import Bank, read_bank
from hq_tui.inquiry.lesson import Lesson, read_lessons

from .history import read_history
from .moves import draft
from .values import FULL, Block, Policy, TextOut, ToolOut

__all__ = ["Block", "Policy", "TextOut", "ToolOut", "compose", "compose_with"]


def compose(
    messages: Sequence[Mapping[str, object]],
    *,
    system: str = "",
    seed: str = "",
    tools: bool = True,
) -> tuple[Block, ...]:
    """The reply to `messages` (as in the Messages API): the text, then at most one board update."""
    return compose_with(FULL, messages, system=system, seed=seed, tools=tools)


def compose_with(
    policy: Policy,
    messages: Sequence[Mapping[str, object]],
    *,
    system: str = "",
    seed: str = "",
    tools: bool = True,
) -> tuple[Block, ...]:
    """`compose` with some of its abilities switched off, so that they can be measured."""
    history = read_history(messages, system)
    dice = f"{seed}/{history.turns[0].text[:200]}"
    reply = draft(history, question_bank(), lessons(), policy, dice)
    text = TextOut(text=reply.text)
    if not tools or not reply.ops:
        return (text,)
    return (text, ToolOut(name="board_update", input={"ops": list(reply.ops)}))


@cache
def question_bank() -> Bank:
    """The bank that ships with the package."""
    return read_bank(_data("bank.json"))


@cache
def lessons() -> tuple[Lesson, ...]:
    """The lesson packs that ship with the package."""
    return read_lessons(_data("lessons.json"))


def _data(name: str) -> str:
    return resources.files("hq_tui.inquiry").joinpath("data", name).read_text(encoding="utf-8")

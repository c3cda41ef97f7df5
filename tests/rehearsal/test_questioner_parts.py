"""The parts of a page: each is asked for, filed under its name in the user's words, and once."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from hq_tui.inquiry.board import Board, Origin
from hq_tui.inquiry.labels import covered_labels
from hq_tui.inquiry.modes import MODES
from hq_tui.inquiry.ops import apply_ops
from hq_tui.rehearsal.questioner import compose
from hq_tui.rehearsal.questioner.parts import PARTS
from tests.rehearsal.test_questioner import Messages, blocks, ops_in, ops_of, said

OPENING = "We want a page that lists the open orders of the warehouse."
DONT_KNOW = "I don't know"
QUESTIONS = {mode: {part.question for part in parts} for mode, parts in PARTS.items()}


def interviewed(mode: str, turns: int, answer: str = "") -> tuple[Messages, list[str]]:
    """A session with somebody who answers every question with a line of its own."""
    messages: Messages = []
    asked: list[str] = []
    for number in range(1, turns + 1):
        own = f"Shelf number {number} is counted by the foreman each evening."
        text = OPENING if number == 1 else answer or own
        tag = f'<session id="s" mode="{mode}" pace="normal" turn="{number}"/>'
        messages.append({"role": "user", "content": [{"type": "text", "text": tag + text}]})
        out = compose(messages, seed="s")
        asked.append(said(out).rsplit("\n\n", 1)[-1])
        messages.append({"role": "assistant", "content": blocks(out)})
    return messages, asked


def board_of(messages: Messages) -> Board:
    """The board as the program would keep it."""
    board = Board()
    texts: dict[int, str] = {}
    for message in messages:
        content = message["content"]
        assert isinstance(content, list)
        if message["role"] == "user":
            texts[len(texts) + 1] = str(content[0]["text"])
        else:
            ops = [op for block in content for op in block.get("input", {}).get("ops", [])]
            board = apply_ops(
                board, ops, user_texts=texts, turn=len(texts), origin=Origin.TOOL
            ).board
    return board


@pytest.mark.parametrize("mode", ["brief", "interview", "debug"])
def test_every_part_of_the_page_is_asked_for_and_filed_in_the_users_words(mode: str) -> None:
    messages, _ = interviewed(mode, 24)
    assert covered_labels(board_of(messages), quoted=True) >= set(MODES[mode].labels)


@pytest.mark.parametrize("mode", ["brief", "interview", "debug", "review"])
def test_no_part_is_asked_for_twice_even_when_it_stays_open(mode: str) -> None:
    messages, asked = interviewed(mode, 24, DONT_KNOW)
    parts = [question for question in asked if question in QUESTIONS[mode]]
    assert parts
    assert len(parts) == len(set(parts))
    assert covered_labels(board_of(messages)) == set()


def test_other_modes_ask_for_no_part() -> None:
    messages, _ = interviewed("examine", 12)
    assert covered_labels(board_of(messages)) == set()


def test_what_is_said_without_being_asked_for_has_no_name() -> None:
    messages, _ = interviewed("brief", 1)
    adds = [op for op in ops_in(messages) if op.get("op") == "add"]
    assert [str(op["text"]).partition(":")[1] for op in adds] == [""]


def test_the_reason_of_a_choice_supports_it() -> None:
    messages: Messages = []
    supports: list[object] = []
    ids: Mapping[str, str] = {}
    for number in range(1, 16):
        own = OPENING if number == 1 else f"Line {number} of the plan stays with the foreman."
        tag = f'<session id="s" mode="review" pace="normal" turn="{number}"/>'
        content: list[dict[str, object]] = [{"type": "text", "text": tag + own}]
        if ids:
            result = json.dumps({"ids": ids})
            content.insert(0, {"type": "tool_result", "tool_use_id": "t", "content": result})
        messages.append({"role": "user", "content": content})
        out = compose(messages, seed="s")
        ids = {str(op["ref"]): f"x{number}" for op in ops_of(out) if op.get("kind") == "option"}
        supports += [op["supports"] for op in ops_of(out) if "Reason:" in str(op.get("text"))]
        messages.append({"role": "assistant", "content": blocks(out)})
    assert supports
    assert all(one == ["x2"] for one in supports)


def test_a_summary_that_is_confirmed_is_taken_as_confirmed() -> None:
    messages, _ = interviewed("examine", 4)
    tag = '<session id="s" mode="examine" pace="normal" turn="5" request="summary"/>'
    replies = []
    for text in (tag + "(where do we stand?)", "They are all right."):
        messages.append({"role": "user", "content": [{"type": "text", "text": text}]})
        out = compose(messages, seed="s")
        replies.append(said(out))
        messages.append({"role": "assistant", "content": blocks(out)})
    assert replies[0].startswith("Checkpoint. ")
    assert replies[1].startswith("Then these lines stand, confirmed by you.")

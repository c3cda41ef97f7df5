"""Board operations in a fence, for endpoints without tools."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.inquiry.fence import fenced_ops, visible_text
from tests.inquiry.sitting import Sitting, add, ask

LINES = [add("n1", "claim", "It is slow", "it is slow", 1), ask("What is slow?")]
BODY = "\n".join(json.dumps(line) for line in LINES)
REPLY = f"You say “it is slow”. What is slow?\n\n```board\n{BODY}\n```\n"


def test_the_fence_is_hidden_and_its_lines_are_read() -> None:
    assert visible_text(REPLY) == "You say “it is slow”. What is slow?"
    assert fenced_ops(REPLY) == (LINES, "")


def test_only_the_last_fence_counts_and_all_are_hidden() -> None:
    twice = f"One.\n```board\nnot json\n```\nTwo?\n```board\n{BODY}\n```"
    assert visible_text(twice) == "One.\nTwo?"
    assert fenced_ops(twice)[0] == LINES


def test_other_fences_and_plain_text_stay_as_they_are() -> None:
    text = "Look:\n```python\nboard = 1\n```\nWhy?  \n"
    assert visible_text(text) == text
    assert fenced_ops(text) == (None, "")


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("x\n```board\n{}", "not closed"),
        ('x\n```board\n{"op": \n```', "not valid JSON"),
    ],
)
def test_a_fence_that_is_cut_or_broken_files_nothing_and_says_why(reply: str, why: str) -> None:
    ops, problem = fenced_ops(reply)
    assert ops is None
    assert why in problem


@given(st.integers(0, len(REPLY)))
def test_no_piece_of_a_fence_shows_while_the_reply_grows(cut: int) -> None:
    shown = visible_text(REPLY[:cut], growing=True)
    assert "`" not in shown
    assert "{" not in shown
    assert REPLY.startswith(shown)


@given(st.integers(0, len(REPLY)))
def test_a_reply_cut_anywhere_files_all_of_its_fence_or_nothing(cut: int) -> None:
    sitting = Sitting()
    inquiry = sitting.turn("I think it is slow", REPLY[:cut])
    assert len(inquiry.board.items) in {0, 1}
    whole = cut >= len(REPLY) - 1
    assert bool(inquiry.board.items) is whole
    assert inquiry.unsent_errors == () or not whole


def test_a_fence_works_where_tools_do_not_and_leaves_out_what_it_may() -> None:
    sitting = Sitting()
    sitting.act("tier", to="fence", why="tools refused")
    line = (
        '{"op":"add","kind":"claim","text":"It is slow","quote":"it is slow","turn":1,"by":"user"}'
    )
    inquiry = sitting.turn("I think it is slow", f"Hm. What is slow?\n```board\n{line}\n```")
    (item,) = inquiry.board.items
    assert (item.origin, item.is_users) == ("fence", True)
    assert inquiry.tier_words == "board: fenced lines"
    assert inquiry.card.text == "What is slow?"


def test_a_broken_fence_is_told_with_the_next_message() -> None:
    sitting = Sitting()
    sitting.turn("I think it is slow", "What is slow?\n```board\n{\n```")
    sitting.say("the parser")
    assert "board_error=" in sitting.talk.live.asked.notes[0] if sitting.talk.live else False

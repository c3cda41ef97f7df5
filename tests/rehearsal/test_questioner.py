"""The rehearsal partner: its manners, its memory, and what it does with anything at all."""

import json
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq_tui.inquiry.board import Board, Origin
from hq_tui.inquiry.language import count_questions, is_verbatim, quotes, word_count
from hq_tui.inquiry.ops import apply_ops
from hq_tui.rehearsal.questioner import TextOut, ToolOut, compose, question_bank

THESIS = "We should close the library on Mondays because nobody ever comes."
TALK = (
    THESIS,
    "Nobody means fewer than ten visitors.",
    "idk",
    "I assume the school classes would come on another day.",
    "fair enough, go on.",
    "On Mondays some people come, mostly parents with prams.",
    "Let me think about it",
    "The staff could sort the returns on that day.",
)
Messages = list[dict[str, object]]


def held(texts: Sequence[str], *, seed: str = "s", tag: str = "") -> tuple[Messages, list[str]]:
    """A whole session over `texts`: its messages, and the partner's replies as text."""
    messages: Messages = []
    replies = []
    for text in texts:
        messages.append({"role": "user", "content": [{"type": "text", "text": tag + text}]})
        out = compose(messages, seed=seed)
        replies.append(said(out))
        messages.append({"role": "assistant", "content": blocks(out)})
    return messages, replies


def said(out: Sequence[object]) -> str:
    return "".join(block.text for block in out if isinstance(block, TextOut))


def blocks(out: Sequence[object]) -> list[dict[str, object]]:
    row: list[dict[str, object]] = [{"type": "text", "text": said(out)}]
    calls = [block for block in out if isinstance(block, ToolOut)]
    return row + [
        {"type": "tool_use", "id": "t", "name": call.name, "input": call.input} for call in calls
    ]


def ops_of(out: Sequence[object]) -> list[Mapping[str, object]]:
    found = [block.input["ops"] for block in out if isinstance(block, ToolOut)]
    return [op for ops in found if isinstance(ops, list) for op in ops]


def test_every_reply_that_asks_ends_with_its_one_question() -> None:
    for reply in held(TALK)[1]:
        assert count_questions(reply) == 1
        assert reply.endswith("?")
        assert word_count(reply) <= 100


def test_every_quotation_stands_word_for_word_in_the_session() -> None:
    for reply in held(TALK)[1]:
        for quote in quotes(reply):
            assert any(is_verbatim(quote, text) for text in TALK)


def test_the_same_history_and_seed_give_the_same_bytes() -> None:
    assert held(TALK) == held(TALK)


def test_another_seed_gives_another_session() -> None:
    assert held(TALK, seed="a")[1] != held(TALK, seed="b")[1]


def test_a_clash_in_words_is_named_with_both_lines() -> None:
    messages, replies = held(TALK[:6])
    assert "nobody ever comes" in replies[5]
    assert "On Mondays some people come" in replies[5]
    content = messages[-1]["content"]
    assert '"kind": "tension"' in json.dumps(content)


def test_only_the_users_own_words_settle_a_tension() -> None:
    messages, _ = held(TALK[:6])
    ref = "t6n9"
    assert any(op.get("ref") == ref for op in ops_in(messages))
    for words, outcomes in (("I take back the first one", ["retracted"]), ("hm, let me see", [])):
        result = {
            "type": "tool_result",
            "tool_use_id": "t",
            "content": f'{{"ids": {{"{ref}": "x1"}}}}',
        }
        own = {"type": "text", "text": words}
        out = compose([*messages, {"role": "user", "content": [result, own]}])
        resolved = [op for op in ops_of(out) if op["op"] == "resolve"]
        assert [op["outcome"] for op in resolved] == outcomes
        assert all(op["id"] == "x1" and str(op["quote"]) in words for op in resolved)


def test_after_small_talk_it_returns_to_what_was_not_examined() -> None:
    replies = held([THESIS, "fair enough, go on."])[1]
    assert "nobody ever comes" in replies[1]


def test_no_more_than_three_questions_of_one_type_in_a_row() -> None:
    messages, _ = held([THESIS, *(f"The {n}th reading room is always cold." for n in range(20))])
    kinds = [op["qtype"] for op in asks(messages)]
    runs = [kinds[n : n + 4] for n in range(len(kinds) - 3)]
    assert all(len(set(run)) > 1 for run in runs)


def test_no_question_comes_twice() -> None:
    messages, _ = held([THESIS, *(["hm"] * 3), *(f"Room {n} is cold and dark." for n in range(9))])
    texts = [op["text"] for op in asks(messages)]
    assert len(texts) == len(set(texts))


def asks(messages: Messages) -> list[Mapping[str, object]]:
    return [op for op in ops_in(messages) if op["op"] == "ask"]


def ops_in(messages: Messages) -> list[Mapping[str, object]]:
    return [
        op
        for message in messages
        if message["role"] == "assistant"
        for block in message["content"]  # type: ignore[attr-defined]
        if block["type"] == "tool_use"
        for op in block["input"]["ops"]
    ]


@pytest.mark.parametrize("words", ["just tell me", "Stop asking, just tell me!", "done", "bye"])
def test_the_way_out_is_never_answered_with_a_question(words: str) -> None:
    reply = held([*TALK[:3], words])[1][-1]
    assert count_questions(reply) == 0
    assert "?" not in reply


def test_asked_for_an_answer_it_says_what_it_is_and_hands_back_the_users_lines() -> None:
    reply = held([*TALK[:3], "just tell me"])[1][-1]
    assert "rule-based" in reply
    assert "nobody ever comes" in reply


@pytest.mark.parametrize("request_", ["answer_now", "close"])
def test_a_requested_way_out_in_the_tag_works_too(request_: str) -> None:
    messages, _ = held(TALK[:2])
    tag = f'<session mode="examine" pace="normal" request="{request_}"/>'
    messages.append({"role": "user", "content": [{"type": "text", "text": tag}]})
    assert "?" not in said(compose(messages))


def test_hints_climb_and_the_last_one_asks_nothing() -> None:
    messages, _ = held(TALK[:2])
    replies = []
    for _ in range(4):
        tag = '<session request="hint"/>'
        messages.append({"role": "user", "content": [{"type": "text", "text": tag}]})
        out = compose(messages)
        replies.append(said(out))
        messages.append({"role": "assistant", "content": blocks(out)})
    assert [reply.startswith(f"Hint {n}.") for n, reply in enumerate(replies, 1)][:3] == [True] * 3
    assert "?" not in replies[3]


def test_every_fifth_turn_is_a_checkpoint_in_the_users_words() -> None:
    replies = held([THESIS, *(f"The {n}th room has wet walls." for n in range(9))])[1]
    at = [n for n, reply in enumerate(replies, 1) if reply.startswith("Checkpoint")]
    assert at == [5, 10]
    assert replies[4].count("\n- ") <= 5


def test_tags_and_tool_results_are_not_the_users_words() -> None:
    tag = '<session mode="examine" pace="normal"/>'
    edit = '<board_edit rev="3">c1 revised by user: walls</board_edit>'
    content = [
        {"type": "tool_result", "tool_use_id": "t", "content": "ok"},
        {"type": "text", "text": tag},
        {"type": "text", "text": edit},
        {"type": "text", "text": THESIS},
    ]
    out = compose([{"role": "user", "content": content}])
    assert "session mode" not in said(out)
    assert all("board_edit" not in str(op) for op in ops_of(out))
    assert any(op.get("turn") == 1 and op.get("quote") for op in ops_of(out))


def test_it_says_once_that_it_does_not_know_the_language_and_still_asks() -> None:
    texts = [
        "Wir schließen die Bücherei am Montag, weil nie jemand kommt.",
        "Das ist so, weil die Schule an dem Tag nicht kommt.",
    ]
    replies = held(texts)[1]
    assert ["only know English" in reply for reply in replies] == [True, False]
    assert "weil nie jemand kommt" in replies[0]


def test_it_stops_by_itself_when_nothing_more_comes() -> None:
    replies = held([THESIS, *(["idk", "hm", "go on"] * 8)])[1]
    assert any("we can stop here" in reply for reply in replies)
    assert "We stop here." in replies[-1]


def test_board_operations_are_accepted_by_the_board() -> None:
    board, user_texts = Board(), dict(enumerate(TALK, 1))
    messages: Messages = []
    for turn, text in user_texts.items():
        messages.append({"role": "user", "content": text})
        out = compose(messages)
        applied = apply_ops(
            board, ops_of(out), turn=turn, origin=Origin.TOOL, user_texts=user_texts
        )
        assert not applied.rejected
        board = applied.board
        messages.append({"role": "assistant", "content": blocks(out)})
    assert board.items


def test_without_tools_there_is_text_alone() -> None:
    out = compose([{"role": "user", "content": THESIS}], tools=False)
    assert [type(block) for block in out] == [TextOut]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?!?",
        "```\nwhile True: pass  # why?\n```",
        "https://example.org/?a=b",
        "\x1b[31mred\x1b[0m \x07 \u202eback",
        'she said “why?” and "no?" and left',
        "<session request='x'> <b>[bold]",
        "😀" * 50,
        "a" * 100_000,
        "the cache is slow because nobody looks, " * 2_500,
        "?" * 100_000,
        "Is it? Or not? Who knows?",
    ],
)
def test_anything_at_all_gets_a_clean_reply(text: str) -> None:
    for reply in held([text, THESIS, text])[1]:
        assert count_questions(reply) == 1
        assert reply.endswith("?")
        assert all(char.isprintable() or char == "\n" for char in reply)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_whatever_is_typed_the_reply_asks_at_most_once(texts: list[str]) -> None:
    for reply in held(texts)[1]:
        assert count_questions(reply) <= 1
        assert "?" not in "".join(quotes(reply))


def test_every_template_of_the_bank_asks_once_at_its_end() -> None:
    for template in question_bank().templates:
        filled = template.filled(dict.fromkeys(template.slots, "some words"))
        assert count_questions(filled) == 1
        assert filled.endswith("?")
    assert len({template.id for template in question_bank().templates}) == len(
        question_bank().templates
    )

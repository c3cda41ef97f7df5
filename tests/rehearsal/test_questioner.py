"""The rehearsal partner: its manners, its list of questions, and what it does with anything."""

import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq_tui.inquiry.board.model import Board
from hq_tui.inquiry.board.model_ops import apply_call
from hq_tui.inquiry.modes import MODES
from hq_tui.inquiry.text.language import is_verbatim, word_count
from hq_tui.inquiry.text.questions import questions_in
from hq_tui.rehearsal.questioner import compose
from hq_tui.rehearsal.questioner.ladders import LADDERS

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
Out = tuple[str, list[Mapping[str, object]]]


def held(texts: Sequence[str], *, seed: str = "s", tag: str = "") -> tuple[Messages, list[str]]:
    """A whole session over `texts`: its messages, and the partner's replies as text."""
    messages: Messages = []
    replies = []
    for text in texts:
        messages.append({"role": "user", "content": [{"type": "text", "text": tag + text}]})
        out = compose(messages, seed=seed)
        replies.append(out[0])
        messages.append({"role": "assistant", "content": blocks(out)})
    return messages, replies


def blocks(out: Out) -> list[dict[str, object]]:
    text, additions = out
    row: list[dict[str, object]] = [{"type": "text", "text": text}]
    if additions:
        given = {"add": additions}
        row.append({"type": "tool_use", "id": "t", "name": "board_update", "input": given})
    return row


def additions_in(messages: Messages) -> list[Mapping[str, object]]:
    return [
        added
        for message in messages
        if message["role"] == "assistant"
        for block in message["content"]  # type: ignore[attr-defined]
        if block["type"] == "tool_use"
        for added in block["input"]["add"]
    ]


def test_every_reply_that_asks_ends_with_its_one_question() -> None:
    for reply in held(TALK)[1]:
        assert len(questions_in(reply)) == 1
        assert reply.endswith("?")
        assert word_count(reply) <= 100


def test_every_quotation_stands_word_for_word_in_the_session() -> None:
    for reply in held(TALK)[1]:
        for quote in re.findall("“([^“”]+)”", reply):
            assert any(is_verbatim(quote, text) for text in TALK)


def test_the_same_history_and_seed_give_the_same_bytes() -> None:
    assert held(TALK) == held(TALK)


def test_another_seed_gives_another_session() -> None:
    assert held(TALK, seed="a")[1] != held(TALK, seed="b")[1]


def test_no_question_comes_twice() -> None:
    _, replies = held([THESIS, *(["hm"] * 3), *(f"Room {n} is cold and dark." for n in range(9))])
    texts = [question for reply in replies for question in questions_in(reply)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("request_", ["answer_now", "close"])
def test_a_requested_way_out_in_the_tag_works_too(request_: str) -> None:
    messages, _ = held(TALK[:2])
    tag = f'<session mode="examine" pace="normal" request="{request_}"/>'
    messages.append({"role": "user", "content": [{"type": "text", "text": tag}]})
    assert "?" not in compose(messages)[0]


def test_hints_climb_and_the_last_one_asks_nothing() -> None:
    messages, _ = held(TALK[:2])
    replies = []
    for _ in range(4):
        tag = '<session request="hint"/>'
        messages.append({"role": "user", "content": [{"type": "text", "text": tag}]})
        out = compose(messages)
        replies.append(out[0])
        messages.append({"role": "assistant", "content": blocks(out)})
    assert [reply.startswith(f"Hint {n}.") for n, reply in enumerate(replies, 1)][:3] == [True] * 3
    assert "?" not in replies[3]


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
    assert "session mode" not in out[0]
    assert all("board_edit" not in str(op) for op in out[1])
    assert any(op.get("quote") for op in out[1])


def test_board_operations_are_accepted_by_the_board() -> None:
    board, user_texts = Board(), dict(enumerate(TALK, 1))
    messages: Messages = []
    for turn, text in user_texts.items():
        messages.append({"role": "user", "content": text})
        out = compose(messages)
        applied = apply_call(board, {"add": out[1]}, turn=turn, user_texts=user_texts)
        assert not applied.rejected
        board = applied.board
        messages.append({"role": "assistant", "content": blocks(out)})
    assert board.items


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
        assert reply.count("?") == 1
        assert reply.endswith("?")
        assert all(char.isprintable() or char == "\n" for char in reply)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_whatever_is_typed_the_reply_asks_at_most_once(texts: list[str]) -> None:
    for reply in held(texts)[1]:
        assert len(questions_in(reply)) <= 1
        assert "?" not in "".join(re.findall("“([^“”]+)”", reply))


TALKS = {
    "English": TALK[:4],
    "German": (
        "Wir müssen das Büro schließen, weil alle von zu Hause besser arbeiten.",
        "Besser heißt mehr erledigte Aufgaben.",
        "Keine Ahnung.",
        "Wären die Auszubildenden dagegen?",
    ),
    "Arabic": (
        "يجب أن نغلق المتجر لأن الزبائن يشترون من الإنترنت.",
        "أخي لا يوافق.",
        "لا أعرف",
        "هل هذا مهم؟",
    ),
    "Hebrew": (
        "אנחנו חייבים לסגור את החנות כי כולם קונים באינטרנט.",
        "אחי לא מסכים.",
        "לא",
        "למה?",
    ),
    "Chinese": (
        "我们应该取消所有会议，因为会议总是浪费时间。",
        "浪费时间是指没有决定。",
        "不知道",
        "这重要吗？",
    ),
    "Thai": ("เราควรปิดร้านวันจันทร์เพราะไม่มีใครมา", "ไม่มีใครหมายถึงน้อยกว่าสิบคน", "ไม่รู้", "สำคัญไหม?"),
    "Hindi": (
        "हमें दुकान बंद कर देनी चाहिए क्योंकि सब इंटरनेट से खरीदते हैं।",
        "मेरा भाई सहमत नहीं है।",
        "?",
        "क्यों?",
    ),
}


@pytest.mark.parametrize("texts", TALKS.values(), ids=TALKS.keys())
def test_in_any_language_it_says_once_what_it_is_and_asks_one_thing_at_a_time(
    texts: tuple[str, ...],
) -> None:
    replies = held(texts)[1]
    assert ["not Claude" in reply for reply in replies] == [True, False, False, False]
    assert [reply.count("?") + reply.count("？") for reply in replies] == [1] * 4
    assert all(
        is_verbatim(q, "\n".join(texts))
        for reply in replies
        for q in re.findall("“([^“”]+)”", reply)
    )


@pytest.mark.parametrize("texts", TALKS.values(), ids=TALKS.keys())
def test_in_any_language_the_first_words_are_quoted_and_filed(texts: tuple[str, ...]) -> None:
    out = compose([{"role": "user", "content": texts[0]}])
    (add,) = out[1]
    assert str(add["quote"]) in out[0]
    assert is_verbatim(str(add["quote"]), texts[0])


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_a_list_of_its_own_that_ends(mode: str) -> None:
    assert len({step.question for step in LADDERS[mode]}) == len(LADDERS[mode])
    answers = [f"Answer number {n} is about the reading room." for n in range(len(LADDERS[mode]))]
    _, replies = held([THESIS, *answers], tag=f'<session mode="{mode}"/>')
    assert [len(questions_in(reply)) for reply in replies[:-1]] == [1] * (len(replies) - 1)
    assert "last of my questions" in replies[-1]
    assert "?" not in replies[-1]


@pytest.mark.parametrize("mode", MODES)
def test_a_turn_files_one_line_and_labels_what_was_asked_for(mode: str) -> None:
    steps = LADDERS[mode]
    answers = [f"Answer number {n} is about the reading room." for n in range(len(steps))]
    messages, _ = held([THESIS, *answers], tag=f'<session mode="{mode}"/>')
    adds = additions_in(messages)
    assert [op["quote"] for op in adds] == [text.strip(".") for text in (THESIS, *answers)]
    for op, step in zip(adds[1:], steps, strict=True):
        assert op["kind"] == step.kind
        named = f"{step.label}: {op['quote']}" if step.label else None
        assert op.get("text") == named
    assert {f"{label}:" for label in MODES[mode].labels} <= {
        f"{step.label}:" for step in steps if step.label
    }


def test_after_its_end_it_asks_nothing_and_still_files() -> None:
    answers = [f"Answer number {n} is about the reading room." for n in range(9)]
    messages, replies = held([THESIS, *answers, "One more thing about the doors.", "thanks"])
    assert not any("?" in reply for reply in replies[-3:])
    assert any(op.get("quote") == "One more thing about the doors" for op in additions_in(messages))


def test_a_question_of_the_user_is_not_answered_and_is_filed_as_open() -> None:
    messages, replies = held([THESIS, "Who else closes on Mondays?"])
    assert "cannot answer" in replies[1]
    assert [op["kind"] for op in additions_in(messages)] == ["claim", "question"]


def test_skipping_leads_to_another_question() -> None:
    messages, replies = held(TALK[:2])
    tag = '<session request="skip"/>'
    out = compose([*messages, {"role": "user", "content": tag}])
    assert out[0].splitlines()[-1] not in "".join(replies)


def test_asked_for_an_answer_it_says_what_it_is_and_hands_back_the_users_lines() -> None:
    messages, _ = held(TALK[:3])
    out = compose([*messages, {"role": "user", "content": '<session request="answer_now"/>'}])
    assert "rule-based" in out[0]
    assert "nobody ever comes" in out[0]


def test_lines_whose_update_was_lost_are_filed_again() -> None:
    messages, _ = held([THESIS])
    lost = '<session turn="2" board_error="it broke off"/>The classes come on Tuesdays.'
    out = compose([*messages, {"role": "user", "content": lost}])
    quotes = [str(op["quote"]) for op in out[1]]
    assert [quote in text for quote, text in zip(quotes, (THESIS, lost), strict=True)] == [True] * 2


def test_what_the_app_tells_beside_a_message_is_never_quoted() -> None:
    notes = ['<session turn="1"/>', "<board_edit rev='2'>c1 pinned</board_edit>"]
    notes.append("<summary>1. “old words of mine” (turn 1)</summary>")
    content = [{"type": "text", "text": text} for text in (*notes, THESIS)]
    reply = compose([{"role": "user", "content": content}])[0]
    assert "old words" not in reply
    assert THESIS[:40] in reply

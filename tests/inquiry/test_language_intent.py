"""What a message is for, judged as a whole."""

import pytest

from hq_tui.inquiry.bank import read_bank
from hq_tui.inquiry.intent import Intent, commitment, intent, is_substantive


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("just tell me", Intent.TELL),
        ("Just give me the answer.", Intent.TELL),
        ("idk", Intent.STUCK),
        ("hm, not sure", Intent.STUCK),
        ("I don't know", Intent.STUCK),
        ("done", Intent.CLOSE),
        ("let's stop here, thanks", Intent.CLOSE),
        ("ok, sounds good", Intent.AGREE),
        ("?!", Intent.EMPTY),
        ("", Intent.EMPTY),
        ("My manager does not know when we are done", Intent.SAY),
        ("She just told me about the fire", Intent.SAY),
    ],
)
def test_a_short_message_is_judged_as_a_whole(text: str, meaning: Intent) -> None:
    assert intent(text) is meaning


@pytest.mark.parametrize(
    ("text", "substantive"),
    [
        ("Rust", True),
        ("The pump leaks at night", True),
        ("I would have to look that up.", False),
        ("we talked about it last week, nothing was decided.", False),
        ("go on", False),
    ],
)
def test_small_talk_brings_nothing_to_ask_about(text: str, substantive: bool) -> None:
    assert is_substantive(text) is substantive


@pytest.mark.parametrize(
    ("text", "value"),
    [("no, only at night", False), ("Yes", True), ("3", False), ("8 out of 10", True), ("5", None)],
)
def test_a_short_commitment_is_read_as_yes_or_no(text: str, value: bool | None) -> None:
    assert commitment(text) is value


def test_something_that_is_no_bank_is_refused() -> None:
    with pytest.raises((ValueError, KeyError)):
        read_bank('{"questions": [{"id": "x"}]}')


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no idea", None),
        ("No comment.", None),
        ("No, not really.", False),
        ("No.", False),
        ("No, it does not hold for the small ones", False),
        ("2, now that you say it", False),
        ("Yes, both.", True),
        ("9", True),
        ("No reason to doubt it", None),
    ],
)
def test_a_no_is_only_read_where_one_was_said(text: str, meant: bool | None) -> None:
    assert commitment(text) is meant


@pytest.mark.parametrize(
    "text",
    [
        "We talked about it for an hour and decided nothing, so it went nowhere.",
        "I would have to look that up.",
        "I'm not sure what you are getting at.",
        "my colleagues say the same",
    ],
)
def test_putting_an_answer_off_is_not_an_answer(text: str) -> None:
    assert not is_substantive(text)

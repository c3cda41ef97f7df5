"""The lessons that work without a model: steps, hints, and no answer before its time."""

import pytest

from hq_tui.inquiry.lesson import Lesson, shows
from hq_tui.rehearsal.questioner import TextOut, compose, lessons

TAG = '<session mode="tutor" pace="normal"/>'


def taught(texts: list[str]) -> list[str]:
    messages: list[dict[str, object]] = []
    replies = []
    for text in texts:
        messages.append({"role": "user", "content": TAG + text})
        first = compose(messages)[0]
        assert isinstance(first, TextOut)
        replies.append(first.text)
        messages.append({"role": "assistant", "content": first.text})
    return replies


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.id)
def test_a_stuck_learner_gets_three_hints_and_then_the_step(lesson: Lesson) -> None:
    step = lesson.steps[0]
    replies = taught([f"teach me {lesson.names[0]}", *["idk"] * 5])
    assert step.asks in replies[1]
    for level in (1, 2, 3):
        assert step.hints[level - 1] in replies[level + 1]
        assert step.hints[3] not in replies[level + 1]
    assert step.hints[3] in replies[5]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.id)
def test_the_answer_comes_at_once_when_it_is_asked_for(lesson: Lesson) -> None:
    reply = taught([f"teach me {lesson.names[0]}", "just tell me"])[-1]
    assert lesson.answer in reply
    assert "?" not in reply


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.id)
def test_telling_every_step_counts_as_having_made_it(lesson: Lesson) -> None:
    for step in lesson.steps:
        assert shows(step.hints[3], step.signs) or shows(lesson.answer, step.signs)
        assert not shows("I have no idea", step.signs)
        assert all(hint.count("?") == 0 for hint in step.hints)


def test_a_misconception_meets_a_case_that_breaks_it() -> None:
    replies = taught(["binary search please", "it works on any list"])
    assert "9, 2, 7, 1, 5" in replies[1]


def test_a_learner_who_knows_it_is_led_to_the_end() -> None:
    replies = taught(
        [
            "binary search",
            "the list must be sorted",
            "then half of it can be thrown away",
            "about ten steps, it is a logarithm",
            "because each look halves what is left",
        ]
    )
    assert "That step holds" in replies[1]
    assert replies[3].endswith("In your own words, why does it work?")
    assert "We stop here." in replies[4]

"""Two halves of a reply read as one, and nothing that was meant twice is said once."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq_tui.core.events import ResumeMode
from hq_tui.core.resume.ambiguity import is_rhythmic
from hq_tui.core.resume.boundary import ENOUGH
from hq_tui.core.resume.continuation import continue_prompt, find_anchor, settle
from tests.core.expected import MEANT_TWICE, NOT_ANNOUNCED
from tests.core.resuming import Verdict, judge
from tests.core.texts import VOCABULARY, any_text, numbered, prose
from tests.support.gates import Tally, part

CUTS = 12
LONGEST_ECHO = 400
DICE = st.randoms(use_true_random=False)
SLOWLY = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def joined(kept: str, head: str, *, anchor: str = "", how: ResumeMode = ResumeMode.CONTINUE) -> str:
    drop = settle(kept, head, how=how, anchor=anchor, final=True)
    assert drop is not None
    return kept + head[drop:]


def streamed(kept: str, head: str, anchor: str, rng: random.Random) -> tuple[str, int]:
    """The joined text when `head` comes in pieces, and how many characters waited at most."""
    got, drop, held, shown, looks = "", None, 0, kept, 3
    while got != head:
        got = head[: len(got) + rng.randint(1, 7)]
        if looks:
            found = settle(kept, got, how=ResumeMode.CONTINUE, anchor=anchor, final=False)
            assert drop is None or found == drop, "a decision does not change as more arrives"
            drop, looks = found, looks - (found is not None)
        now = kept if drop is None else kept + got[drop:]
        assert now.startswith(shown)
        shown = now
        held = max(held, len(got) if drop is None else 0)
    return (shown if drop is not None else joined(kept, head, anchor=anchor)), held


def cuts(text: str, rng: random.Random) -> list[int]:
    return [rng.randrange(1, len(text)) for _ in range(CUTS)] if len(text) > 1 else []


# What was meant is never dropped


@SLOWLY
@given(any_text(), DICE)
def test_a_continuation_that_is_exactly_the_rest_stays_whole(text: str, rng: random.Random) -> None:
    for cut in cuts(text, rng):
        kept, rest = text[:cut], text[cut:]
        for anchor in ("", find_anchor(kept)):
            assert joined(kept, rest, anchor=anchor) == text
            assert streamed(kept, rest, anchor, rng)[0] == text


@pytest.mark.soak
@pytest.mark.gate("seam")
@pytest.mark.parametrize("_part", range(4))
@settings(max_examples=part(1000), suppress_health_check=list(HealthCheck))
@given(text=any_text())
def test_a_continuation_that_is_exactly_the_rest_stays_whole_always(
    tally: Tally, _part: int, text: str
) -> None:
    for cut in range(1, len(text)):
        assert joined(text[:cut], text[cut:], anchor=find_anchor(text[:cut])) == text
        tally.tried()


@pytest.mark.parametrize("text", MEANT_TWICE.values(), ids=MEANT_TWICE)
def test_what_is_meant_twice_is_said_twice_wherever_it_broke(text: str) -> None:
    for cut in range(1, len(text)):
        assert joined(text[:cut], text[cut:], anchor=find_anchor(text[:cut])) == text


@pytest.mark.parametrize("text", NOT_ANNOUNCED)
def test_what_sounds_like_an_announcement_stays_wherever_it_broke(text: str) -> None:
    for cut in range(1, len(text)):
        assert joined(text[:cut], text[cut:], anchor=find_anchor(text[:cut])) == text


# What is repeated is dropped, where it can be known


def is_plainly_again(text: str, begin: int, cut: int) -> bool:
    """Whether `text[begin:cut]`, if it came again behind `cut`, can only be an echo.

    It is forty letters of one line and five words over the end of a sentence, which stand only
    once before it, from within a clause into a word or to its end: nobody breaks off in the
    middle of one to begin in the middle of another. What stands before the two and behind them
    differs, so that no longer part comes again, and they do not end as they begin, so that no
    shorter one does.
    """
    words, before, rest = text[begin:cut], text[:begin], text[cut:]
    is_within = before[-2:-1].isalnum() and before[-1:] == " " and words[:1].islower()
    is_within &= text[:cut].rstrip(" ")[-1:].isalnum() and rest[:1].islower()
    is_new = before[-2:] != words[-2:] and rest[:1] != words[:1]
    is_new &= not any(words.endswith(words[:count]) for count in range(1, len(words)))
    is_long = len(words) >= 40 and len(set(words.split())) > 4
    is_line = "\n" not in words and any(mark in words for mark in ".?")
    return is_within and is_long and is_line and is_new and text[:cut].count(words) == 1


def test_a_reply_that_begins_afresh_loses_nothing_though_it_says_the_same_again() -> None:
    kept = "She said that the ferry leaves the harbour before noon"
    assert joined(kept, f"{kept} and waits", how=ResumeMode.FRESH) == f"{kept}{kept} and waits"


@pytest.mark.parametrize(
    "kept",
    [
        "and that much we said (counterrevolutionaries-everywhere-else",
        "we said so “incomprehensibilities’-and-more-of-them",
        "for that see ./a/very/long/path/to/the/file/of/names",
    ],
)
def test_words_that_are_to_be_repeated_begin_with_a_letter_behind_a_blank(kept: str) -> None:
    anchor = find_anchor(kept)
    before, found, behind = kept.rpartition(anchor)
    assert (found, behind) == (anchor, "")
    assert before.endswith(" ")
    assert anchor[0].isalpha()


def test_a_mark_that_quotes_is_told_from_one_that_the_quoted_words_begin_with() -> None:
    line = "'tis nobler in the mind to suffer the slings and arrows of outrageous fortune"
    kept = f"The line is\n{line}"
    assert joined(kept, f'"{line}" or to act', anchor=find_anchor(kept)) == f"{kept} or to act"


@SLOWLY
@given(any_text(), DICE)
def test_a_repeated_tail_is_dropped_whenever_that_can_be_decided(
    text: str, rng: random.Random
) -> None:
    for cut in cuts(text, rng):
        kept = text[:cut]
        head = text[repeated(text, cut, rng)[0] :]
        assert streamed(kept, head, find_anchor(kept), rng)[0] == joined(
            kept, head, anchor=find_anchor(kept)
        )


@pytest.mark.soak
@pytest.mark.gate("seam")
@settings(max_examples=part(1000), suppress_health_check=list(HealthCheck))
@given(text=any_text(), rng=DICE)
def test_every_repeated_tail_is_dropped_that_can_be_decided(
    tally: Tally, text: str, rng: random.Random
) -> None:
    tally.tried(sum(repeated(text, cut, rng)[1] for cut in cuts(text, rng)))


def repeated(text: str, cut: int, rng: random.Random) -> tuple[int, bool]:
    """Join a continuation that repeats the tail; from where, and whether that is plain."""
    kept, rest = text[:cut], text[cut:]
    begin = cut - min(rng.randint(0, LONGEST_ECHO), cut)
    if rng.random() < 0.5:
        begin = text.find(" ", begin, cut) + 1 or begin
    if sum(map(str.isalnum, text[begin:cut])) < 3:
        begin = cut
    got = joined(kept, text[begin:cut] + rest, anchor=find_anchor(kept))
    assert judge(text, cut, got) is not Verdict.LOST
    decided = is_plainly_again(text, begin, cut)
    if decided:
        assert got == text, (text[begin:cut], rest[:40])
    return begin, decided


def greedy(kept: str, head: str, **_: object) -> int:
    """A seam that drops every overlap."""
    return next(size for size in range(len(head), -1, -1) if kept.endswith(head[:size]))


@pytest.mark.twin("seam", "whatever occurs twice is dropped")
def test_a_seam_that_drops_every_overlap_eats_what_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(globals(), "settle", greedy)
    with pytest.raises(AssertionError):
        test_what_is_meant_twice_is_said_twice_wherever_it_broke(MEANT_TWICE["a verse"])


@pytest.mark.twin("seam", "nothing is ever dropped")
def test_a_seam_that_drops_nothing_says_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "settle", lambda *_, **__: 0)
    text = ". ".join(" ".join(VOCABULARY[at : at + 7]) for at in range(0, len(VOCABULARY), 7))
    with pytest.raises(AssertionError):
        any(repeated(text, cut, random.Random(cut))[1] for cut in range(100, len(text)))


@pytest.mark.parametrize("text", ["w1 w2 w3", ""], ids=["short", "nothing"])
def test_a_short_repetition_is_shown(text: str) -> None:
    assert joined("w0 " + text, text + " w4") == "w0 " + text + text + " w4"


@SLOWLY
@given(st.one_of(prose(), numbered()), DICE)
def test_an_anchor_that_is_repeated_as_asked_leaves_no_trace(text: str, rng: random.Random) -> None:
    for cut in cuts(text, rng):
        kept, rest = text[:cut], text[cut:]
        prompt, anchor = continue_prompt(kept)
        if not anchor:
            continue
        assert kept.count(anchor) == 1
        assert len(anchor) >= ENOUGH
        assert not is_rhythmic(anchor)
        assert f"<last_words>{anchor}</last_words>" in prompt
        lost = kept[len(kept.rstrip()) :]
        body = f"{anchor}{lost}{rest}"
        place = len(kept.rstrip()) - len(anchor)
        if is_plainly_again(text, place, cut):
            assert joined(kept, body, anchor=anchor) == text
        for head in ("\n" + body, f"…{body}", f"Sure, continuing:\n\n{body}"):
            assert joined(kept, head, anchor=anchor) in {text, kept + head, kept + body}
        tagged = f"<last_words>{anchor}</last_words>"
        assert joined(kept, f"{tagged}{lost}{rest}", anchor=anchor) == text


# Announcements, white space, fences and rows

WORDS = "You say that the service is slow because it is written in Python. What did you"


@pytest.mark.parametrize(
    ("kept", "head", "text"),
    [
        pytest.param(WORDS, " measure?", WORDS + " measure?", id="nothing to mend"),
        pytest.param(WORDS + " ", "measure?", WORDS + " measure?", id="the space was there"),
        pytest.param(
            WORDS, "Of course, continuing from where I left off:\n\n measure?",
            WORDS + " measure?", id="an announcement of the break",
        ),
        pytest.param(
            WORDS + "\n", "Sure! Picking up where my previous response was cut off:\nA",
            WORDS + "\nA", id="one that names it",
        ),
        pytest.param(WORDS, "Continuing:\n\n measure?", WORDS + " measure?", id="in a sentence"),
        pytest.param(
            WORDS, "Sorry for the interruption! measure?",
            WORDS + "Sorry for the interruption! measure?", id="one in a line with the rest",
        ),
        pytest.param(
            WORDS, "Sorry for the interruption! it is written in Python. What did you measure?",
            WORDS + " measure?", id="one in a line with an echo",
        ),
        pytest.param(WORDS, "**Continuing…**\n\n measure?", WORDS + " measure?", id="a bold one"),
        pytest.param(
            WORDS, "(continued)\nit is written in Python. What did you measure?",
            WORDS + " measure?", id="one before an echo",
        ),
        pytest.param(
            WORDS + ".", "\n\nContinuing:\n- one", WORDS + ".\n\nContinuing:\n- one",
            id="a heading that looks like one",
        ),
        pytest.param(WORDS, "…What did you measure?", WORDS + "…What did you measure?", id="short"),
        pytest.param(
            WORDS, "\n\n… written in Python. What did you measure?", WORDS + " measure?",
            id="dots and white space before an echo",
        ),
        pytest.param(
            WORDS + " ", "is written in Python. What did you measure?", WORDS + " measure?",
            id="the echo brings its own space",
        ),
        pytest.param(
            WORDS + "\n\n", "is written in Python. What did you\n\nAnd", WORDS + "\n\nAnd",
            id="the echo brings its own lines",
        ),
        pytest.param(
            WORDS + "\n\n", "is written in Python. What did you\nAnd", WORDS + "\n\nAnd",
            id="the echo brings fewer lines",
        ),
        pytest.param(
            "Look:\n\n```python\na = 1\n", "```python\nb = 2\n```\n",
            "Look:\n\n```python\na = 1\nb = 2\n```\n", id="a fence opened again",
        ),
        pytest.param(
            "Look:\n\n```python\na = ", "```python\n1\n```\n",
            "Look:\n\n```python\na = 1\n```\n", id="a fence opened again within a line",
        ),
        pytest.param(
            "Look:\n\n```python\na = 1\n", "```\n\n```python\nb\n```\n",
            "Look:\n\n```python\na = 1\n```\n\n```python\nb\n```\n", id="a fence closed",
        ),
        pytest.param(
            "Look:\n\n```\na = 1\n", "```\nDone.", "Look:\n\n```\na = 1\n```\nDone.",
            id="a fence without a language is closed",
        ),
        pytest.param(
            "~~~~js\nlet a\n```\n", "~~~~js\nlet b\n", "~~~~js\nlet a\n```\nlet b\n",
            id="a fence of another kind",
        ),
        pytest.param(
            "Look:\n\n```python\ntotal = first_number + sec",
            "```python\ntotal = first_number + second\n",
            "Look:\n\n```python\ntotal = first_number + second\n", id="a fence and a line",
        ),
        pytest.param(
            "| a | b |\n|---|---|\n| 1 ", "| 1 | 2 |\n| 3 | 4 |\n",
            "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n", id="a row begun anew",
        ),
        pytest.param(
            "| a | b |\n|---|---|\n| 1 | ", "\n| 1 | 2 |\n", "| a | b |\n|---|---|\n| 1 | 2 |\n",
            id="a row begun anew on a new line",
        ),
        pytest.param(
            "| a | b |\n|---|---|\n| 1 ", "| 1 |\n", "| a | b |\n|---|---|\n| 1 | 1 |\n",
            id="two equal cells",
        ),
    ],
)  # fmt: skip
def test_the_halves_read_as_one(kept: str, head: str, text: str) -> None:
    anchor = continue_prompt(kept)[1]
    assert joined(kept, head, anchor=anchor) == text
    for seed in range(20):
        assert streamed(kept, head, anchor, random.Random(seed))[0] == text


@given(any_text(), st.integers(0, 400), st.sampled_from(["", " ", "\n", "\n\n", "  \n"]))
def test_a_prefill_goes_on_exactly_whether_white_space_comes_again_or_not(
    text: str, cut: int, space: str
) -> None:
    kept = text[:cut].rstrip() + space
    rest = text[cut:].lstrip()
    for head in (space + rest, rest):
        assert joined(kept, head, how=ResumeMode.PREFILL) == kept + rest
    assert joined(kept, rest, how=ResumeMode.FRESH) == kept + rest


# Nothing waits longer than it must


@SLOWLY
@given(st.one_of(prose(), numbered()), DICE)
def test_few_characters_wait_for_the_decision(text: str, rng: random.Random) -> None:
    for cut in cuts(text, rng):
        kept, rest = text[:cut], text[cut:]
        _, held = streamed(kept, rest, find_anchor(kept), rng)
        assert held <= 160
        length = min(rng.randint(0, LONGEST_ECHO), len(kept))
        _, held = streamed(kept, kept[len(kept) - length :] + rest, find_anchor(kept), rng)
        assert held <= length + 160


def test_on_the_average_a_word_or_two_waits() -> None:
    words = " ".join(f"w{number}" for number in range(400))
    rng = random.Random(7)
    waits = [
        streamed(words[:cut], words[cut:], find_anchor(words[:cut]), rng)[1]
        for cut in range(200, len(words) - 40, 7)
    ]
    assert sum(waits) / len(waits) < 12


# A rule that is too eager must be noticed


def test_a_rule_that_only_looks_for_equal_words_would_eat_refrains() -> None:
    def eager(kept: str, head: str) -> str:
        size = next(n for n in range(min(len(kept), len(head)), -1, -1) if kept.endswith(head[:n]))
        return kept + head[size:]

    eaten = [
        name
        for name, text in MEANT_TWICE.items()
        if any(eager(text[:cut], text[cut:]) != text for cut in range(1, len(text)))
    ]
    assert len(eaten) == len(MEANT_TWICE) - 1


def test_a_quotation_mark_that_the_words_begin_with_is_no_mark_around_them() -> None:
    kept = '{"id": 1,\n   "name": "after schema reason",\n   "kind": "open",\n   '
    words = '"name": "after schema reason",\n   "kind": "open",'
    assert joined(kept, f'"{words}""tags": [1]') == kept + '"tags": [1]'

"""What a reader gets of a reply that broke and was gone on with, by kind of text and of partner.

`pytest tests/core/test_resuming.py -m soak -rP -k table` prints the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest

from hq_tui.core.events import ResumeMode
from hq_tui.core.resume.boundary import weight
from hq_tui.core.resume.continuation import continue_prompt, find_anchor, last_words, settle
from tests.core import resuming
from tests.core.resumed_texts import PLAIN, REPEATING
from tests.core.resuming import (
    STUTTERS,
    Cut,
    Impossible,
    Verdict,
    cut_of,
    judge,
    last_line,
    nothing,
    resumed,
)
from tests.support.gates import Tally, part

ALL = {**PLAIN, **REPEATING}
PARTNERS: dict[str, Callable[[Cut], str]] = {"exactly": nothing, **STUTTERS}
PROOF = 40
"""A repetition of so many characters is to be found out, whatever the text is."""
CUTS = 12
SAMPLED = 0.05
"""So much more may be read twice in a small sample."""
HELD, HELD_IN_REPEATING = 170, 400
"""So many characters wait at most beyond what turns out to be repeated."""

FLOORS = {
    # the most stutters where what is repeated has `PROOF` characters, of texts that say
    # nothing twice in a row; of the fence, the marks and the preamble, all of them. Lines of
    # that length often broke at their very end, where one may be meant twice
    "from the first word": 0.04,
    "last 240 characters": 0.07,
    "last line": 0.10,
    "two lines": 0.11,
    "fence": 0.01,
    "fence and line": 0.01,
    "fence and block": 0.07,
    "preamble and line": 0.12,
    "asked words, as asked": 0.01,
    "asked words, quoted": 0.03,
    "asked words, bracketed": 0.05,
    "preamble": 0.02,
}
WHATEVER = {"fence", "asked words, quoted", "asked words, bracketed", "asked words, as asked"}


def tries(kind: str, partner: str, seeds: range, cuts: int = CUTS) -> Iterator[tuple[Verdict, int]]:
    """The verdict and the length of what was repeated, for texts of a kind and a partner."""
    for seed in seeds:
        rng = Random(f"{kind}/{seed}")
        text = ALL[kind](rng)
        for at in sorted(rng.sample(range(1, len(text)), min(cuts, len(text) - 1))):
            cut, anchor = cut_of(text, at, rng)
            try:
                before = PARTNERS[partner](cut)
            except Impossible:
                continue
            got = resumed(cut.kept, before + text[at:], anchor, rng)
            most = HELD if kind in PLAIN else HELD_IN_REPEATING
            assert got.held <= len(before) + most, (kind, partner, got.held)
            verdict = judge(text, at, got.read)
            assert verdict is not Verdict.LOST, (cut.kept[-80:], before[:80], text[at : at + 60])
            again = last_line(cut) if partner == "preamble and line" else before
            yield verdict, weight(again)


def stutters(partner: str, seeds: range) -> tuple[float, int]:
    """The share of stutters of a partner over all texts that say nothing twice in a row."""
    counts: Counter[bool] = Counter()
    for kind in PLAIN:
        for verdict, repeated in tries(kind, partner, seeds):
            if partner in WHATEVER or repeated >= PROOF:
                counts[verdict is Verdict.STUTTERED] += 1
    return counts[True] / max(1, counts.total()), counts.total()


@pytest.mark.parametrize("kind", ALL)
def test_what_goes_on_exactly_is_read_as_it_was_meant(kind: str) -> None:
    assert {verdict for verdict, _ in tries(kind, "exactly", range(3), 40)} == {Verdict.CLEAN}


@pytest.mark.parametrize("kind", REPEATING)
def test_nothing_that_was_meant_is_lost_beside_what_is_repeated(kind: str) -> None:
    for partner in STUTTERS:
        assert all(verdict is not Verdict.LOST for verdict, _ in tries(kind, partner, range(3), 10))


@pytest.mark.parametrize("partner", FLOORS)
def test_what_is_repeated_is_seldom_read_twice(partner: str) -> None:
    share, count = stutters(partner, range(3))
    assert share <= FLOORS[partner] + SAMPLED, (partner, share, count)


@pytest.mark.soak
@pytest.mark.gate("resumed")
@pytest.mark.parametrize("partner", PARTNERS)
def test_nothing_is_lost_and_little_is_read_twice_always(tally: Tally, partner: str) -> None:
    seeds = range(100, 100 + part(60))
    for kind in REPEATING:
        tally.tried(sum(1 for _ in tries(kind, partner, seeds)))
    share, count = stutters(partner, seeds)
    tally.tried(count)
    assert share <= FLOORS.get(partner, 1.0), (partner, share)


@pytest.mark.soak
def test_table_of_partners() -> None:
    """Print what share is read twice, of all cuts and where what is repeated is long."""
    seeds = range(90_000, 90_000 + part(20))
    print("\n| partner | cuts | read twice | long | read twice |\n|---|---|---|---|---|")
    for partner in PARTNERS:
        every = [one for kind in PLAIN for one in tries(kind, partner, seeds)]
        long = [one for one in every if one[1] >= PROOF]
        print(f"| {partner} | {_row(every)} | {_row(long)} |")


def _row(tried: list[tuple[Verdict, int]]) -> str:
    twice = sum(verdict is Verdict.STUTTERED for verdict, _ in tried)
    return f"{len(tried)} | {twice / max(1, len(tried)):.1%}"


@pytest.mark.twin("resumed", "whatever occurs twice is dropped")
def test_a_seam_that_drops_too_much_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(kept: str, head: str, **_: object) -> int:
        return next(size for size in range(len(head), -1, -1) if kept.endswith(head[:size]))

    monkeypatch.setattr(resuming, "settle", greedy)
    with pytest.raises(AssertionError):
        test_what_goes_on_exactly_is_read_as_it_was_meant("equal rows")


@pytest.mark.twin("resumed", "nothing is ever dropped")
def test_a_seam_that_drops_nothing_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "settle", lambda *_, **__: 0)
    with pytest.raises(AssertionError):
        test_what_is_repeated_is_seldom_read_twice("from the first word")


# What is asked for


@pytest.mark.parametrize("kind", ALL)
def test_the_words_asked_for_are_the_last_ones_and_stand_in_their_marks(kind: str) -> None:
    rng = Random(kind)
    text = ALL[kind](rng)
    for at in range(1, len(text), 7):
        kept = text[:at]
        prompt, anchor = continue_prompt(kept)
        words = last_words(kept)
        assert kept.rstrip().endswith(words)
        assert words in prompt.partition("<last_words>")[2].partition("</last_words>")[0]
        assert anchor in {"", words}
        assert anchor == find_anchor(kept)


def test_the_marks_prove_a_repetition_whatever_the_words_are() -> None:
    kept = "- one\n- one\n- one\n- o"
    head = "<last_words>- o</last_words>ne\n"
    drop = settle(kept, head, how=ResumeMode.CONTINUE, anchor="", final=True)
    assert kept + head[drop:] == "- one\n- one\n- one\n- one\n"


@pytest.mark.parametrize("kind", ALL)
def test_marks_that_hold_more_than_was_asked_for_take_nothing_with_them(kind: str) -> None:
    dice = Random(kind)
    text = ALL[kind](dice)
    for at in dice.sample(range(1, len(text) - 12), 20):
        words = last_words(text[:at])
        for more in range(1, 12):
            head = f"<last_words>{words}{text[at : at + more]}</last_words>{text[at + more :]}"
            got = read(text[:at], head)
            for mark in ("<last_words>", "</last_words>"):
                got = got.replace(mark, "")
            assert judge(text, at, got) is not Verdict.LOST, (words, text[at : at + more])


def test_a_word_that_is_finished_within_the_marks_is_whole() -> None:
    kept = "That sentence led the team to the broken sluice, wh"
    words = last_words(kept)
    assert read(kept, f"<last_words>{words}ich</last_words> leaked.").startswith(kept + "ich")


def test_the_marks_are_found_behind_a_fence_that_is_opened_again() -> None:
    kept = "```python\nfirst = 1\nsecond = fir"
    head = "```python\n<last_words>second = fir</last_words>st + 1\n```\n"
    assert read(kept, head) == kept + "st + 1\n```\n"


@pytest.mark.parametrize(
    ("kept", "head", "text"),
    [
        pytest.param(
            "He said that it is slow, and nobody knows", '"nobody knows" why.',
            'He said that it is slow, and nobody knows"nobody knows" why.',
            id="a quotation of other words than those asked for",
        ),
        pytest.param(
            "Use it as", " (as", "Use it as (as", id="an open bracket",
        ),
        pytest.param(
            'x = ["the first name", ', '"the first name"]',
            'x = ["the first name", "the first name"]', id="two equal items",
        ),
    ],
)  # fmt: skip
def test_what_only_looks_like_the_words_asked_for_stays(kept: str, head: str, text: str) -> None:
    assert read(kept, head) == text


def read(kept: str, head: str) -> str:
    """What a reader has of a reply and of all that goes on with it."""
    drop = settle(kept, head, how=ResumeMode.CONTINUE, anchor=find_anchor(kept), final=True)
    return kept + head[drop:]


# What is meant twice, though something else is said again


BLOCK = "    left.append(path)\n    # counts deadline stores seldom reason\n"


@pytest.mark.parametrize(
    ("kept", "said", "rest"),
    [
        pytest.param(
            "```python\n    count.append(count)\n" + BLOCK + "    count.append(count)\n    # c",
            "    count.append(count)\n    # c",
            "ounts deadline stores seldom reason\n    left.append(path)\n"
            "    count.append(count)\n    # counts deadline stores seldom reason\n    end()\n",
            id="two lines of a block that comes a third time",
        ),
        pytest.param(
            f"```python\n{BLOCK} ", "```python\n ", "   # counts deadline stores seldom reason\n",
            id="the margin of a line that comes twice",
        ),
        pytest.param(
            "- Stores which market clearly delays harbour", "Continuing from where I left off:\n",
            "\n- Stores which market clearly delays harbour\n- Other\n",
            id="an announcement before a point that comes twice",
        ),
        pytest.param(
            "Month letter doubts example divides seldom", "",
            " month letter doubts example divides seldom month letter doubts it.",
            id="a clause that comes again in a small letter",
        ),
        pytest.param(
            "We row the small boat over the wide river row the sm", "",
            "all boat over the wide river row the small boat over the wide river.",
            id="a clause said three times with nothing in between",
        ),
        pytest.param(
            "We row every day. cost of this market follows although", "",
            " cost of this market follows although.", id="a clause said twice that is the anchor",
        ),
        pytest.param(
            "We row. or the and compares under or the and compa",
            "Continuing from where I left off: ", "res under or the and compares under.",
            id="an announcement in one line with a clause that comes a third time",
        ),
        pytest.param(
            "```python\n    right.append(count)\n    raise ValueError(f'clearly this {count}')\n"
            "    left.append(right)\n   ", "Resuming from the point where it was cut off… ",
            " raise ValueError(f'clearly this {count}')\n    left.append(right)\n    end()\n",
            id="an announcement in one line with a block of code that comes twice",
        ),
        pytest.param(
            "Deadline decision engine letter queue divides\n" * 2
            + "Stores not contract keeps because reason", "Continuing from where I was cut off: ",
            "\nDeadline decision engine letter queue divides\nStores not contract keeps because "
            "reason\nBut no.", id="an announcement and two verses that come twice",
        ),
        pytest.param(
            "So it goes.\nGently down the stream.\nGently down the stream", "down the stream",
            ".\nGently down the stream.", id="the end of a line that comes a third time",
        ),
    ],
)  # fmt: skip
def test_what_is_meant_twice_is_kept(kept: str, said: str, rest: str) -> None:
    assert judge(kept + rest, len(kept), read(kept, said + rest)) is not Verdict.LOST


@pytest.mark.parametrize(
    ("kept", "said", "rest"),
    [
        pytest.param(
            "Look:\n\n| the name | the value |\n", "| the name | the value |\n",
            "| --- | --- |\n| a | 1 |\n", id="the header of a table",
        ),
        pytest.param(
            "Look:\n\n| the name | the v", "| the name | the v",
            "alue |\n| --- | --- |\n| a | 1 |\n", id="a part of the header",
        ),
        pytest.param(
            "1. Stores which market clearly delays the harbour\n  ",
            "1. Stores which market clearly delays the harbour\n  ", " - first\n",
            id="a point and a part of the next margin",
        ),
        pytest.param(
            "The river delays a harbour that no market stores or counts twice, and the window "
            "of the garden opens clearly while every engine doubts what a reader keeps in winter. ",
            "The river delays a harbour that no market stores or counts twice, and the window "
            "of the garden opens clearly while every engine doubts what a reader keeps in winter. ",
            "Nothing else moves.", id="a reply of one long line begun again behind a full stop",
        ),
        pytest.param(
            "```text\n2026-11-13 12:03:31 ERROR queue holds the deadline\n2026-11-14 ",
            "2026-11-13 12:03:31 ERROR queue holds the deadline\n2026-11-14 ",
            "12:04:40 INFO window counts\n", id="two lines that begin alike",
        ),
        pytest.param(
            "The river delays a harbour that no market stores or cou",
            "Continuing from where I left off:\n\nThe river delays a harbour that no market stores "
            "or cou", "nts twice.", id="an announcement and the line",
        ),
    ],
)  # fmt: skip
def test_what_can_only_be_said_again_is_dropped(kept: str, said: str, rest: str) -> None:
    assert read(kept, said + rest) == kept + rest


def test_a_long_reply_begun_again_is_held_back_and_then_dropped() -> None:
    text = "\n\n".join(f"Paragraph {n} says what paragraph {n - 1} did not." for n in range(400))
    at = len(text) - 50
    cut, anchor = cut_of(text, at, Random(1))
    got = resumed(cut.kept, text, anchor, Random(1))
    assert got.read == text
    assert got.held <= at + HELD
    other = text[:40] + "But no."
    assert settle(cut.kept, other, how=ResumeMode.CONTINUE, anchor=anchor, final=False) == 0

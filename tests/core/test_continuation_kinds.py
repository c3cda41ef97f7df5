"""How often a repeated tail is dropped, by kind of text and length, and that nothing is eaten.

The partner here repeats as much as it likes, from any place, though it was asked for an
anchor. `pytest tests/core/test_continuation_kinds.py -rP -k shares` prints the table.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random

import pytest

from hq_tui.core.events import ResumeMode
from hq_tui.core.resume.boundary import ENOUGH
from hq_tui.core.resume.continuation import find_anchor, settle
from hq_tui.rehearsal.server.turns import PREAMBLE
from tests.core.kinds import KINDS, MEANT, TAGS
from tests.support.gates import Tally, part

LONGEST_ECHO = 400
TEXTS, CUTS = 8, 100
LENGTHS = (0, ENOUGH, 50, 100, 200, LONGEST_ECHO)
PREAMBLES = ("", PREAMBLE, "Continuing:\n\n", "Sorry for the interruption! ")
SPACES = ("", " ", "\n", "\n\n", "… ")

SHARES = {
    # the least share of repeated tails, 16 to 400 characters, that is dropped exactly: from any
    # place, from the beginning of a word where the reply broke behind one, and of anchors
    "prose": (0.90, 0.95, 0.95),
    "numbered": (0.92, 0.95, 0.94),
    "headings": (0.33, 0.29, 0.74),
    "bullets": (0.13, 0.15, 0.58),
    "ordered": (0.13, 0.15, 0.60),
    "nested": (0.07, 0.11, 0.57),
    "checklist": (0.14, 0.18, 0.58),
    "code": (0.07, 0.11, 0.31),
    "tables": (0.10, 0.16, 0.38),
    "quotations": (0.18, 0.15, 0.66),
    "refrains": (0.80, 0.93, 0.86),
    "stutters": (0.16, 0.20, 0.52),
}


def dropped(kept: str, head: str, anchor: str) -> int:
    """How much of a continuation is dropped when all of it is there."""
    found = settle(kept, head, how=ResumeMode.CONTINUE, anchor=anchor, final=True)
    assert found is not None
    return found


def assert_nothing_is_eaten(text: str, cut: int) -> None:
    """A continuation that is exactly the rest stays whole, with the anchor and without."""
    kept, rest = text[:cut], text[cut:]
    for anchor in {"", find_anchor(kept)}:
        assert dropped(kept, rest, anchor) == 0, (kept[-80:], rest[:80], anchor)


def assert_whole_wherever_it_broke(text: str) -> int:
    """The same at every cut; how many there were."""
    for cut in range(1, len(text)):
        assert_nothing_is_eaten(text, cut)
    return len(text) - 1


# What was meant


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_of_any_kind_stays_whole_wherever_it_broke(kind: str) -> None:
    for seed in range(3):
        assert_whole_wherever_it_broke(KINDS[kind](Random(f"{kind}{seed}")))


@pytest.mark.soak
@pytest.mark.gate("seam")
@pytest.mark.parametrize("kind", KINDS)
def test_a_text_of_any_kind_stays_whole_always(tally: Tally, kind: str) -> None:
    for seed in range(part(100)):
        tally.tried(assert_whole_wherever_it_broke(KINDS[kind](Random(f"{kind}/{seed}"))))


# What is repeated


def begins_of_words(kept: str) -> list[int]:
    """Places from which a model might repeat: where a word begins, or a line."""
    return [
        place
        for place in range(max(0, len(kept) - LONGEST_ECHO), len(kept) - ENOUGH + 1)
        if not kept[place].isspace() and not kept[place - 1 : place].isalnum()
    ]


def shares(kind: str) -> Counter[str]:
    """What became of repeated tails of this kind of text."""
    counts: Counter[str] = Counter()
    for seed in range(TEXTS):
        rng = Random(f"{kind}{seed}")
        text = {**KINDS, **MEANT}[kind](rng)
        for cut in range(ENOUGH + 1, len(text), max(1, len(text) // CUTS)):
            kept, anchor = text[:cut], find_anchor(text[:cut])
            any_place = len(kept) - rng.randint(ENOUGH, min(LONGEST_ECHO, len(kept)))
            counts.update(_outcome("any", text, cut, any_place, anchor))
            places = begins_of_words(kept)
            if places and text[cut - 1].isalnum() and not text[cut].isalnum():
                counts.update(_outcome("words", text, cut, rng.choice(places), anchor))
            asked_for = kept.rfind(anchor) if anchor else cut
            counts.update(_outcome("anchor", text, cut, asked_for, anchor))
    return counts


def _outcome(which: str, text: str, cut: int, place: int, anchor: str) -> list[str]:
    length = cut - place
    drop = dropped(text[:cut], text[place:], anchor)
    assert drop <= length, (text[place:cut], drop)
    is_exact = drop == length and (which != "anchor" or bool(anchor))
    return [which, f"{which} exactly"] if is_exact else [which]


@pytest.mark.parametrize("kind", SHARES)
def test_shares_of_what_is_dropped_do_not_fall(kind: str) -> None:
    counts = shares(kind)
    found = tuple(counts[f"{one} exactly"] / counts[one] for one in ("any", "words", "anchor"))
    print(f"| {kind} | {' | '.join(f'{one:.0%}' for one in found)} | of {counts['any']}")
    assert all(a >= b for a, b in zip(found, SHARES[kind], strict=True)), found


@pytest.mark.parametrize("kind", KINDS)
def test_an_echo_behind_a_preamble_and_white_space_takes_nothing_with_it(kind: str) -> None:
    exact = tried = 0
    for seed in range(2):
        rng = Random(f"{kind}{seed}")
        text = KINDS[kind](rng)
        for cut in range(ENOUGH, len(text), max(1, len(text) // 25)):
            tried, exact = tried + 1, exact + _all_heads(text, cut, rng.choice(LENGTHS))
    assert exact > tried


def _all_heads(text: str, cut: int, length: int) -> int:
    """Try every preamble and white space before an echo; how many were dropped with it.

    A blank line behind an announcement is taken for a part of it.
    """
    kept, exact = text[:cut], 0
    anchor = find_anchor(kept)
    for preamble, space in product(PREAMBLES, SPACES):
        before = preamble + space + kept[max(0, cut - length) :]
        drop = dropped(kept, before + text[cut:], anchor)
        eaten = (before + text[cut:])[len(before) : drop]
        assert not eaten.strip(), (kept[-60:], before, text[cut : cut + 60])
        assert not eaten or preamble
        exact += drop == len(before)
    return exact


# The middle of a code block and of a row


@pytest.mark.parametrize("tag", TAGS)
def test_a_fence_opened_again_anywhere_in_the_block_is_not_shown(tag: str) -> None:
    code = "total = first + 1\n\nfor each in rows:\n    print(each)\n"
    text = f"Look:\n\n```{tag}\n{code}```\nWhat does it print?"
    begin = text.index(code)
    for cut in range(begin, begin + len(code)):
        kept, rest = text[:cut], text[cut:]
        for length in (0, *range(ENOUGH, cut - begin + 1)):
            head = f"```{tag}\n" + kept[cut - length :] + rest
            drop = dropped(kept, head, "")
            if tag and not length:
                assert kept + head[drop:] == text
            assert drop <= len(head) - len(rest)


@pytest.mark.parametrize("is_numbered", [True, False])
def test_a_row_begun_anew_anywhere_in_it_is_said_once(is_numbered: bool) -> None:
    rows = [f"| {n if is_numbered else 'row'} | the cell {n}x{n} | {n * n} |" for n in range(7, 12)]
    text = "| a | b | c |\n|---|---|---|\n" + "\n".join(rows) + "\n\nAnd?"
    for row in rows:
        begin = text.index(row)
        for cut in range(begin + 1, begin + len(row)):
            kept, rest = text[:cut], text[cut:]
            if not any(map(str.isalnum, kept[begin:])):
                continue
            may_be_whole = kept.endswith("|")
            for before in ("",) if may_be_whole else ("", "\n"):
                head = before + kept[begin:] + rest
                assert kept + head[dropped(kept, head, "") :] == text, (kept[begin:], rest[:9])

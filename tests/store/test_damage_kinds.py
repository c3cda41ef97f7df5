"""Damage of every kind, at random places, is never raised and costs no more than it hits."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from hq_tui.store.reader import replay, replay_pieces
from hq_tui.store.record import Record, encode
from tests.store.samples import journal, lines, records
from tests.support.gates import Tally, part

COUNT = 40
OTHER = 7
"""The number that a foreign record bears; where it stands in for its own, that one is no loss."""

Damage = Callable[[Random, bytes, int, int], bytes]
"""The stretch between two places of a journal, spoilt."""

STRETCHES: dict[str, Damage] = {
    "zeros": lambda _random, _data, begin, end: bytes(end - begin),
    "rubbish": lambda random, _data, begin, end: random.randbytes(end - begin),
    "line ends": lambda _random, _data, begin, end: b"\n" * (end - begin),
    "carriage returns": lambda _random, _data, begin, end: b"\r" * (end - begin),
    "blanks": lambda _random, _data, begin, end: b" " * (end - begin),
    "quotes and braces": lambda random, _data, begin, end: bytes(
        random.choices(b'"{}[]:,\\', k=end - begin)
    ),
    "gone": lambda _random, _data, _begin, _end: b"",
    "more rubbish": lambda random, _data, _begin, _end: random.randbytes(random.randrange(9_000)),
    "one line": lambda _random, data, begin, end: data[begin:end].replace(b"\n", b""),
    "halves of letters": lambda _random, _data, begin, end: b"\xed\xa0\x80\xf0\x9f"[: end - begin],
    "numbers": lambda _random, _data, begin, end: b"9" * (end - begin) * 400,
    "nesting": lambda _random, _data, begin, end: b"[" * (end - begin) * 90,
    "other record": lambda _random, _data, _begin, _end: b"\n" + encode(OTHER, {"t": "other"}),
}
"""What a stretch of bytes becomes."""


def hit(begin: int, end: int) -> set[int]:
    """Which records have a byte between these places, or end right before them."""
    found, place = set(), 0
    for number, line in enumerate(lines(COUNT)):
        if begin <= place + len(line) and place < max(end, begin + 1):
            found.add(number)
        place += len(line)
    return found


def check(random: Random, kind: str) -> None:
    """Spoil one stretch of a journal; what was not hit is read, in order, and nothing else."""
    data = journal(COUNT)
    begin = random.randrange(len(data))
    end = min(len(data), begin + random.choice((1, 3, 40, 300, 900)))
    spoilt = data[:begin] + STRETCHES[kind](random, data, begin, end) + data[end:]
    wanted = records(COUNT)
    whole = replay(spoilt)
    place = random.randrange(len(spoilt) + 1)
    pieces = replay_pieces((spoilt[:place], spoilt[place:]))
    assert (pieces.records, pieces.damaged) == (whole.records, whole.damaged)
    read = [record for record in whole.records if record["t"] != "other"]
    places = [wanted.index(record) for record in read]
    assert places == sorted(set(places))
    lost = set(range(COUNT)) - set(places)
    spared = lost - hit(begin, end)
    assert len(spared) <= 1, (kind, begin, end, spared)
    # What is missing behind the last record that can be read has left no number to count it by.
    counted = lost - {OTHER - 1} if len(read) < len(whole.records) else lost
    assert whole.damaged >= sum(number < max(places, default=0) for number in counted)
    assert whole.damaged or not lost or not spoilt[begin:].strip()


@pytest.mark.parametrize("kind", STRETCHES)
def test_a_spoilt_stretch_costs_what_it_hits(kind: str) -> None:
    random = Random(f"{kind} once")
    for _ in range(60):
        check(random, kind)


@pytest.mark.soak
@pytest.mark.gate("damage")
@pytest.mark.parametrize("kind", STRETCHES)
def test_any_spoilt_stretch_costs_what_it_hits(kind: str, tally: Tally) -> None:
    random = Random(f"{kind} often")
    tried = part(1_500)
    for _ in range(tried):
        check(random, kind)
    tally.tried(tried)
    tally.at_most(f"stretches of {kind}:", tried)


@pytest.mark.parametrize("kind", ["swapped", "doubled", "shuffled", "thinned"])
def test_lines_in_another_order_are_read_or_counted_and_never_raised(kind: str) -> None:
    random = Random(kind)
    wanted = records(COUNT)
    for _ in range(200):
        found = list(lines(COUNT))
        one, other = random.sample(range(1, COUNT), 2)
        if kind == "swapped":
            found[one], found[other] = found[other], found[one]
        elif kind == "doubled":
            found.insert(one, found[other])
        elif kind == "shuffled":
            random.shuffle(found)
        else:
            found = [line for line in found if random.random() < 0.7]
        replayed = replay(b"".join(found))
        assert all(record in wanted for record in replayed.records)
        assert len(replayed.records) >= len(_distinct(found)) or kind != "thinned"
        assert len(replayed.records) == COUNT or replayed.damaged or kind == "shuffled"


def _distinct(found: list[bytes]) -> set[bytes]:
    return set(found)


def test_a_journal_of_nothing_but_damage_is_empty() -> None:
    random = Random(1)
    for size in (0, 1, 100, 70_000):
        found: tuple[Record, ...] = replay(random.randbytes(size)).records
        assert found == ()

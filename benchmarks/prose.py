"""The texts that are streamed: made of rules, the same in every run.

Some words carry a number, so that it can be told when each was sent and when it appeared.
No text holds the letter that is typed to measure the echo of keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count, cycle, islice
from random import Random

KEY = "Z"
"""The letter that is typed; it stands in no text here and in no word of the programs."""

NUMBERED = re.compile(r"\bw(\d{6})\b")
"""A word with a number, as it stands on a screen."""

EVERY = 4
"""One word of so many carries a number."""

LONG = 200_000
"""Bytes of a message that is called long."""

_WORDS = """the a of to and in that it is was for on are with as be at one have this from or had
by but some what there we can out other were all your when up use word how said each she which
their time will way about many then them would write like so these her long make thing see him
two has look more day could go come did my sound no most number who over know water than call
first people may down side been now find any new work part take get place made live where after
back little only round man year came show every good me give our under name very through just
form much great think say help low line before turn cause same mean differ move right boy old
too does tell sentence set three want air well also play small end put home read hand port large
spell add even land here must big high such follow act why ask men change went light kind off need
house picture try us again animal point mother world near build self earth father""".split()


def words(seed: int) -> Iterator[str]:
    """Plain words without end."""
    rng = Random(seed)
    while True:
        yield rng.choice(_WORDS)


def numbered(seed: int, first: int) -> Iterator[str]:
    """Plain words, every so many a numbered one, counting from `first`."""
    numbers = count(first)
    for place, word in enumerate(words(seed)):
        yield f"w{next(numbers):06d}" if place % EVERY == EVERY - 1 else word


def mixed(first: int = 0) -> Iterator[str]:
    """Deltas of a word each, without end: the Markdown that people get as replies."""
    stream, plain = numbered(1, first), words(2)
    while True:
        yield from _sentence(stream, 45)
        yield from _items(stream, plain)
        yield from _sentence(stream, 30, before="> ")
        yield from _code(plain)
        yield from _sentence(stream, 60)
        yield from _table(plain)
        yield from _sentence(stream, 5, before="## ")


def _sentence(stream: Iterator[str], length: int, *, before: str = "") -> Iterator[str]:
    for place, word in enumerate(islice(stream, length)):
        start = before if place == 0 else ""
        end = "\n\n" if place == length - 1 else " "
        yield f"{start}{_dressed(word, place)}{end}"


def _dressed(word: str, place: int) -> str:
    """A word, here and there in bold or as code; never a numbered one."""
    if NUMBERED.match(word):
        return word
    return {8: f"**{word}**", 13: f"`{word}()`"}.get(place % 15, word)


def _items(stream: Iterator[str], plain: Iterator[str]) -> Iterator[str]:
    for _ in range(5):
        yield "- "
        yield f"*{next(plain)}*: "
        yield from (f"{word} " for word in islice(stream, 9))
        yield "\n"
    yield "\n"


def _code(plain: Iterator[str]) -> Iterator[str]:
    yield "```python\n"
    for _ in range(6):
        name, other = next(plain), next(plain)
        yield f"def {name}_{other}"
        yield "(first: int) -> str:\n"
        yield "    return "
        yield f'"{next(plain)}"  '
        yield f"# {next(plain)}\n"
    yield "```\n\n"


def _table(plain: Iterator[str]) -> Iterator[str]:
    yield f"| {next(plain)} | {next(plain)} | {next(plain)} |\n|---|---|---|\n"
    for _ in range(4):
        for _ in range(3):
            yield f"| {next(plain)} {next(plain)} "
        yield "|\n"
    yield "\n"


def notes() -> Iterator[str]:
    """Lines without end as a board has them."""
    plain = words(5)
    while True:
        yield " ".join(islice(plain, 14))


def paragraph() -> str:
    """One paragraph as long as a long message."""
    return _long(f"{word} " for word in words(3))


def table() -> str:
    """One table as long as a long message."""
    plain = words(4)
    rows = (f"| {next(plain)} {next(plain)} | {next(plain)} | {next(plain)} |\n" for _ in count())
    return "| some | more | words |\n|---|---|---|\n" + _long(rows)


def fence() -> str:
    """One code block as long as a long message."""
    plain = words(5)
    lines = (f'{next(plain)} = {next(plain)}("{next(plain)}", 42)  # note\n' for _ in count())
    return "```python\n" + _long(lines) + "```\n"


def items() -> str:
    """One nested list as long as a long message."""
    plain = words(6)
    indents = cycle(("", "", "  ", "  ", "    "))
    rows = (f"{next(indents)}- {' '.join(islice(plain, 12))}\n" for _ in count())
    return _long(rows)


SHAPES = {"paragraph": paragraph, "table": table, "fence": fence, "list": items}
"""The shapes of a long message, by name."""


def _long(parts: Iterator[str]) -> str:
    whole, length = [], 0
    for part in parts:
        whole.append(part)
        length += len(part)
        if length >= LONG:
            break
    return "".join(whole)


def deltas(shape: str, amount: int, first: int = 0) -> list[str]:
    """What is sent: `amount` deltas of `mixed` words, or all of another shape in as many."""
    if shape == "mixed":
        return list(islice(mixed(first), amount))
    text = SHAPES[shape]()
    size = -(-len(text) // amount)
    return [text[at : at + size] for at in range(0, len(text), size)]


def turn(number: int) -> tuple[str, str]:
    """A question and an answer of a session from before."""
    stream = words(1000 + number)
    answer = (
        f"**{next(stream)}** {' '.join(islice(stream, 30))}.\n\n"
        f"- {' '.join(islice(stream, 8))}\n- {' '.join(islice(stream, 8))} `{next(stream)}`\n\n"
        f"{' '.join(islice(stream, 20))}, that was answer {number}."
    )
    return f"{' '.join(islice(stream, 12))}?", answer

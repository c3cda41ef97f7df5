"""Texts of every kind that a reply is made of, composed from dice."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.core.texts import REFRAINS, STUTTERS

WORDS = (
    "the a of and to in that it is was for on you with as they be at have this from or had by not "
    "question answer server reader river mountain because although measured slowly seventeen when "
    "kept belief evidence opposite number walking talking football ball market remember connect "
    "disconnect queue batch night backup index table worker retry deploy release rollback cache "
    "latency load memory disk network client request reply user team week month budget decision "
    "claim reason doubt example exception cause effect before after during between first second "
    "third always never sometimes often slow fast cheap dear small large open closed old new dogs "
    "cats dog cat measure measures measuring assume assumes assumption test tests tested change"
).split()
TAGS = ("", "python", "js", "sql", "c++", "text", "sh -x")
_NAMES = "total first_value second_value each row rows count counter result items key left".split()


def words(rng: Random, least: int, most: int) -> str:
    """A few words without a mark."""
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(least, most)))


def sentence(rng: Random) -> str:
    """A sentence, one time in five with a figure."""
    figure = f", {rng.randint(2, 900)} of {rng.randint(2, 900)}" if rng.random() < 0.2 else ""
    return words(rng, 4, 14).capitalize() + figure + rng.choice("...?:")


def prose(rng: Random) -> str:
    """Paragraphs."""
    count = rng.randint(1, 4)
    return "\n\n".join(
        " ".join(sentence(rng) for _ in range(rng.randint(1, 6))) for _ in range(count)
    )


def numbered(rng: Random) -> str:
    """Words that are numbered, in rows."""
    row, count = rng.randint(3, 12), rng.randint(10, 150)
    names = [f"w{n}" for n in range(1, count)]
    return "\n".join(" ".join(names[at : at + row]) for at in range(0, count, row))


def bullets(rng: Random) -> str:
    """A list of points."""
    mark = rng.choice("-*+")
    return _about(rng, [f"{mark} {_item(rng)}" for _ in range(rng.randint(3, 14))])


def ordered(rng: Random) -> str:
    """A list of steps, by number."""
    mark, first = rng.choice(".)"), rng.choice((1, 1, 1, 7))
    count = rng.randint(3, 14)
    return _about(rng, [f"{n}{mark} {_item(rng)}" for n in range(first, first + count)])


def nested(rng: Random) -> str:
    """A list in a list, of points and steps."""
    lines = []
    for number in range(1, rng.randint(3, 7)):
        lines.append(f"{number}. **{words(rng, 1, 3)}**: {words(rng, 2, 6)}")
        inner = rng.randint(0, 4)
        is_steps = rng.random() < 0.4
        marks = [f"{at}." if is_steps else "-" for at in range(1, inner + 1)]
        lines += [f"   {mark} {_item(rng)}" for mark in marks]
    return _about(rng, lines)


def checklist(rng: Random) -> str:
    """A list of things to do."""
    return _about(rng, [f"- [{rng.choice(' x')}] {_item(rng)}" for _ in range(rng.randint(3, 12))])


def code(rng: Random) -> str:
    """A block of code, with prose around it."""
    lines = []
    for _ in range(rng.randint(1, 5)):
        lines += _function(rng)
    tag = rng.choice(TAGS)
    return f"{sentence(rng)}\n\n```{tag}\n" + "\n".join(lines) + f"\n```\n\n{sentence(rng)}"


def table(rng: Random) -> str:
    """A table, with prose around it."""
    columns, count = rng.randint(2, 5), rng.randint(3, 12)
    rows = [[words(rng, 1, 2) for _ in range(columns)], ["---"] * columns]
    is_numbered = rng.random() < 0.3
    for number in range(1, count + 1):
        rest = [_cell(rng) for _ in range(columns - is_numbered)]
        rows.append([str(number), *rest] if is_numbered else rest)
    return _about(rng, ["| " + " | ".join(row) + " |" for row in rows])


def quotation(rng: Random) -> str:
    """A quotation of several lines."""
    return _about(rng, [f"> {sentence(rng)}" for _ in range(rng.randint(3, 9))])


def headings(rng: Random) -> str:
    """Headings, with a paragraph or a short list under each."""
    parts = []
    for _ in range(rng.randint(2, 6)):
        points = "\n".join(f"- {_item(rng)}" for _ in range(rng.randint(1, 4)))
        under = points if rng.random() < 0.4 else sentence(rng) + " " + sentence(rng)
        parts.append(f"{'#' * rng.randint(2, 3)} {words(rng, 1, 4).capitalize()}\n\n{under}")
    return "\n\n".join(parts)


def _item(rng: Random) -> str:
    return words(rng, 3, 12).capitalize() + rng.choice(("", ".", ";"))


def _cell(rng: Random) -> str:
    return rng.choice(("yes", "no", str(rng.randint(1, 999)), words(rng, 1, 4)))


def _about(rng: Random, lines: list[str]) -> str:
    return f"{sentence(rng)}\n\n" + "\n".join(lines) + f"\n\n{sentence(rng)}"


def _function(rng: Random) -> list[str]:
    verb, what, other = rng.choice(WORDS), rng.choice(_NAMES), rng.choice(_NAMES)
    lines = [f"def {verb}_{what}({other}, {rng.choice(WORDS)}):"]
    for _ in range(rng.randint(1, 7)):
        left, right = rng.choice(_NAMES), rng.choice(WORDS)
        lines.append(
            rng.choice(
                (
                    f"    {left} = {right}({what}, {rng.randint(0, 99)})",
                    f"    {left} += {right}",
                    f"    if {left} > {rng.randint(0, 99)}:",
                    f"        return {left} - {right}",
                    f"    for {right} in {left}:",
                    f'        print("{words(rng, 2, 6)}", {left})',
                    f"    # {words(rng, 3, 8)}",
                )
            )
        )
    return [*lines, f"    return {what}", ""]


KINDS: dict[str, Callable[[Random], str]] = {
    "prose": prose,
    "numbered": numbered,
    "headings": headings,
    "bullets": bullets,
    "ordered": ordered,
    "nested": nested,
    "checklist": checklist,
    "code": code,
    "tables": table,
    "quotations": quotation,
}


def refrains(rng: Random) -> str:
    """Verses whose lines come again."""
    lines = [rng.choice(REFRAINS) for _ in range(rng.randint(8, 16))]
    return rng.choice(("\n", " ", "\n\n")).join(lines)


def stutters(rng: Random) -> str:
    """Words said many times in a row."""
    return f"It was {rng.choice(STUTTERS) * rng.randint(8, 40)}long ago."


MEANT: dict[str, Callable[[Random], str]] = {"refrains": refrains, "stutters": stutters}
"""Texts that say on purpose what they have said."""

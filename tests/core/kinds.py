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


def words(dice: Random, least: int, most: int) -> str:
    """A few words without a mark."""
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(least, most)))


def sentence(dice: Random) -> str:
    """A sentence, one time in five with a figure."""
    figure = f", {dice.randint(2, 900)} of {dice.randint(2, 900)}" if dice.random() < 0.2 else ""
    return words(dice, 4, 14).capitalize() + figure + dice.choice("...?:")


def prose(dice: Random) -> str:
    """Paragraphs."""
    count = dice.randint(1, 4)
    return "\n\n".join(
        " ".join(sentence(dice) for _ in range(dice.randint(1, 6))) for _ in range(count)
    )


def numbered(dice: Random) -> str:
    """Words that are numbered, in rows."""
    row, count = dice.randint(3, 12), dice.randint(10, 150)
    names = [f"w{n}" for n in range(1, count)]
    return "\n".join(" ".join(names[at : at + row]) for at in range(0, count, row))


def bullets(dice: Random) -> str:
    """A list of points."""
    mark = dice.choice("-*+")
    return _about(dice, [f"{mark} {_item(dice)}" for _ in range(dice.randint(3, 14))])


def ordered(dice: Random) -> str:
    """A list of steps, by number."""
    mark, first = dice.choice(".)"), dice.choice((1, 1, 1, 7))
    count = dice.randint(3, 14)
    return _about(dice, [f"{n}{mark} {_item(dice)}" for n in range(first, first + count)])


def nested(dice: Random) -> str:
    """A list in a list, of points and steps."""
    lines = []
    for number in range(1, dice.randint(3, 7)):
        lines.append(f"{number}. **{words(dice, 1, 3)}**: {words(dice, 2, 6)}")
        inner = dice.randint(0, 4)
        is_steps = dice.random() < 0.4
        marks = [f"{at}." if is_steps else "-" for at in range(1, inner + 1)]
        lines += [f"   {mark} {_item(dice)}" for mark in marks]
    return _about(dice, lines)


def checklist(dice: Random) -> str:
    """A list of things to do."""
    return _about(
        dice, [f"- [{dice.choice(' x')}] {_item(dice)}" for _ in range(dice.randint(3, 12))]
    )


def code(dice: Random) -> str:
    """A block of code, with prose around it."""
    lines = []
    for _ in range(dice.randint(1, 5)):
        lines += _function(dice)
    tag = dice.choice(TAGS)
    return f"{sentence(dice)}\n\n```{tag}\n" + "\n".join(lines) + f"\n```\n\n{sentence(dice)}"


def table(dice: Random) -> str:
    """A table, with prose around it."""
    columns, count = dice.randint(2, 5), dice.randint(3, 12)
    rows = [[words(dice, 1, 2) for _ in range(columns)], ["---"] * columns]
    is_numbered = dice.random() < 0.3
    for number in range(1, count + 1):
        rest = [_cell(dice) for _ in range(columns - is_numbered)]
        rows.append([str(number), *rest] if is_numbered else rest)
    return _about(dice, ["| " + " | ".join(row) + " |" for row in rows])


def quotation(dice: Random) -> str:
    """A quotation of several lines."""
    return _about(dice, [f"> {sentence(dice)}" for _ in range(dice.randint(3, 9))])


def headings(dice: Random) -> str:
    """Headings, with a paragraph or a short list under each."""
    parts = []
    for _ in range(dice.randint(2, 6)):
        points = "\n".join(f"- {_item(dice)}" for _ in range(dice.randint(1, 4)))
        under = points if dice.random() < 0.4 else sentence(dice) + " " + sentence(dice)
        parts.append(f"{'#' * dice.randint(2, 3)} {words(dice, 1, 4).capitalize()}\n\n{under}")
    return "\n\n".join(parts)


def _item(dice: Random) -> str:
    return words(dice, 3, 12).capitalize() + dice.choice(("", ".", ";"))


def _cell(dice: Random) -> str:
    return dice.choice(("yes", "no", str(dice.randint(1, 999)), words(dice, 1, 4)))


def _about(dice: Random, lines: list[str]) -> str:
    return f"{sentence(dice)}\n\n" + "\n".join(lines) + f"\n\n{sentence(dice)}"


def _function(dice: Random) -> list[str]:
    verb, what, other = dice.choice(WORDS), dice.choice(_NAMES), dice.choice(_NAMES)
    lines = [f"def {verb}_{what}({other}, {dice.choice(WORDS)}):"]
    for _ in range(dice.randint(1, 7)):
        left, right = dice.choice(_NAMES), dice.choice(WORDS)
        lines.append(
            dice.choice(
                (
                    f"    {left} = {right}({what}, {dice.randint(0, 99)})",
                    f"    {left} += {right}",
                    f"    if {left} > {dice.randint(0, 99)}:",
                    f"        return {left} - {right}",
                    f"    for {right} in {left}:",
                    f'        print("{words(dice, 2, 6)}", {left})',
                    f"    # {words(dice, 3, 8)}",
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


def refrains(dice: Random) -> str:
    """Verses whose lines come again."""
    lines = [dice.choice(REFRAINS) for _ in range(dice.randint(8, 16))]
    return dice.choice(("\n", " ", "\n\n")).join(lines)


def stutters(dice: Random) -> str:
    """Words said many times in a row."""
    return f"It was {dice.choice(STUTTERS) * dice.randint(8, 40)}long ago."


MEANT: dict[str, Callable[[Random], str]] = {"refrains": refrains, "stutters": stutters}
"""Texts that say on purpose what they have said."""

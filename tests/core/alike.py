"""Texts whose lines are alike: the same beginnings and ends, and the same lines between them.

They are what a rule for repetitions over lines has to leave whole at every place. Names are
chosen so that one ends or begins as another does. Lines without a mark stand in code: in running
text, the rule for echoes names what it cannot see.
"""

from __future__ import annotations

from random import Random

NAMES = (
    ("dog", "dogs", "cat", "cats", "cat food", "guide dog", "guide dogs"),
    ("connect", "disconnect", "reconnect", "display", "dis"),
    ("118", "218", "219", "18", "1180", "21"),
    ("ax", "bx", "by", "ay", "abx"),
    ("first", "last", "late", "third", "fourth"),
    ("server a", "backup server a", "server b", "backup server b", "backup"),
    ("x", "y", "z"),
    ("if ready", "while ready", "while not ready", "if not ready"),
    ("the same long cell", "the other long cell", "the same long row"),
    ("happy people", "unhappy people", "un", "happy"),
    ("self.total", "total", "self.totals", "self."),
)
HEADS = (
    "{a} {b}",
    "test_{a}_{b}(self):",
    "{a} are good {b}",
    "open({a}, {b})",
    "| {a} | {b} |",
    "{a}: {b}",
    '{{"{a}": "{b}"}},',
    "INSERT INTO t VALUES ({a}, '{b}', 10);",
    "{a},{b},10",
    "{a}{b}",
    "The {a} is kept by the {b}.",
    "x = {a} + {b}",
    "return {a}",
)
BETWEEN = (
    "setup()",
    "run the whole test again",
    "assert total == 3",
    "| the same long cell | and the same |",
    "They are cheap to keep and to feed.",
    "}",
    "port: 80",
    "host: example",
    "",
    "- They are cheap to keep",
    "We rise again and again",
    "return first_value",
    "total = total + number",
)
MARKS = ("", "- ", "> ", "    ", "* ", "1. ", "  - ", "# ", "| ")
BEGINNINGS = (
    "Open the settings page",
    "Go to the admin view",
    "Go to the admin tab",
    "Find the old crab",
    "In the left tab",
    "Close it",
    "Wait for the nightly batch",
    "Wait for the admin batch",
    "Kept in a queue for later",
)
ENDS = (
    " and press save",
    " and cancel",
    " and press the other button",
    " as before, then wait",
    ": see above",
    "s are good",
    ".",
    " (again)",
    ", and press save",
)


def blocks(dice: Random) -> str:
    """Blocks with heads of one form and the same lines below each."""
    left, right, head = dice.choice(NAMES), dice.choice(NAMES), dice.choice(HEADS)
    other = dice.choice(HEADS) if dice.random() < 0.3 else head
    mark = dice.choice(MARKS)
    below = _below(dice, mark)
    lines = []
    for _ in range(dice.randint(3, 7)):
        form = head if dice.random() < 0.7 else other
        lines.append(mark + form.format(a=dice.choice(left), b=dice.choice(right)))
        lines += below if dice.random() < 0.9 else below[1:]
    return _framed(dice, lines, mark)


def one_by_one(dice: Random) -> str:
    """Lines of which each changes one part of the one before, as in a truth table."""
    columns = [dice.sample(dice.choice(NAMES), 3) for _ in range(dice.randint(2, 3))]
    parts = [dice.choice(column) for column in columns]
    between = dice.choice((" ", " | ", ", ", " - ", "; ", " are good "))
    mark = dice.choice(MARKS)
    below = _below(dice, mark)
    lines = []
    for _ in range(8):
        lines += [mark + between.join(parts) + (" |" if mark == "| " else ""), *below]
        place = dice.randrange(len(parts))
        parts[place] = dice.choice(columns[place])
    return _framed(dice, lines, mark)


def sentences(dice: Random) -> str:
    """Lines of a few beginnings that differ in much and a few ends, with the same lines below."""
    mark = dice.choice(MARKS)
    below = _below(dice, mark)
    beginnings, ends = dice.sample(BEGINNINGS, 3), dice.sample(ENDS, 2)
    lines = []
    for _ in range(dice.randint(4, 7)):
        close = " |" if mark == "| " else ""
        lines += [mark + dice.choice(beginnings) + dice.choice(ends) + close, *below]
    return _framed(dice, lines, mark)


def alike(dice: Random) -> str:
    """One of these."""
    return dice.choice((blocks, one_by_one, sentences))(dice)


def _below(dice: Random, mark: str) -> list[str]:
    inner = dice.choice(("", "  ", mark, "  - ", "    ", "> "))
    return [inner + dice.choice(BETWEEN) for _ in range(dice.choice((0, 0, 0, 1, 1, 2, 3, 4)))]


def _framed(dice: Random, lines: list[str], mark: str) -> str:
    text = "\n".join(lines) + "\n"
    if not mark or dice.random() < 0.3:
        return f"Look:\n\n```\n{text}```\nAnd then?"
    head = "| a | b |\n|---|---|\n" if mark == "| " and dice.random() < 0.5 else ""
    return f"Look:\n\n{head}{text}\nAnd then?"

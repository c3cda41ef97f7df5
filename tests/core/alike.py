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


PARTS = (
    *("", "dis", "re", "un", "You can re", "Never dis", "the main", "backup of the", "Ana: ", "$ "),
    *(
        "West",
        "The group of dogs",
        "100 ",
        "100, 101, ",
        "echo ",
        "P(A",
        "P(A | B",
        "cat x | sort | ",
    ),
    *(
        "Again:",
        "Option ",
        "Pets",
        "pre",
        "x = ",
        "# ",
        "name: ",
        "| || ",
        "server a",
        "In the end, ",
    ),
)
SHARED = (
    *(
        "connect the cable",
        " are good for you and me",
        " server a:",
        " London: thirty points in all",
    ),
    *(
        " | the same long cell |",
        ") | the chance of it | x |",
        " |",
        "",
        " - dogs are cheap to keep",
    ),
    *("101 102 103 104 105", "the dogs and the cats are here", "- and afternoon are free", ":"),
    *("1. Row the boat for a while", "Wash it well and dry it well.", "**bold words of a kind**"),
)
LEADS = (
    *(
        "",
        "- ",
        "* ",
        "> ",
        "1. ",
        "2. ",
        "3. ",
        "7) ",
        "a) ",
        "• ",
        "– ",
        "  - ",
        "   2. ",
        "    ",
    ),
    *("- [ ] ", "- [x] ", "| ", "| a | ", "> 2. ", "## ", "+ ", "\t"),
)
REMARKS = (
    *("1. catch it first", "2. wash it well", "3. dry it very well", "4. let it go again"),
    *(
        "   1. catch it first",
        "   2. wash it well",
        "   3. dry it very well",
        "",
        "- a point of it",
    ),
    *("Again:", "| the same long cell | and the same |", "| x | y |", "> We rise again and again"),
    *(
        "    port: 8080 for all",
        "    host: localhost here",
        "  - check the cables",
        "They are cheap.",
    ),
    *("\t\tvalue one is here", "\t\tvalue two is here", "|---|---|", "|---|---|---|", "## Steps"),
)


def crossed(dice: Random) -> str:
    """A line that ends as the one before it and begins as the one after it, remarks in between.

    The worst that a joint can meet: cut within the second line, what follows begins with all
    the words around the end of a line that came last, and each of them is meant.
    """
    other, lead = dice.choice(LEADS), dice.choice(LEADS)
    one, other_one = dice.sample(SHARED, 2)
    shared = one + dice.choice(("", "", " ", " |", other_one))
    begin = lead + dice.choice(PARTS) + dice.choice(("", "", " ", dice.choice(PARTS)))
    first = dice.choice((other, lead)) + dice.choice(PARTS) + shared
    remarks = sorted(dice.sample(REMARKS, dice.randint(0, 5)))
    between = remarks if dice.random() < 0.7 else dice.sample(remarks, len(remarks))
    above = dice.sample(REMARKS, dice.randint(0, 2))
    lines = [*above, first, *between, begin + shared, *between, begin + dice.choice(ENDS)]
    text = "\n".join(lines) + "\n"
    is_prose = not any(line and _is_marked(line) for line in (first, *between, begin))
    if is_prose or dice.random() < 0.2:
        return f"Look:\n\n```\n{text}```\nAnd then?"
    widths = {line.count("|") for line in (first, begin + shared)} - {0}
    bars = max(widths, default=0) if dice.random() < 0.3 else min(widths, default=0)
    head = "| a " * (bars - 1) + "|\n" + "|---" * (bars - 1) + "|\n" if bars > 1 else ""
    return f"Look:\n\n{head}{text}\nAnd then?"


def _is_marked(line: str) -> bool:
    """Whether a line is not one of running text, for which the rule names what it cannot see."""
    return line.startswith(tuple(filter(None, LEADS))) or "|" in line


def alike(dice: Random) -> str:
    """One of these."""
    return dice.choice((blocks, one_by_one, sentences, crossed))(dice)


def _below(dice: Random, mark: str) -> list[str]:
    inner = dice.choice(("", "  ", mark, "  - ", "    ", "> "))
    return [inner + dice.choice(BETWEEN) for _ in range(dice.choice((0, 0, 0, 1, 1, 2, 3, 4)))]


def _framed(dice: Random, lines: list[str], mark: str) -> str:
    text = "\n".join(lines) + "\n"
    if not mark or dice.random() < 0.3:
        return f"Look:\n\n```\n{text}```\nAnd then?"
    head = "| a | b |\n|---|---|\n" if mark == "| " and dice.random() < 0.5 else ""
    return f"Look:\n\n{head}{text}\nAnd then?"

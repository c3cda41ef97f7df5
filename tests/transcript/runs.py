"""Markdown with long runs: each kind of run in each place where it can stand.

A kind is drawn apart from the others, so that a table of what was tried shows each of them;
`mixed` puts several into one document.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hq_tui.ui.transcript.entries import Entry, Prose, Role
from hq_tui.ui.transcript.entry_view import EntryView
from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown.state import WorkBudget

LENGTHS = (1, 7, 80, 700, 1_990, 2_047, 2_049, 3_000, 4_200, 8_192, 9_000)
"""How long a run is: short, and on both sides of every length at which a step ends."""

ENOUGH = 10**9

_ALPHABETS = {
    "blanks": " ",
    "tabs": "\t",
    "other blanks": "\u00a0\u3000\u2003",
    "blank lines": "\n",
    "lines of blanks": " \n",
    "carriage returns": "\r",
    "quotes": ">",
    "spaced quotes": "> ",
    "dashes": "-",
    "equals signs": "=",
    "hashes": "#",
    "ticks": "`",
    "tildes": "~",
    "pipes": "|",
    "stars": "*",
    "underscores": "_",
    "brackets": "[]()!",
    "opening brackets": "[",
    "dollars": "$",
    "backslashes": "\\",
    "angles": "<>",
    "ampersands": "&#;",
    "wide letters": "漢字かなカナ한글，。「」",
    "combining marks": "e\u0301\u0300\u0323",
    "only combining marks": "\u0301\u20dd",
    "emoji": "🎉👍🙂🚀",
    "flags": "🇩🇪🇫🇷",
    "joined emoji": "👩\u200d💻\ufe0f\U0001f3fd",
    "right to left": "שלום עליכםمرحبا",
    "controls": "\x00\x07\x1b\x7f\x9b\x0b",
    "zero width": "\u200b\u200d\u2060\ufeff\u202e",
    "separators": "\u2028\u2029",
    "halves of pairs": "\ud800\udc00",
    "one long word": "x",
    "words": "one two three, ",
}

_REPEATED = {
    "list markers": "- ",
    "numbers of lists": "1. ",
    "items": "- item\n",
    "tasks": "- [ ] task\n",
    "numbered items": "3) item\n",
    "lines": "line of it\n",
    "hard breaks": "line  \n",
    "quoted lines": "> quoted\n",
    "code lines": "    code = 1\n",
    "emphasis": "*a* **b** ***c*** ",
    "open emphasis": "*a **b ",
    "emphasis in CJK": "是**「重要」**的。**“你好”**。",
    "code spans": "`a` ``b`` ",
    "links": "[a](https://a.example/b_c) ",
    "addresses": "https://a.example/very/long_path?q=1&r=2 ",
    "one address": "https://a.example/" + "path/" * 40,
    "tags": "<b>x</b><br>",
    "formulas": r"$x_1$ \(y^2\) ",
    "open formulas": r"\( $a $$ ",
    "displayed formulas": "$$\na\n+ b\n$$\n\n",
    "prices": "$5 and $10, ",
    "entities": "&amp;&#x1b;&nbsp;",
    "fences": "```py\nx = 1\n```\n",
    "open fences": "```py\n",
    "fences in fences": "```md\n```sh\nls\n```\n```\n\n",
    "rows of tables": "| a | b |\n",
    "rules": "---\n\n",
    "headings": "# Head\n",
    "underlined headings": "Head\n====\n",
    "images": "![a](b) ",
    "definitions": "[a]: /b\n",
}


def _nested_items(random: Random, length: int) -> str:
    return "".join("  " * level + "- in\n" for level in range(min(length, 90)))


def _nested_quotes(random: Random, length: int) -> str:
    return "".join("> " * level + "in\n" for level in range(min(length, 90)))


def _nested_both(random: Random, length: int) -> str:
    return "".join(random.choice(("> ", "- ", "1. ")) for _ in range(min(length, 120))) + "in"


def _wide_table(random: Random, length: int) -> str:
    wide = min(1 + length // 8, 70)
    cells = "| cell " * wide + "|\n"
    return f"{cells}{'|---' * wide}|\n{cells * 3}"


def _tall_table(random: Random, length: int) -> str:
    cell = random.choice(("x", "a<br>b", "**「重」**", "`a|b`", "$x_1$", "https://a.example/b"))
    row = f"| {cell} | y |\n"
    return "| a | b |\n|---|--:|\n" + row * (1 + length // len(row))


def _big_cells(random: Random, length: int) -> str:
    return (
        "| a | b |\n|---|---|\n| " + "word " * (length // 5) + "| " + "漢字" * (length // 4) + "|\n"
    )


_MADE: dict[str, Callable[[Random, int], str]] = {
    "nested items": _nested_items,
    "nested quotes": _nested_quotes,
    "nested both": _nested_both,
    "wide tables": _wide_table,
    "tall tables": _tall_table,
    "big cells": _big_cells,
}

KINDS = (*_ALPHABETS, *_REPEATED, *_MADE, "mixed")
"""Every kind of run."""

PLACES = {
    "alone": ("", ""),
    "beginning a paragraph": ("before\n\n", "after"),
    "in a paragraph": ("before ", " after"),
    "under a line": ("before\n", "\nafter"),
    "in an item": ("- before\n- ", " after\n- more"),
    "under an item": ("- before\n\n  ", "\n\n  after"),
    "behind an item": ("- before\n", "\nafter"),
    "in a quote": ("> before\n> ", " after"),
    "in code": ("before\n\n```py\n", "\n```\n\nafter"),
    "in a cell": ("| before | b |\n|---|---|\n| ", " | after |\n| x | y |"),
    "under a table": ("| before | b |\n|---|---|\n| x | y |\n", "\n\nafter"),
    "in emphasis": ("before **", "** after"),
    "in a heading": ("before\n\n# ", "\n\nafter"),
    "in a link": ("before [", "](https://a.example) after"),
    "ending a line": ("before", "\n\nafter"),
}
"""Where a run stands: what comes before it and what behind."""


def run(kind: str, random: Random, length: int) -> str:
    """A run of `kind`, about `length` characters long."""
    if kind == "mixed":
        kinds = [random.choice(KINDS[:-1]) for _ in range(6)]
        return random.choice(("", " ", "\n", "\n\n")).join(
            run(one, random, random.choice((1, 3, 20, 200, length // 4))) for one in kinds
        )
    if kind in _MADE:
        return _MADE[kind](random, length)
    if kind in _REPEATED:
        unit = _REPEATED[kind]
        return unit * max(1, length // len(unit))
    letters = _ALPHABETS[kind]
    if len(letters) == 1 or random.random() < 0.5:
        return (letters * (1 + length // len(letters)))[:length]
    return "".join(random.choice(letters) for _ in range(length))


def document(kind: str, place: str, random: Random, length: int) -> str:
    """A run of `kind` in `place`."""
    before, after = PLACES[place]
    return before + run(kind, random, length) + after


def drawn(text: str, width: int, cuts: list[int], *, budget: int = ENOUGH) -> list[TextRow]:
    """The rows of a reply of `text` that was drawn at each of `cuts` while it came."""
    view = EntryView(width)
    for cut in [*cuts, len(text)]:
        entry = reply(text[:cut], still_open=cut < len(text))
        view.done = False
        while not view.done:
            view.update(entry, WorkBudget(budget), _nothing_is_open)
    view.update(reply(text, still_open=False), WorkBudget(ENOUGH), _nothing_is_open)
    return [view.row(row) for row in range(view.height)]


def reply(text: str, *, still_open: bool) -> Entry:
    """A reply of `text`."""
    parts = (Prose(text=text),)
    return Entry(key="a1", role=Role.ASSISTANT, turn=1, parts=parts, open=still_open)


def _nothing_is_open(_part: int) -> bool:
    return False

"""Texts that repeat themselves on purpose, and texts that never do."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from hq_tui.core.resume.boundary import ENOUGH

VOCABULARY = (
    "the a of and to in that it is was for on you with as they be at have this from or had by "
    "question answer server reader river mountain because although measured slowly seventeen "
    "kept belief evidence opposite number walking talking football ball market remember"
).split()

REFRAINS = (
    "Row, row, row your boat,",
    "Gently down the stream.",
    "Oh when the saints go marching in",
    "All of us sing now.",
    "Sing it now.",
    "La la la la la la la la la.",
    "All work and no play makes Jack a dull boy.",
    "And so it goes.",
)
STUTTERS = ("very ", "round and ", "ha", "no, ", "- ", "=", "1, 2, ")
CELLS = ("a", "yes", "no", "in stock", "the same long cell", "the other long cell", "12")
CODE = (
    "    self.assertEqual(first, second)",
    "    self.assertEqual(third, second)",
    "    counter.increment()",
    "    total += 1",
    "for each in range(10):",
    "    print(each)",
    "",
)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(VOCABULARY), min_size=3, max_size=14))
    end = draw(st.sampled_from((". ", ".\n", ".\n\n", "? ", ", ")))
    return " ".join(words).capitalize() + end


def is_chained(text: str) -> bool:
    """Whether a clause ends as the one before it and begins as the one after it."""
    clauses = [clause for clause in re.split(r"[.,?\n]\s*", text) if clause]
    triples = zip(clauses, clauses[1:], clauses[2:], strict=False)
    return any(_same(a[::-1], b[::-1]) + _same(b, c) > ENOUGH - 6 for a, b, c in triples)


def _same(left: str, right: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 99)


def prose() -> st.SearchStrategy[str]:
    """Running text, but for the one kind that the rule for echoes says it cannot see."""
    made = st.lists(sentences(), min_size=1, max_size=25).map("".join)
    return made.filter(lambda text: not is_chained(text))


@st.composite
def numbered(draw: st.DrawFn) -> str:
    count = draw(st.integers(5, 200))
    width, row = draw(st.sampled_from((0, 8))), draw(st.integers(3, 12))
    words = [f"{n:08d}" if width else f"w{n}" for n in range(1, count + 1)]
    return "\n".join(" ".join(words[i : i + row]) for i in range(0, count, row))


def refrains() -> st.SearchStrategy[str]:
    lines = st.lists(st.sampled_from(REFRAINS), min_size=2, max_size=16)
    return st.tuples(lines, st.sampled_from(("\n", " ", "\n\n"))).map(lambda t: t[1].join(t[0]))


@st.composite
def tables(draw: st.DrawFn) -> str:
    columns = draw(st.integers(2, 4))
    row = st.lists(st.sampled_from(CELLS), min_size=columns, max_size=columns)
    kinds = draw(st.lists(row, min_size=1, max_size=3))
    rows = draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=10))
    head = ["name", *["value"] * (columns - 1)]
    lines = [head, ["---"] * columns, *rows]
    return "Here:\n\n" + "".join("| " + " | ".join(one) + " |\n" for one in lines) + "\nAnd then?"


@st.composite
def code(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.sampled_from(CODE), min_size=2, max_size=15))
    language = draw(st.sampled_from(("", "python")))
    return f"Look:\n\n```{language}\n" + "\n".join(lines) + "\n```\n\nWhat does it print?"


@st.composite
def stutters(draw: st.DrawFn) -> str:
    word = draw(st.sampled_from(STUTTERS))
    return "It was " + word * draw(st.integers(2, 40)) + "long ago."


def repetitive() -> st.SearchStrategy[str]:
    """Texts in which the same words stand more than once and are meant so."""
    return st.one_of(refrains(), tables(), code(), stutters())


def any_text() -> st.SearchStrategy[str]:
    return st.one_of(prose(), numbered(), repetitive())

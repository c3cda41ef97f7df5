"""What people read is in plain words: help, errors, README, docs, and first lines of docstrings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq_tui.cli.parser import COMMANDS, app_parser, command_parser
from tools.survey import ROOT

ODD = re.compile(
    r"\b(?:nobody|whoever|somebody|anybody|anew|borne|mend|mends|mended|stands)\b"
    r"|is there already|at that place|for programs|take one away",
    re.IGNORECASE,
)
"""Words and phrases that send a reader back to the start of the sentence."""
RIDDLES = re.compile(r"(?:How|Wh(?:at|atever|en|ere|ether|ich|o|om|ose|y))\b(?!.*\?)")
"""The beginnings of docstrings that do not say what the thing is or does."""
ERRORS = frozenset({"HqError", "UsageError", "CredentialsError", "Failure"})

Piece = tuple[str, str]


def help_texts() -> Iterator[Piece]:
    yield "hq-tui --help", app_parser().format_help()
    for name in COMMANDS:
        yield f"hq-tui {name} --help", command_parser(name).format_help()


def error_texts(path: Path) -> Iterator[Piece]:
    """Every literal text inside a call that makes an error."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ERRORS:
            for part in ast.walk(call):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield f"{path.relative_to(ROOT)}:{part.lineno}", part.value


def pages() -> Iterator[Piece]:
    """Each page for readers, without what it shows of a session: those words are a person's."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        shown = re.compile(r"^```markdown\n.*?^```$", re.DOTALL | re.MULTILINE)
        yield path.name, shown.sub("", path.read_text("utf-8"))


def docstrings(path: Path) -> Iterator[Piece]:
    """Those of modules, classes and functions, and those below an attribute."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text), lineno=line)):
                yield f"{path.relative_to(ROOT)}:{line}", text


def modules() -> list[Path]:
    return sorted((ROOT / "hq_tui").rglob("*.py"))


def odd_in(pieces: Iterator[Piece]) -> list[str]:
    return [f"{where}: {found[0]}" for where, text in pieces for found in ODD.finditer(text)]


def riddles_in(paths: list[Path]) -> list[str]:
    found = (piece for path in paths for piece in docstrings(path))
    return [f"{where}: {text}" for where, text in found if RIDDLES.match(text)]


def test_no_help_text_has_an_odd_word() -> None:
    assert odd_in(help_texts()) == []


def test_no_error_has_an_odd_word() -> None:
    assert odd_in(piece for path in modules() for piece in error_texts(path)) == []


def test_no_page_for_readers_has_an_odd_word() -> None:
    assert odd_in(pages()) == []


def test_every_docstring_begins_with_what_the_thing_is_or_does() -> None:
    assert riddles_in(modules()) == []


@pytest.mark.parametrize(
    "line", ["mend a terminal after a kill", "hunter.py is there already", "how silence is borne"]
)
def test_an_odd_word_would_be_found(line: str) -> None:
    """The sabotage twin."""
    assert odd_in(iter([("a page", line)]))


def test_a_riddle_and_an_odd_error_would_be_found() -> None:
    """The sabotage twin of those that read code."""
    path = ROOT / "tests/data/riddles.py"
    assert len(riddles_in([path])) == 3
    assert len(odd_in(error_texts(path))) == 1

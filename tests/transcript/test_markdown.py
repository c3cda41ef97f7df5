"""Markdown is drawn the way people expect, and nothing in it is swallowed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from hq_tui.terminal.ascii_filter import AsciiFilter
from hq_tui.ui.transcript import glyphs
from hq_tui.ui.transcript.layout.rows import TextRow, TextStyle
from hq_tui.ui.transcript.markdown import code
from hq_tui.ui.transcript.markdown import parser as markdown
from tests.transcript.drawing import at_once, shown

markdown.load()


def style_of(text: str, word: str, width: int = 60) -> TextStyle:
    """How `word` looks in `text`."""
    for row in at_once(text, width):
        for span, style in row.coloured:
            if word in span:
                return style
    raise AssertionError(f"{word} is not shown")


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("# Head\ntext", ["Head", "text"]),
        ("Head\n====\n\ntext", ["Head", "", "text"]),
        ("one\ntwo", ["one two"]),
        ("one  \ntwo", ["one", "two"]),
        ("a\n\nb", ["a", "", "b"]),
        ("text:\n- a\n- b", ["text:", "• a", "• b"]),
        ("- a\n\n- b", ["• a", "", "• b"]),
        ("- a\n  - b\n    - c\n- d", ["• a", "  • b", "    • c", "• d"]),
        ("9. nine\n1. ten", ["9. nine", "10. ten"]),
        ("- [ ] open\n- [x] done", ["• ☐ open", "• ☑ done"]),
        ("- a\n\n  second", ["• a", "", "  second"]),
        ("> said\n> > again", ["▎ said", "▎", "▎ ▎ again"]),
        ("a\n\n---\n\nb", ["a", "", "─" * 20, "", "b"]),
        ("| a | b |\n|---|--:|\n| x | 10 |", ["a   │   b", "────┼────", "x   │  10"]),
        ("<b>bold</b> & <script>", ["<b>bold</b> &", "<script>"]),
        ("<div>\nblock\n</div>", ["<div> block </div>"]),
        ("[ref]\n\n[ref]: /x\n\n[^1]: n", ["[ref]", "", "[ref]: /x", "", "[^1]: n"]),
        ("![alt](p.png)", ["[image: alt] (p.png)"]),
        ("[a](http://x.y)", ["a (http://x.y)"]),
        ("<http://x.y>", ["http://x.y"]),
        ("```\na\n\n  b\n```", [" a", "", "   b"]),
        ("- item\n  ```\n  x\n  ```", ["• item", "", "   x"]),
        ("    indented", [" indented"]),
        ("", []),
        ("1) a\n2) b", ["1) a", "2) b"]),
        ("* * *\n* a", ["─" * 20, "", "• a"]),
    ],
)
def test_each_shape_has_its_picture(text: str, picture: list[str]) -> None:
    assert shown(text, 20) == picture


@pytest.mark.parametrize(
    ("text", "word", "style"),
    [
        ("**x1**", "x1", TextStyle(bold=True)),
        ("*x1*", "x1", TextStyle(italic=True)),
        ("***x1***", "x1", TextStyle(bold=True, italic=True)),
        ("~~x1~~", "x1", TextStyle(strike=True)),
        ("`x1`", "x1", TextStyle(role="code")),
        ("[x1](http://h)", "x1", TextStyle(role="link", underline=True, href="http://h")),
        ("# x1", "x1", TextStyle(role="heading", bold=True, underline=True)),
        ("```python\ndef x1(): pass\n```", "def", TextStyle(role="keyword")),
        ("```nosuchlanguage\ndef\n```", "def", TextStyle(role="block")),
        ("> x1", "x1", TextStyle()),
    ],
)
def test_each_look_has_its_style(text: str, word: str, style: TextStyle) -> None:
    assert style_of(text, word) == style


def test_the_language_stands_in_the_corner_of_its_code() -> None:
    row = at_once("```python\nx\n```", 30)[0]
    assert row.text.endswith(" python ")
    assert len(row.text) == 30


def test_code_is_wrapped_and_not_cut() -> None:
    drawn = shown("```\n" + "0123456789" * 5 + "\n```", 22)
    assert "".join(drawn).replace(" ", "") == "0123456789" * 5


def test_a_table_wraps_its_cells_and_stays_in_its_width() -> None:
    drawn = shown("| one | two |\n|---|---|\n| " + "many words " * 6 + "| short |", 30)
    assert max(map(len, drawn)) <= 30
    assert sum(line.count("words") for line in drawn) == 6


def test_cells_beyond_the_last_column_are_not_lost() -> None:
    assert "surplus" in "\n".join(shown("| a | b |\n|---|---|\n| x | y | surplus |"))


def test_an_entity_cannot_bring_in_what_the_terminal_must_not_see() -> None:
    text = "".join(shown("a&#x202e;b&#10;c&#27;d&#x9b;e&ZeroWidthSpace;f"))
    assert not any(character in text for character in "\u202e\u200b\x1b\x9b\n")


@pytest.mark.parametrize("width", [1, 2, 3, 5, 9, 13])
def test_the_narrowest_screens_show_every_word(width: int) -> None:
    text = "> - 1. deep words\n>   - here\n\n| a | b |\n|---|---|\n| c | d |\n\n```py\ncode\n```"
    drawn = "".join("".join(shown(text, width)).split())
    assert all(word in drawn for word in ("deep", "words", "here", "c", "d", "code"))


def test_a_terminal_without_the_signs_gets_letters_in_the_same_columns() -> None:
    drawn = shown("- a\n- [x] b\n- [ ] c\n\n> d\n\n| e | f |\n|---|---|\n\n---", 20)
    plain = [on_a_plain_terminal(line) for line in drawn]
    assert "".join(plain).isascii()
    assert [len(line) for line in plain] == [cell_len(line) for line in drawn]
    assert {"- x b", "- o c"} <= {line.rstrip() for line in plain}


def test_signs_that_mean_different_things_stay_apart_on_a_plain_terminal() -> None:
    signs = {name: sign for name, sign in vars(glyphs).items() if name.isupper()}
    plain = {name: on_a_plain_terminal(sign) for name, sign in signs.items()}
    assert {(cell_len(sign), len(plain[name])) for name, sign in signs.items()} == {(1, 1)}
    assert "".join(plain.values()).isascii()
    for one, other in (("FOLDED", "UNFOLDED"), ("TASK", "DONE"), ("COLUMN", "CROSSING")):
        assert plain[one] != plain[other]


def on_a_plain_terminal(text: str) -> str:
    """`text` as it is drawn where the terminal has plain characters only."""
    return AsciiFilter().apply([Segment(text)], Color.parse("black"))[0].text


def test_rows_that_differ_are_not_equal() -> None:
    assert TextRow(spans=(("a", TextStyle()),)) != TextRow(spans=(("a", TextStyle(bold=True)),))


@given(st.text(st.sampled_from("ab .,:;!?-+#=|@$%^(){}\"'/>1日é\u00a0\t\n*_[]\\`~<&"), max_size=40))
def test_prose_without_formatting_is_what_the_parser_makes_of_it(content: str) -> None:
    without = markdown.inline(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown, "_FORMATTING", re.compile(""))
        assert markdown.inline(content) == without


class Careless:
    """A lexer that loses what it does not know."""

    def __init__(self, tokens: list[tuple[object, str]]) -> None:
        self.tokens = tokens

    def get_tokens(self, _code: str) -> Iterator[tuple[object, str]]:
        yield from self.tokens
        if not self.tokens:
            raise RecursionError


@pytest.mark.parametrize("tokens", [[], [("x", "one ")], [("x", "one two\n")]])
def test_no_lexer_costs_a_word(
    monkeypatch: pytest.MonkeyPatch, tokens: list[tuple[object, str]]
) -> None:
    monkeypatch.setattr(code, "_lexer", lambda _language: Careless(tokens))
    rows = at_once("```careless\none two\nthree four five six\n```", 12)
    assert ["".join(text for text, _ in row.coloured).strip() for row in rows[1:]] == [
        "one two", "three four", "five six",
    ]  # fmt: skip

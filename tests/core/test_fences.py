"""Code blocks are found in a text as they are on the screen, whoever asks."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from hq_tui.core.text.fences import code_blocks

PIECES = ("```", "~~~", "````", "```sh", "text", "  ```", "", "``", "``` x", "`a`")


@pytest.mark.parametrize("marks", ["```", "~~~", "````", "~~~~~"])
def test_a_block_ends_with_its_own_marks(marks: str) -> None:
    inside = "a\n``\n~~\n  b"
    (block,) = code_blocks(f"Before `x`.\n{marks}py\n{inside}\n{marks}\nAfter ``` it.")
    assert block.code == inside


def test_one_that_is_still_open_reaches_to_the_end() -> None:
    text = "Text\n```py\nx = 1\n"
    (block,) = code_blocks(text)
    assert (block.start, block.end, block.code) == (5, len(text), "x = 1")


def test_an_item_or_a_quote_gives_its_code_without_its_indent() -> None:
    text = "1. One\n   ```sh\n   ls\n     -l\n   ```\n> ~~~\n> q\n> ~~~"
    assert [block.code for block in code_blocks(text)] == ["ls\n  -l", "q"]


def test_without_fences_in_fences_blocks_are_those_of_commonmark() -> None:
    parser = MarkdownIt("commonmark")
    for number in range(len(PIECES) ** 4):
        lines, rest = [], number
        for _ in range(4):
            rest, piece = divmod(rest, len(PIECES))
            lines.append(PIECES[piece])
        text = "\n".join(lines)
        if text.count("```sh") > 1 or ("```sh" in text and not text.startswith("```sh")):
            continue
        tokens = parser.parse(text)
        expected = [token.content.rstrip("\n") for token in tokens if token.type == "fence"]
        assert [block.code.rstrip("\n") for block in code_blocks(text)] == expected, text

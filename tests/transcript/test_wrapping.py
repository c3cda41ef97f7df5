"""Wrapping keeps every character, and every row within its width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hq_tui.core.text.fences import code_blocks
from hq_tui.ui.transcript.heights import Heights
from hq_tui.ui.transcript.layout.rows import TextStyle
from hq_tui.ui.transcript.layout.wrap import wrap

TEXTS = st.text(alphabet="ab  日本e\u0301-", max_size=120)


@given(text=TEXTS, width=st.integers(2, 30))
def test_rows_joined_by_what_the_wrap_took_are_the_text(text: str, width: int) -> None:
    lines = wrap([(text, TextStyle())], width)
    joined = ""
    for number, line in enumerate(lines):
        joined += (line.join if number else "") + "".join(part for part, _ in line.spans)
    assert joined.replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert cell_len("".join(part for part, _ in line.spans).rstrip()) <= width


@given(text=TEXTS, width=st.integers(2, 30))
def test_what_the_wrap_took_is_what_stood_there(text: str, width: int) -> None:
    joined = ""
    for line in wrap([(text, TextStyle())], width):
        joined += line.join + "".join(part for part, _ in line.spans)
    assert joined.split() == text.split()


@given(first=TEXTS, second=TEXTS, width=st.integers(2, 30))
def test_only_the_last_row_depends_on_what_comes_next(first: str, second: str, width: int) -> None:
    whole = wrap([(first + second, TextStyle())], width)
    begun = wrap([(first, TextStyle())], width)
    ahead = wrap([*begun[-1].spans, (second, TextStyle())], width)
    text = ["".join(part for part, _ in line.spans).rstrip() for line in [*begun[:-1], *ahead]]
    assert text == ["".join(part for part, _ in line.spans).rstrip() for line in whole]


@given(
    heights=st.lists(st.integers(1, 9), min_size=1, max_size=40),
    added=st.lists(st.integers(1, 9), max_size=20),
    changes=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 30)), max_size=20),
    kept=st.integers(1, 60),
)
def test_sums_of_heights_are_sums(
    heights: list[int], added: list[int], changes: list[tuple[int, int]], kept: int
) -> None:
    plain, sums = list(heights), Heights(heights)
    for height in added:
        plain.append(height)
        sums.append(height)
    for index, height in changes:
        if index < len(plain):
            sums.change(index, height)
            plain[index] = height
    del plain[kept:]
    sums.truncate(kept)
    assert (len(sums), sums.total) == (len(plain), sum(plain))
    assert [sums.start(index) for index in range(len(plain))] == [
        sum(plain[:index]) for index in range(len(plain))
    ]
    row = 0
    for index, height in enumerate(plain):
        assert sums.locate(row) == (index, 0)
        assert sums.locate(row + height - 1) == (index, height - 1)
        row += height


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("no code", []),
        ("```\na\n```", ["a"]),
        ("```py\na\n\nb\n```\ntext\n~~~\nc\n~~~", ["a\n\nb", "c"]),
        ("- item\n  ```\n  x\n    y\n  ```", ["x\n  y"]),
        ("````\n```\n````", ["```"]),
        ("```\nopen", ["open"]),
        ("> ```\n> q\n> ```", ["q"]),
    ],
)
def test_code_is_found_in_its_text(text: str, codes: list[str]) -> None:
    assert [block.code for block in code_blocks(text)] == codes

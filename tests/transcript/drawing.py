"""Drawing Markdown without a screen: at once, and in pieces."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from hypothesis import strategies as st

from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown.plain import PlainStream
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.markdown.stream import MarkdownStream

ENOUGH = 10**9


def rows(stream: MarkdownStream | PlainStream) -> list[TextRow]:
    """All rows of `stream`."""
    return [stream.row(index) for index in range(stream.height)]


def at_once(text: str, width: int = 60, *, final: bool = True) -> list[TextRow]:
    """The rows of `text`, drawn in one go."""
    stream = MarkdownStream(width)
    assert stream.update(text, len(text), WorkBudget(ENOUGH), final=final)
    return rows(stream)


def in_pieces(
    text: str, sizes: Iterable[int], width: int = 60, *, final: bool = True, budget: int = ENOUGH
) -> list[TextRow]:
    """The rows of `text`, drawn again after every piece."""
    stream = MarkdownStream(width)
    place = 0
    sizes = list(sizes)
    # Some eighty pieces say as much as a thousand of the same long text.
    stride = 1 + len(text) * len(sizes) // (80 * sum(sizes))
    for size in itertools.cycle(sizes):
        place = min(len(text), place + size * stride)
        while not stream.update(text[:place], place, WorkBudget(budget), final=False):
            pass
        if place == len(text):
            break
    while not stream.update(text, len(text), WorkBudget(budget), final=final):
        pass
    return rows(stream)


def shown(text: str, width: int = 60) -> list[str]:
    """What the rows of `text` look like, without colours."""
    return [row.text.rstrip() for row in at_once(text, width)]


_INLINE = st.sampled_from(
    [
        "word",
        "two words",
        "*em*",
        "**strong**",
        "`code`",
        "~~gone~~",
        "[label](https://a.example)",
        "<b>tag</b>",
        "a | b",
        "&amp;",
        "&#x202e;",
        "\\*",
        "*open",
        "`open",
        "[open",
        "![pic](x.png)",
        "日本語のテキスト",
        "naïve café",
        "https://plain.example/with_under_score",
        "12.",
        "- dash",
        "> sign",
        "[ref][1]",
        "  \n",
        "\\\n",
        "# hash",
        "x" * 90,
        "snake_case_name",
        "e\u0301",
        "👩\u200d💻",
    ]
)
_LINE = st.lists(_INLINE, min_size=1, max_size=6).map(" ".join)
_LEAD = st.sampled_from(
    [
        "",
        "",
        "",
        "# ",
        "## ",
        "- ",
        "- ",
        "  - ",
        "* ",
        "1. ",
        "7) ",
        "> ",
        "> > ",
        "- [ ] ",
        "    ",
        "   ",
        "  ",
        "| ",
        "---",
        "===",
        "***",
        "+ ",
        "\t",
    ]
)
_LINES = st.tuples(_LEAD, _LINE).map("".join)
_FENCE = st.tuples(
    st.sampled_from(["```", "```python", "~~~", "````text", "  ```json", "- ```sh"]),
    st.lists(
        st.one_of(_LINE, st.sampled_from(["def f(x):", '"""', "", "    return 1", "``"])),
        max_size=8,
    ),
    st.sampled_from(["```", "```", "~~~", "````", "  ```", ""]),
).map(lambda parts: "\n".join([parts[0], *parts[1], parts[2]]))
_TABLE = st.tuples(
    st.sampled_from(
        ["| a | b |\n|---|:-:|", "a | b | c\n--|--:|--", "| a |\n|---|", "| a | b |\n|---|"]
    ),
    st.lists(_LINE.map(lambda line: f"| {line} | x |"), max_size=12),
).map(lambda parts: "\n".join([parts[0], *parts[1]]))
_RULES = st.sampled_from(["", "", "---", "***", "===", "[1]: https://a.example", "[^1]: note"])
_LONG = st.tuples(_LINE, st.integers(30, 120)).map(lambda pair: " ".join([pair[0]] * pair[1]))
_MANY = st.tuples(_LEAD, _LINE, st.integers(20, 80)).map(
    lambda many: "\n".join([many[0] + many[1]] * many[2])
)
_BLOCK = st.one_of(_LINES, _LINES, _LINES, _LINES, _RULES, _RULES, _FENCE, _TABLE, _LONG, _MANY)

DOCUMENTS = st.lists(
    st.tuples(_BLOCK, st.sampled_from(["\n", "\n", "\n\n", "\n \n"])), max_size=14
).map(lambda blocks: "".join(block + end for block, end in blocks).expandtabs(4))
"""Markdown with all its shapes, whole and broken, next to each other in any order."""

CUTS = st.lists(
    st.one_of(st.integers(1, 12), st.integers(1, 80), st.integers(1, 900)), min_size=1, max_size=9
)
"""The sizes of the pieces that a text arrives in, over and over."""

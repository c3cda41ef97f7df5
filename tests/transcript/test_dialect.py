"""What replies have beyond CommonMark is read the way it is meant, and nothing else changes."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from hq_tui.core.text.fences import code_blocks
from hq_tui.ui.transcript.layout.rows import TextStyle
from hq_tui.ui.transcript.markdown import parser as markdown
from tests.transcript.drawing import at_once, shown

markdown.load()


def looks(text: str, width: int = 60) -> list[tuple[str, TextStyle]]:
    """The spans of a text that are not plain."""
    return [span for row in at_once(text, width) for span in row.spans if span[1] != TextStyle()]


@pytest.mark.parametrize(
    "text",
    [
        r"Take \(S_n\) and the set $\{1,2\}$ with $y_1 \, y_2$.",
        r"so $a*b*c$ and $\alpha_{1}^{2}$, $x$-axis, ($x_1$)",
        r"in $$ \sum_{i=1}^n x_i $$ a line",
        r"设$x_1$为$y_1$。",
        r"\[ x_1 = y_1 * z * 2 \]",
        r"$$E = mc^2$$",
        r"a \(f(x) = \text{a } \* b\) formula",
        r"$\$5$ and $n!$",
    ],
)
def test_a_formula_stands_as_it_came(text: str) -> None:
    assert shown(text, 90) == [text]
    assert looks(text, 90) == []


@pytest.mark.parametrize(
    "body",
    [
        "A_{ij} = \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}",
        "a\n+ b\n- c\n= d",
        "  x_1 &= 1 \\\\\n  # y &= *2*",
    ],
)
@pytest.mark.parametrize(("opening", "closing"), [("$$", "$$"), ("\\[", "\\]")])
def test_a_displayed_formula_stands_on_its_lines(opening: str, closing: str, body: str) -> None:
    text = f"Before:\n{opening}\n{body}\n{closing}\nafter *it*"
    assert shown(text) == ["Before:", opening, *body.split("\n"), closing, "after it"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It costs $5 or $7 *now*.", "now"),
        ("between $5 and **$10**", "$10"),
        ("**$5** and **10$**, or **5$**", "$5"),
        ("US$5, *A$7* and C$9", "A$7"),
        ("$5k and $10k, *each*", "each"),
        ("`$HOME` and *`$PATH`* $x", "$PATH"),
        ("an open $formula and *emphasis*", "emphasis"),
    ],
)
def test_prices_are_no_formulas(text: str, words: str) -> None:
    assert words in [span for span, _ in looks(text)]


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("这是**“你好”**。", ["“你好”"]),
        ("これは**「重要」**な点です。", ["「重要」"]),
        ("这是**我想做的事。**所以继续。", ["我想做的事。"]),
        ("그는 **“네”**라고 했다", ["“네”"]),
        ("**（注）**もし", ["（注）"]),
        ("**a**は**b**", ["a", "b"]),
        ("说：**“一”**、**“二”**。", ["“一”", "“二”"]),
        ("テスト**“a”**と**`b`**。", ["“a”"]),
    ],
)
def test_bold_may_stand_beside_the_punctuation_of_the_east(text: str, bold: list[str]) -> None:
    found = looks(text)
    assert [words for words, style in found if style.bold and style.role == "text"] == bold
    assert not any("*" in row.text for row in at_once(text))


def test_a_break_in_a_cell_breaks_the_line_and_elsewhere_is_a_tag() -> None:
    table = "| Step | What |\n|---|---|\n| 1 | open it<br>close it<br/>wait<BR /> `<br>` |"
    cells = [line.partition("│ ")[2] for line in shown(f"{table}\n\nA <br> tag.")]
    assert cells[:6] == ["What", "", "open it", "close it", "wait", "<br>"]
    assert shown(f"{table}\n\nA <br> tag.")[-1] == "A <br> tag."


LONG = "https://example.org/" + "a-long/path_of/it/" * 9 + "?q=1&r=(2)"


@pytest.mark.parametrize("width", [7, 24, 60])
@pytest.mark.parametrize(
    "text",
    [
        f"See {LONG}, and more.",
        f"({LONG})",
        f"参照：{LONG}。続き",
        f"[words of a label]({LONG})",
        f"<{LONG}>",
        f"**{LONG}**",
        f"- item {LONG}",
        f"| a |\n|---|\n| {LONG} |",
    ],
)
def test_every_row_of_an_address_has_the_whole_of_it(text: str, width: int) -> None:
    rows = at_once(text, width)
    linked = [(words, style) for row in rows for words, style in row.spans if style.href]
    assert {style.href for _, style in linked} == {LONG}
    words = "".join(words for words, style in linked if style.role in ("link", "url"))
    assert LONG in re.sub(r"[ ()]", "", words) + words


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("www.example.org/x and me@example.org", ["https://www.example.org/x"]),
        ("`https://example.org/code` and http://", []),
        ("https://a.example/b. Next", ["https://a.example/b"]),
        ("«https://a.example/b»", ["https://a.example/b"]),
        ("见https://a.example/b，再", ["https://a.example/b"]),
        ("xhttps://a.example", []),
        ("https://a.example/x_(y)", ["https://a.example/x_(y)"]),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text: str, addresses: list[str]) -> None:
    assert [style.href for _, style in looks(text) if style.href] == addresses


NESTED = "Here:\n\n```markdown\n# Title\n```bash\nmake run\n```\nThen done.\n```\n\nWhat first?"


@pytest.mark.parametrize("lead", ["", "   ", "- ", "> "])
def test_a_fence_inside_a_fence_ends_with_its_own_mark(lead: str) -> None:
    rest = " " * len(lead) if lead != "> " else lead
    text = NESTED.replace("\n", f"\n{rest}").replace(f"\n{rest}```markdown", f"\n{lead}```markdown")
    assert shown(text)[-1].strip("▎ ") == "What first?"
    (block,) = code_blocks(text)
    assert block.code == "# Title\n```bash\nmake run\n```\nThen done."


SPEC = (
    "```\n<\n >\n```", "~~~\n<\n >\n~~~", "``\nfoo\n``", "```\naaa\n~~~\n```", "~~~\naaa\n```\n~~~",
    "````\naaa\n```\n``````", "~~~~\naaa\n~~~\n~~~~", "```", "`````\n\n```\naaa",
    "> ```\n> aaa\n\nbbb", "```\n\n  \n```", "```\n```", " ```\n aaa\naaa\n```",
    "  ```\naaa\n  aaa\naaa\n  ```", "   ```\n   aaa\n    aaa\n  aaa\n   ```", "    ```\n    aaa",
    "```\naaa\n  ```", "   ```\naaa\n  ```", "```\naaa\n    ```", "``` ```\naaa",
    "~~~~~~\naaa\n~~~ ~~", "foo\n```\nbar\n```\nbaz", "foo\n---\n~~~\nbar\n~~~\n# baz",
    "```ruby\ndef foo(x)\n  return 3\nend\n```", "~~~~   ruby start=3 $%@#$\ndef\nend\n~~~~~~~",
    "````;\n````", "``` aa ```\nfoo", "~~~ aa ``` ~~~\nfoo\n~~~", "```\n``` aaa\n```",
)  # fmt: skip
"""Texts like those with which the specification of CommonMark explains fences."""


@pytest.mark.parametrize("text", SPEC)
def test_other_fences_are_those_of_commonmark(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(text)
    expected = [token.content.removesuffix("\n") for token in tokens if token.type == "fence"]
    ours = [token for block in markdown.blocks(text) for token in block.tokens]
    found = [token.content.removesuffix("\n") for token in ours if token.type == "fence"]
    assert found == expected
    if not text.startswith(("    ", ">")):
        assert [block.code.removesuffix("\n") for block in code_blocks(text)] == expected


WESTERN = (
    "*a*", "**a** b", "a * b *", "*a b", "**a*b*c**", "a**b**c", "a_b_c", "_a_ __b__", "***a***",
    "a**\"b\"**", "**\"a\"**b", "*(**a**)*", "**a.**b", "x**.a**", "~~a~~", "\\*a\\*", "*é*b",
    "**«a»**b", "a[b](c)d", "<http://a.b>", "a  \nb", "&amp;", "![a](b)", "`a` ``b``", "$5 and $6",
)  # fmt: skip


@pytest.mark.parametrize("text", WESTERN)
def test_what_has_no_eastern_letters_and_no_formulas_is_commonmark(text: str) -> None:
    ours, theirs = markdown._parser(), MarkdownIt("commonmark", {"html": False})
    theirs.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])
    assert ours.render(text) == theirs.render(text)

"""What was said in Markdown, as HTML and as a part of a larger document."""

from __future__ import annotations

import html
import re
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from hq_tui.core.events import TextArrived
from hq_tui.core.text.sanitize import sanitise
from hq_tui.formats.export import session_as_markdown
from hq_tui.formats.fragment import contained
from hq_tui.formats.html import session_as_html
from hq_tui.formats.markdown import markdown_as_html
from tests.core.test_reducer import fold
from tests.sessions.samples import asked, begun, replied

# As HTML


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("3. three\n4. four", ('<ol> <li value="3"><p>three</p> </li>'
         ' <li value="4"><p>four</p> </li> </ol>')),
        ("- one\n  - *in*\n- two", ("<ul> <li><p>one</p> <ul> <li><p><em>in</em></p> </li> </ul>"
         " </li> <li><p>two</p> </li> </ul>")),
        ("- a\n  ```sh\n  if x\n    y\n  ```", ('<ul> <li><p>a</p> <pre data-language="sh">'
         '<code class="language-sh">if x   y </code></pre> </li> </ul>')),
        ("```py\n\tx < 1", ('<pre data-language="py"><code class="language-py">\tx &lt; 1'
         "</code></pre>")),
        ("> said\n> > twice", ("<blockquote> <p>said</p> <blockquote> <p>twice</p> </blockquote>"
         " </blockquote>")),
        ("**b** ~~s~~ `<c>`", "<p><strong>b</strong> <s>s</s> <code>&lt;c&gt;</code></p>"),
        ("[a](http://x/a%20b \"T\")", '<p>a<span class="to"> (http://x/a%20b “T”)</span></p>'),
        ("<http://x> [http://y](http://y)", "<p>http://x http://y</p>"),
        ("![cat](c.png)", '<p>cat<span class="to"> (c.png)</span></p>'),
        ("[x](javascript:1)", "<p>[x](javascript:1)</p>"),
        ("a  \nb\nc", "<p>a b c</p>"),
        ("# One\n## Two", "<h3>One</h3> <h4>Two</h4>"),
        ("[a]: http://x", "<p>[a]: http://x</p>"),
        ("<b onclick=x>", "<p>&lt;b onclick=x&gt;</p>"),
        ("a | b\nc", "<p>a | b c</p>"),
        ("|a|\n|-|\n|b|c|", "<pre>|a| |-| |b|c|</pre>"),
        (">" * 40 + " deep", f"<pre>{'&gt;' * 40} deep</pre>"),
    ],
)  # fmt: skip
def test_markdown_becomes_what_it_means(written: str, made: str) -> None:
    assert markdown_as_html(written).strip("\n").replace("\n", " ") == made


class Reader(HTMLParser):
    """The text of a page, and the values of attributes that stand for text."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += "".join(
            value or "" for name, value in attrs if name in ("value", "data-language")
        )

    def handle_data(self, data: str) -> None:
        self.text += data


PIECES = some.sampled_from((
    "<script>alert(1)</script>", "`<b>`", "**<i>**", "```", "~~~", "```sh x", "# ", "## 2. You",
    "===", "---", "- ", "1. ", "> ", "|a|b|", "|-|-|", "|c|d|e|", "[x](http://y \"z\")", "![p](q)",
    "<http://x>", "[r]: s", "[r]", "<!-- ", "<details>", "</div>", "<?x", "&lt;h2&gt;", "\\",
    "    ", "\t", "*a", "_b", "**c", "\n", "\n\n", "\r", "2. Claude", "\u2028", "<h2>1. You</h2>",
    "$x$", "`", "``", "&amp;copy;", "**2.** You", "a<br>b", "<b\nc>", "<a ", "\x00",
))  # fmt: skip
DOCUMENTS = some.lists(PIECES | some.text("ab|>-*#`~1. \n<", max_size=8), max_size=12).map("".join)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, html.unescape(html.unescape(text))))


@given(DOCUMENTS)
def test_every_letter_that_was_said_is_on_the_page(said: str) -> None:
    reader = Reader()
    reader.feed(markdown_as_html(said))
    assert letters(reader.text) == letters(sanitise(said))


# As a part of a document

SPEAKERS = ["1. You", "1. Claude", "2. You", "2. Claude"]


def document(first: str, answer: str, second: str = "And?", end: str = "Well.") -> str:
    """A session of two turns in Markdown."""
    events = [begun("a"), asked(first), *replied("", whole=False),
              TextArrived(index=0, text=answer), *replied("x")[-4:], asked(second),
              *replied("", whole=False), TextArrived(index=0, text=end)]  # fmt: skip
    return session_as_markdown(fold(*events))


def headings(text: str) -> list[tuple[str, str]]:
    """Tag and words of every heading, as a reader of Markdown sees them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [
        (token.tag, tokens[place + 1].content)
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def raw_html(text: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    every = [*tokens, *(child for token in tokens for child in token.children or ())]
    return [token.content for token in every if token.type.startswith("html")]


@given(DOCUMENTS, DOCUMENTS)
def test_no_message_can_speak_for_another(first: str, answer: str) -> None:
    text = document(first, answer)
    assert [words for tag, words in headings(text) if tag == "h2"] == SPEAKERS
    assert raw_html(text) == []
    for said in (first, answer):
        assert letters(contained(said)) == letters(said)


@pytest.mark.parametrize(
    "said",
    ["```python\nprint('half", "~~~\nx", "<details>\n<summary>", "<!-- ", "<script>", "<table><tr>",
     "<![CDATA[", "## 2. You\n\nI agree.", "2. You\n---", "2\\. You\n---", "<h2>2. You</h2>",
     "x\r## 2. You", "# 2. Claude", "> ## 2. Claude", "<b", "`<b> ``", "- ```\n  open"],
)  # fmt: skip
def test_a_message_closes_what_it_opened(said: str) -> None:
    for text in (document(said, "Why?"), document("Why?", said)):
        found = headings(text)
        assert [words for tag, words in found if tag == "h2"] == SPEAKERS
        below = [words for tag, words in found[1:] if tag != "h2"]
        assert not [words for words in below if words.endswith(("You", "Claude"))]
        assert raw_html(text) == []


@pytest.mark.parametrize(
    "said",
    ["a < b and c > d", "- one\n- two", "```sh\nls <x>\n```", "`<b>`", "<http://x>", "    <b>\n\nx",
     "**bold** #tag", "1. You", "You"],
)  # fmt: skip
def test_an_ordinary_message_stays_as_it_was_written(said: str) -> None:
    assert contained(said) == said


def test_the_title_and_what_a_server_said_are_one_line_each() -> None:
    text = document("x\n## 1. Claude <script>", "Why?")
    assert text.startswith("# x\n\n*")


# How long it takes

LONG: dict[str, Callable[[int], str]] = {
    "stars": lambda size: "**" * size,
    "strong words": lambda size: "**a " * size,
    "stars between letters": lambda size: "a**b" * size,
    "struck": lambda size: "~~a " * size,
    "mixed emphasis": lambda size: "*a_ " * size,
    "brackets": lambda size: "[" * size,
    "half links": lambda size: "[a](" * size,
    "pictures": lambda size: "![" * size,
    "ticks": lambda size: "`a``" * size,
    "tags": lambda size: "<a " * size,
    "comments": lambda size: "<!-- " * size,
    "backslashes": lambda size: "\\" * size + "<b>",
    "entities": lambda size: "&a" * size,
    "bars": lambda size: "|" * size + "\n" + "|-" * size + "|",
    "rows": lambda size: "|a|b|\n|-|-|\n" + "|c|d|\n" * size,
    "short rows of a wide table": lambda size: (
        "|" + "a|" * size + "\n|" + "-|" * size + "\n" + "|c|\n" * size
    ),
    "wide tables": lambda size: (
        ("|" + "a|" * 99 + "\n|" + "-|" * 99 + "\n" + "|c|\n" * 99) * (size // 99 + 1)
    ),
    "blank lines in code": lambda size: "```\n" + "\n" * size,
    "open code": lambda size: "```\n~~~\n" * size,
    "list items": lambda size: "- a\n" * size,
    "dashes": lambda size: "- " * size,
    "quotations": lambda size: ">" * size,
    "paragraphs": lambda size: "a\n\n" * size,
    "headings": lambda size: "a\n---\n" * size,
    "spaces": lambda size: "a" + " " * size + "b",
}


def calls(make: Callable[[str], object], text: str) -> int:
    """How many functions are called."""
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        make(text)
    finally:
        sys.setprofile(None)
    return count


def effort(make: Callable[[str], object], text: str) -> float:
    """The time of the processor."""
    began = time.process_time()
    make(text)
    return time.process_time() - began


def outgrows(make: Callable[[str], object], grow: Callable[[int], str]) -> bool:
    """Whether the work grows faster than the text.

    Calls are counted exactly; what happens inside of one is seen by the time that eight times
    the text takes, of which a square would make sixty-four times as much.
    """
    make(grow(8))  # what is loaded at the first use is no work of the text
    if calls(make, grow(800)) > 2.4 * calls(make, grow(400)) + 400:
        return True
    return effort(make, grow(6400)) > 24 * (effort(make, grow(800)) + 0.02)


@pytest.mark.parametrize("make", [markdown_as_html, contained])
@pytest.mark.parametrize("kind", LONG)
def test_more_text_is_no_more_work_for_each_letter(
    make: Callable[[str], object], kind: str
) -> None:
    assert not outgrows(make, LONG[kind])


def test_a_pattern_that_starts_over_at_every_letter_is_found_out() -> None:
    greedy = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)!\*\*", re.DOTALL)
    assert outgrows(lambda text: greedy.sub("", text), LONG["strong words"])


def test_a_whole_session_of_stars_is_exported() -> None:
    events = [begun("a"), asked("a" + "**" * 50_000), *replied("", whole=False),
              TextArrived(index=0, text="a" + "**" * 50_000)]  # fmt: skip
    assert session_as_html(fold(*events)).count("*") >= 200_000
    assert re.search(r"\*{100000}", session_as_markdown(fold(*events)))

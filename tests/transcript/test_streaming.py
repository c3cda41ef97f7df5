"""A reply drawn while it arrives looks exactly like one drawn at once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from hq_tui.core.text.sanitize import sanitise
from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown import parser as markdown
from hq_tui.ui.transcript.markdown.plain import PlainStream
from hq_tui.ui.transcript.markdown.sanitize_stream import SanitizeStream
from hq_tui.ui.transcript.markdown.split_points import prose_cut
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.markdown.stream import CUT, LARGE, WINDOW, MarkdownStream
from tests.support.gates import Tally, part
from tests.transcript import drawing
from tests.transcript.drawing import CUTS, DOCUMENTS, ENOUGH, at_once, in_pieces, rows, shown

markdown.load()

TALL = {
    "paragraph": "some *words* of a long `paragraph` that goes on and on ",
    "table": "| some *cell* | other `x` |\n",
    "list": "- an item of a *list*\n  - nested one\n",
    "fence": 'def f(x):\n    return x + "abc"  # and so on\n\n',
    "quote": "> quoted words *here*\n>\n",
    "one item": "  - nested in one item\n",
    "lines": "just a line\n",
    "blank": "\n",
}
HEADS = {"table": "| a | b |\n|---|---|\n", "fence": "```python\n", "one item": "- the item\n"}


def tall(shape: str, length: int) -> str:
    """A text of one shape and about `length` characters."""
    return HEADS.get(shape, "") + TALL[shape] * (length // len(TALL[shape]))


@given(document=DOCUMENTS, cuts=CUTS, width=st.sampled_from([7, 24, 60, 96]))
def test_where_the_text_was_cut_cannot_be_seen(document: str, cuts: list[int], width: int) -> None:
    assert in_pieces(document, cuts, width) == at_once(document, width)


@given(document=DOCUMENTS, cuts=CUTS, end=st.integers(0, 2_000), budget=st.integers(1, 3_000))
def test_a_text_that_is_not_finished_looks_the_same_too(
    document: str, cuts: list[int], end: int, budget: int
) -> None:
    document = document[:end]
    pieces = in_pieces(document, cuts, final=False, budget=budget)
    assert pieces == at_once(document, final=False)


@pytest.mark.soak
@pytest.mark.gate("transcript")
@pytest.mark.parametrize("_part", range(10))
@given(document=DOCUMENTS, cuts=CUTS, width=st.sampled_from([7, 24, 60, 96]))
@settings(
    max_examples=part(200),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_two_thousand_documents_show_no_cut(
    tally: Tally, _part: int, document: str, cuts: list[int], width: int
) -> None:
    assert in_pieces(document, cuts, width) == at_once(document, width)
    tally.tried()


class Hasty(MarkdownStream):
    """A flow that settles whatever it has drawn once."""

    def _open_end(self, final: bool, asking: bool) -> list[TextRow]:
        drawn = super()._open_end(final, asking)
        if final:
            return drawn
        self._keep(drawn, len(self._text))
        self._pos = len(self._text)
        return []


@pytest.mark.twin("transcript", "nothing drawn is ever drawn again")
def test_a_flow_that_draws_nothing_again_shows_where_the_text_was_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "MarkdownStream", Hasty)
    document = "some *words* of it\n\n- an item\n"
    assert in_pieces(document, [7]) != at_once(document)


@given(text=st.text(alphabet="ab \n日e\u0301", max_size=400), cuts=CUTS)
def test_plain_text_shows_no_cut_either(text: str, cuts: list[int]) -> None:
    whole, growing = PlainStream(10), PlainStream(10)
    whole.update(text, len(text), WorkBudget(ENOUGH), final=True)
    place = 0
    while place < len(text):
        place += cuts[place % len(cuts)]
        growing.update(text[:place], min(place, len(text)), WorkBudget(ENOUGH), final=False)
    growing.update(text, len(text), WorkBudget(ENOUGH), final=True)
    assert rows(growing) == rows(whole)


@given(
    pieces=st.lists(st.text(alphabet="a\r\n\t\x1be\u0301\u200d\ufe0f\u0600क्षЖ한", max_size=9)),
)
def test_a_text_made_safe_in_pieces_is_the_text_made_safe(pieces: list[str]) -> None:
    intake, raw, stable = SanitizeStream(), "", ""
    for piece in pieces:
        raw += piece
        text, length = intake.feed(raw)
        assert text.startswith(stable)
        stable = text[:length]
    assert intake.feed(raw)[0] == sanitise(raw)


@pytest.mark.parametrize("shape", sorted(TALL))
def test_a_tall_block_shows_no_cut(shape: str) -> None:
    text = tall(shape, 3 * LARGE // 2) + "\n\nand after it\n\n- more"
    assert in_pieces(text, [700]) == at_once(text)


@pytest.mark.parametrize("shape", sorted(TALL))
def test_what_a_delta_costs_does_not_depend_on_what_came_before(shape: str) -> None:
    text = tall(shape, 40_000)
    costs = []
    stream = MarkdownStream(60)
    for place in range(100, len(text), 100):
        before = stream.parses
        stream.update(text[:place], place, WorkBudget(ENOUGH), final=False)
        costs.append((stream.parses - before, len(stream.tail)))
    early, late = costs[100:200], costs[-100:]
    assert max(cost for cost, _ in late) <= LARGE + 3 * WINDOW
    assert sum(cost for cost, _ in late) <= 2 * sum(cost for cost, _ in early) + WINDOW
    assert max(tail for _, tail in late) <= 2 * max(tail for _, tail in early) + 20


def test_the_count_of_work_sees_a_text_that_is_parsed_from_its_beginning() -> None:
    text = tall("lines", 10_000)
    stream = MarkdownStream(60)
    stream._blocks(text)
    assert stream.parses == len(text)


@pytest.mark.parametrize("stream", [MarkdownStream(60), PlainStream(60)], ids=["markdown", "plain"])
@pytest.mark.parametrize(
    "text", ["word " * 20_000, "line of it\n" * 5_000, "\u6f22\u5b57 \n" * 9_000]
)
def test_a_slice_of_the_work_leaves_the_rest_readable(
    stream: MarkdownStream | PlainStream, text: str
) -> None:
    stream = type(stream)(stream.width)
    assert not stream.update(text, len(text), WorkBudget(4_000), final=True)
    assert len(stream.settled) < len(stream.tail)
    drawn = [row.text for row in rows(stream)]
    assert max(cell_len(line) for line in drawn) <= 60
    assert "".join("".join(drawn).split()) == "".join(text.split())


def test_a_long_paragraph_under_an_item_is_cut_where_it_is_cut_alone() -> None:
    first = "- item\n \n" + "some *words* and `code` of it " * 110 + "\n> end\n"
    rest = "\nof it\n\nand on\n"
    assert in_pieces(first + rest, [len(first), len(rest)]) == at_once(first + rest)


@given(st.lists(st.sampled_from(["word ", "*em* ", "`code` ", "[open ", "x" * 30])), st.integers(1))
def test_a_cut_is_within_its_limit_and_takes_something(pieces: list[str], limit: int) -> None:
    source = "".join(pieces) + "end"
    assert 0 < prose_cut(source, limit) <= min(limit, len(source))


def test_a_long_paragraph_keeps_its_emphasis_across_the_place_where_it_is_cut() -> None:
    sentence = "This *is* a sentence of the **paragraph** with `code`. "
    drawn = at_once(sentence * (3 * CUT // len(sentence)), 60)
    text = " ".join(row.text for row in drawn)
    assert not set("*`") & set(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n|" + "b|" * 60, "a table of 60 columns"),
        (">" * 400 + " deep", "nested too deep"),
        ("".join("  " * level + "- item\n" for level in range(45)), "nested too deep"),
        ("> line\n>\n" * 2_000, "a block too long to lay out"),
    ],
)
def test_what_nobody_could_read_is_shown_plain_and_says_so(text: str, words: str) -> None:
    assert f"shown plain: {words}" in "\n".join(shown(text, 80))


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 100_000,
        "[" * 20_000,
        ">" * 5_000,
        "`" * 20_000 + " x",
        "*a " * 20_000,
        "_" * 20_000,
        "x" * 200_000,
        "```\n" + "y" * 60_000,
        "|" * 20_000 + "\n|-|",
        "<" * 20_000,
        "1. " * 3_000,
        "![" * 8_000,
        "e" + "\u0301" * 20_000,
        "\\" * 20_001,
    ],
)
def test_a_hostile_shape_is_drawn_and_loses_nothing(text: str) -> None:
    drawn = at_once(text)
    count = sum(len(row.text.strip()) for row in drawn)
    letters = sum(character.isalnum() for character in text)
    assert sum(character.isalnum() for row in drawn for character in row.text) >= letters
    assert count or not text.strip()

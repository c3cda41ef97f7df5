"""Quotations from attached texts: verified, marked with name and line, and linted again."""

from __future__ import annotations

import hashlib
import json

import pytest

from hq_tui.core.events import AttachedFile
from hq_tui.inquiry.board.model import By
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.fold import inquiry_of
from hq_tui.inquiry.review.quote_lint import SaidWords, lint
from hq_tui.inquiry.review.review import review_session
from tests.inquiry.inquiry_session import Sitting, add, resolve, revise

DESIGN = "# Ingest\n\nParsing takes 400 ms\nper file, and only the nightly batch is slow.\n"
OTHER = "Parsing takes 400 ms per file in Rust too.\n"
CONTENTS = {hashlib.sha256(text.encode()).hexdigest(): text.encode() for text in (DESIGN, OTHER)}


def attached(name: str, text: str) -> AttachedFile:
    data = text.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    return AttachedFile(name=name, media="text/plain", size=len(data), sha256=sha256)


def played(*ops: object) -> Sitting:
    """A session whose first message has two files, and whose first reply files these."""
    sitting = Sitting(read=CONTENTS.get)
    sitting.say("Is it slow?", files=(attached("design.md", DESIGN), attached("b[1].md", OTHER)))
    sitting.stream("Which part?", json.dumps({"ops": ops}))
    sitting.end()
    sitting.turn("The parsing.", "Why?")
    return sitting


@pytest.mark.parametrize(
    ("quote", "turn", "source"),
    [
        ("Parsing takes 400 ms per file, and only", 1, "design.md:3"),
        ("only the nightly batch is slow", 2, "design.md:4"),
        ("# Ingest", 1, "design.md:1"),
        ("400 ms per file in Rust", 1, "b(1).md:1"),
        ("Is it slow?", 1, ""),
    ],
)
def test_words_of_an_attached_text_are_a_quotation_from_it(
    quote: str, turn: int, source: str
) -> None:
    (item,) = played(add("n1", "evidence", "It is slow", quote, turn)).inquiry.board.items
    assert (item.source, item.by, item.paraphrase) == (source, By.USER, False)
    assert item.quote == " ".join(quote.split())


@pytest.mark.parametrize("quote", ["Parsing takes 500 ms", "parsing takes 400 ms", "...", " "])
def test_what_is_in_no_text_is_no_quotation(quote: str) -> None:
    (item,) = played(add("n1", "evidence", "It is slow", quote, 1)).inquiry.board.items
    assert (item.source, item.quote, item.by) == ("", "", By.PARTNER)


def test_the_words_of_a_file_do_not_speak_for_the_person() -> None:
    claim = add("n1", "claim", "It is slow", "Is it slow?", 1)
    (item,) = played(claim, resolve("n1", "retracted", "Parsing takes 400 ms")).inquiry.board.items
    assert not item.is_struck


def test_the_page_marks_them_and_the_lint_checks_name_and_line() -> None:
    sitting = played(
        add("n1", "evidence", "Parsing is slow", "Parsing takes 400 ms per file, and", 1),
        revise("n1", "The batch is slow", "only the nightly batch is slow", 1),
    )
    page = brief_of(sitting.conversation, sitting.inquiry)
    assert "“only the nightly batch is slow” [design.md:4]" in page
    words = SaidWords.of(sitting.conversation, sitting.acts, read=CONTENTS.get)
    assert lint(page, words) == ()
    for wrong in ("[design.md:3]", "[b(1).md:4]", "[other.md:4]", "[message 1]"):
        (finding,) = lint(page.replace("[design.md:4]", wrong), words)
        assert finding.quote == "only the nightly batch is slow"
    assert lint("It says “nightly batch is slow” somewhere.", words) == ()
    without = SaidWords.of(sitting.conversation, sitting.acts)
    assert len(lint(page, without)) == page.count("[design.md:")


def test_they_count_as_verified_in_the_review_and_are_the_same_when_read_back() -> None:
    sitting = played(add("n1", "evidence", "It is slow", "Parsing takes 400 ms per file, and", 1))
    again = inquiry_of(sitting.conversation, sitting.acts, CONTENTS.get)
    assert again == sitting.inquiry
    (check,) = [
        one
        for one in review_session(sitting.conversation, sitting.inquiry).checks
        if one.id == "R17"
    ]
    assert check.value == "100 %"
    (item,) = sitting.inquiry.board.items
    assert item.as_json()["source"] == "design.md:3"

"""The pages of ten recorded sessions: what a reader who was not there learns from each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hq_tui.core.coalesce import events_of
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import MessageSent, ReplyDone, UserActed
from hq_tui.core.reducer import apply
from hq_tui.core.user_actions import JudgeItem, Verdict
from hq_tui.inquiry.actions import Act, act_of, numbered
from hq_tui.inquiry.board.model import Item
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.fold import advance
from hq_tui.inquiry.review.quote_lint import SaidWords, lint, quotes_with_place
from hq_tui.sessions.manager import StoredSession
from hq_tui.sessions.session import replay
from hq_tui.store.reader import read

DATA = Path(__file__).parent.parent / "data"
SESSIONS = sorted((DATA / "sessions").glob("*.jsonl"))


def stored(path: Path) -> StoredSession:
    """A session as it is read from its journal."""
    found = read(path, live=True)
    told = replay(found.records)
    return StoredSession(conversation=told.conversation, acts=told.acts, damaged=0)


def page_of(session: StoredSession) -> str:
    return brief_of(session.conversation, session.inquiry, session.acts)


def named(name: str) -> str:
    (path,) = (path for path in SESSIONS if path.stem.endswith(name))
    return page_of(stored(path))


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_the_page_of_a_recorded_session_is_the_one_that_was_read_and_found_right(
    path: Path,
) -> None:
    page = page_of(stored(path))
    assert page == (DATA / "pages" / f"{path.stem}.md").read_text("utf-8")


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_every_quotation_on_a_page_is_what_its_message_says(path: Path) -> None:
    session = stored(path)
    page = page_of(session)
    assert lint(page, SaidWords.of(session.conversation, session.acts)) == ()
    messages = {turn.number: turn.asked.text for turn in session.conversation.turns}
    quotes = re.findall(r"“([^“”]*)” \[message (\d+)\]", page)
    assert quotes
    for quote, number in quotes:
        assert quote in " ".join(messages[int(number)].split())
    assert quotes_with_place(page) >= len(quotes)


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_a_line_that_quotes_nobody_is_marked_as_claudes(path: Path) -> None:
    body = page_of(stored(path)).partition("\n---\n")[0]
    rows = [line for line in body.splitlines() if line.lstrip().startswith("- ")]
    assert rows
    for row in rows:
        assert "”" in row or "(Claude" in row, row


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_a_page_has_no_ids_no_figures_of_the_process_and_no_empty_section(path: Path) -> None:
    session = stored(path)
    page = page_of(session)
    own = " ".join(turn.asked.text + turn.reply.text for turn in session.conversation.turns)
    for item in session.inquiry.board.items:
        assert item.id in own or not re.search(rf"\b{item.id}\b", page), item.id
    assert "turns:" not in page
    assert "checks" not in page
    assert not re.search(r"^## [^\n]+\n\n(?:## |---|No line was)", page, re.MULTILINE)


@pytest.mark.parametrize(
    "path", sorted((DATA / "pages/written").glob("*.md")), ids=lambda p: p.stem
)
def test_a_page_in_prose_that_was_kept_still_verifies_and_a_changed_quotation_does_not(
    path: Path,
) -> None:
    session = stored(DATA / "sessions" / f"{path.stem}.jsonl")
    words, page = SaidWords.of(session.conversation, session.acts), path.read_text("utf-8")
    assert quotes_with_place(page) >= 5
    assert lint(page, words) == ()
    quotes = [found.start() + 1 for found in re.finditer("“", page)]
    for place in quotes:
        assert lint(f"{page[:place]}x{page[place:]}", words), page[place:][:40]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "cuq9",
            "About 3 months' runway once the wife is on leave — “about 3 i guess” [message 8]",
        ),
        ("tefs", "IT desk takes a week to grant access — “1 it desk, a week” [message 5]"),
        ("wfw6", "in all 12 API pods, after auth — “line 3, should be after auth then”"),
        ("m2m9", "before Monday — “only in CI since monday” [message 2]"),
        ("m2m9", "20 of 20 green with one file per worker — “that fixed it, 20 of 20 green”"),
        ("m2m9", "Tests in parallel share a database row (Claude) — “we turned on xdist"),
        ("cuq9", "“Plainly: don't take the offer as it stands."),
        ("zwv7", "both hold, says the person (message 2): “everybody knows python is slow"),
    ],
)
def test_what_the_first_pages_lost_stands_on_the_page(name: str, line: str) -> None:
    assert line in named(name)


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_every_contradiction_shows_both_sides_and_how_it_ended(path: Path) -> None:
    session = stored(path)
    part = page_of(session).partition("## Contradictions\n\n")[2].partition("\n## ")[0]
    entries = re.split(r"^- ", part.strip(), flags=re.MULTILINE)[1:]
    raised = [item for item in session.inquiry.board.items if item.id.startswith("T")]
    assert len(entries) == len(raised)
    for entry, item in zip(entries, raised, strict=True):
        head, *sides = entry.strip().splitlines()
        assert len(sides) == 2, entry
        ended = "still open" if item.status == "open" else f"(message {item.changed})"
        assert ended in head


def board_lines(session: StoredSession) -> list[Item]:
    return list(session.inquiry.board.items)


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_what_would_change_it_stands_there_if_and_only_if_the_person_named_a_signal(
    path: Path,
) -> None:
    session = stored(path)
    signals = [one for one in board_lines(session) if one.text.startswith("Signal:")]
    page, said = page_of(session), any(one.is_users for one in signals)
    assert ("## What would change it" in page) is said
    assert ("what would change it" in page) is not said


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_no_line_stands_twice_on_a_page(path: Path) -> None:
    before, _, rest = page_of(stored(path)).partition("## Contradictions\n")
    kept = before + rest.partition("\n## ")[2]
    body = [row.strip() for row in kept.splitlines() if row.lstrip().startswith("- ")]
    assert len(set(body)) == len(body)


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_what_comes_next_has_no_step_that_the_board_marks_as_done(path: Path) -> None:
    session = stored(path)
    part = page_of(session).partition("## Next\n\n")[2].partition("\n## ")[0]
    for item in board_lines(session):
        if item.kind == "action":
            done = item.status in {"answered", "confirmed"}
            assert not (done and item.text in part), item.text


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_an_end_that_was_sent_as_a_message_is_numbered_by_that_message(path: Path) -> None:
    session = stored(path)
    for act in session.acts:
        words = getattr(act.action, "why", "") or getattr(act.action, "text", "")
        later = [one for one in session.conversation.turns if one.number == act.turn + 1]
        if words and later and later[0].asked.text.endswith(words):
            item = session.inquiry.board.find(getattr(act.action, "id", ""))
            assert item is not None
            assert item.changed > act.turn


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_a_board_that_grew_with_its_session_is_the_one_that_is_read_at_once(path: Path) -> None:
    conversation, acts, folded = EMPTY, [], None
    for event in events_of(read(path, live=True).records):
        conversation = apply(conversation, event)
        if isinstance(event, UserActed):
            acts.append(act_of(event, conversation.turn_count))
        if isinstance(event, UserActed | MessageSent | ReplyDone):
            folded = advance(folded if conversation.turn_count else None, conversation, acts)
    grown = advance(folded, conversation, acts).now.board
    assert grown == stored(path).inquiry.board


@pytest.mark.parametrize(("said", "turn"), [("✕ “a”", 2), ("and then?", 1)])
def test_an_end_without_a_reason_is_numbered_by_the_message_that_names_its_side(
    said: str, turn: int
) -> None:
    conversation = EMPTY
    for text in ("a", said):
        conversation = apply(conversation, MessageSent(text=text, at=1.0))
    act = Act(turn=1, action=JudgeItem(id="c1", verdict=Verdict.RETRACT))
    assert numbered(act, conversation).turn == turn


def test_the_words_that_the_app_drafts_are_never_the_persons_on_a_page() -> None:
    for path in SESSIONS:
        for words in ("I drop “", "I mean it differently:", "Both hold, because"):
            assert words not in page_of(stored(path))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("hgpm", "taken back in message 3: “Dann muss die Praxis eben ohne Erspartes gehen."),
        (
            "hgpm",
            "höchstens 3.000 Euro, und nur wenn mein Mann vorher Ja sagt.” [board, message 7]",
        ),
        ("hgpm", "  - against it: Bei der Agentur noch nicht gefragt"),
        ("h55u", '# Design review: webhook delivery service ("courier")\n'),
        (
            "h55u",
            "8 lists, and one worker owns one list, so an order stays in order.” [board, ",
        ),
        ("h55u", "allkeys-lru).” [message 1]~~ ruled out in message 6"),
        ("h55u", "## What would change it\n\n- delivery stands still for 5 minutes"),
        ("x527", "## Fix\n\n- sorted() before the loop"),
        ("x527", "## Steps taken\n\n- Replay the red worker's tests"),
        ("x527", "found wrong in message 5\n  - against it: Replay in gw2 order"),
        ("wfw6", "What is not confirmed yet you confirm in the session: Tab, then x on its line."),
    ],
)
def test_a_page_says_what_its_readers_missed(name: str, line: str) -> None:
    assert line in named(name)


def test_a_cause_that_was_found_leaves_no_other_explanation_unknown() -> None:
    page = named("x527")
    assert "Clock or time zone" in page.partition("## Other explanations")[2].partition("## ")[0]
    assert "## Unknown" not in page
    assert "## What speaks against it" not in page
    assert "what was expected" not in page


def test_a_session_of_nothing_has_a_page() -> None:
    empty = StoredSession(conversation=Conversation(id="x", mode="examine"), acts=(), damaged=0)
    assert page_of(empty).startswith("# Decision record: x\n")

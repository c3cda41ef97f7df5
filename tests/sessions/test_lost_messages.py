"""A message whose record is damaged costs itself: every reply stays, under a turn of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.claude.models import facts_for
from hq_tui.core.coalesce import LOST_MESSAGE, coalesce
from hq_tui.core.codec import from_record, to_record
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import (
    AttemptStarted,
    MessageSent,
    ReplyDiscarded,
    ResumeMode,
)
from hq_tui.core.reducer import apply, conversation_of
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import build
from hq_tui.formats.pack import packed
from hq_tui.rehearsal.server.models import CONTINUES
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.validation.request import check
from hq_tui.sessions.branches import branch_records
from hq_tui.sessions.session import replay
from hq_tui.sessions.summaries import read_increment
from hq_tui.store.index import ReadCheckpoint
from hq_tui.store.reader import read
from hq_tui.store.record import Record
from tests.inquiry.test_pages import SESSIONS
from tests.sessions.samples import MODEL, asked, begun, conversation, lines, replied


def messages_of(path: Path) -> list[int]:
    """The places of the lines that hold a message whose reply began."""
    kinds = [record["t"] for record in read(path).records]
    places = [place for place, kind in enumerate(kinds) if kind == "user"]
    ends = [*places[1:], len(kinds)]
    return [at for at, end in zip(places, ends, strict=True) if "attempt" in kinds[at:end]]


def spoilt(path: Path, place: int, folder: Path) -> Path:
    """A copy of a journal in which the text of one line has changed."""
    rows = path.read_bytes().splitlines(keepends=True)
    rows[place] = rows[place].replace(b'"text":"', b'"text":"X', 1)
    copy = folder / path.name
    copy.write_bytes(b"".join(rows))
    copy.chmod(0o600)
    return copy


def assert_can_go_on(told: Conversation) -> None:
    """Raise AssertionError if the API would refuse the next message."""
    facts = facts_for(MODEL)
    asks = apply(told, asked("And now?"))
    made = build(asks, facts, RequestOptions(), strip_thinking=True)
    assert check({**made.params, "stream": True}, CONTINUES, SentSignatures()) is None


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_every_reply_stays_where_it_was_whichever_message_is_damaged(
    path: Path, tmp_path: Path
) -> None:
    whole = replay(read(path).records).conversation
    for place in messages_of(path):
        copy = spoilt(path, place, tmp_path)
        found = read(copy)
        told = replay(found.records).conversation
        assert found.damaged == 1
        assert [turn.reply for turn in told.turns] == [turn.reply for turn in whole.turns]
        texts = [turn.asked.text for turn in told.turns]
        assert texts.count(LOST_MESSAGE) == 1
        assert (
            sum(one != turn.asked.text for one, turn in zip(texts, whole.turns, strict=True)) == 1
        )
        assert (
            read_increment(copy, ReadCheckpoint(), None, portion=1 << 30).row.turns
            == whole.turn_count
        )
        exported = conversation_of(map(from_record, packed(found.records)))
        assert exported.turn_count == whole.turn_count
        assert_can_go_on(told)
        for turn in range(told.turn_count + 1):
            records = branch_records(found.records, parent="p", turn=turn, branch="b", at=1.0)
            joined = (from_record(record) for _, record in coalesce(enumerate(records)))
            branch = conversation_of(joined)
            assert [*branch.turns] == [*told.turns][:turn]


@pytest.mark.parametrize("number", [1, 2])
def test_what_begins_again_on_purpose_is_still_one_turn(number: int) -> None:
    again = AttemptStarted(number=number, how=ResumeMode.FRESH, model=MODEL, at=2)
    thrown = [asked("Why?"), *replied("Because."), ReplyDiscarded(at=1)]
    records = [to_record(one) for one in (begun("a"), *thrown, again, *replied("So.")[1:])]
    (turn,) = replay(records).conversation.turns
    assert (turn.asked.text, turn.reply.text) == ("Why?", "So. ")


def test_nothing_is_missed_before_the_first_attempt_in_the_middle_of_a_journal() -> None:
    """The message may stand before what was read."""
    middle: list[Record] = [to_record(one) for one in replied("Because.")]
    assert replay(middle).conversation.turn_count == 0
    assert replay([to_record(begun("a")), *middle]).conversation.turn_count == 1


def test_a_first_message_may_be_the_damaged_one_and_the_reply_may_have_broken_off(
    tmp_path: Path,
) -> None:
    events = [*conversation("a", "Why?", "Because.", "And?")[:-1], asked("And?")]
    events += replied("So it", whole=False)
    path = tmp_path / "a.jsonl"
    for lost in [place for place, one in enumerate(events) if isinstance(one, MessageSent)]:
        rows = lines(events).splitlines(keepends=True)
        path.write_bytes(b"".join(rows[:lost] + rows[lost + 1 :]))
        found = read(path)
        told = replay(found.records).conversation
        assert found.damaged == 1
        assert [turn.reply.text for turn in told.turns] == ["Because. ", "So it "]

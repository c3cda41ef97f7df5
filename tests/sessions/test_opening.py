"""What it takes to open a long session."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

from hq_tui.sessions.session import ReplaySink
from hq_tui.store.journal import Journal
from hq_tui.store.reader import read
from hq_tui.store.record import Record
from hq_tui.ui import transcript_entries
from hq_tui.ui.transcript import Prose
from tests.sessions.samples import asked, begun, replied, write


def long_session(folder: Path) -> Path:
    """One reply in 10,000 pieces."""
    return write(folder, [begun("long"), asked("Why?"), *replied("because " * 10_000)])


def most_held(do: Callable[[], object]) -> int:
    """The most bytes that were held at once while it was done."""
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_session_is_opened_without_holding_its_journal(tmp_path: Path) -> None:
    path = long_session(tmp_path)
    heard = ReplaySink()

    def opened() -> None:
        Journal.open(tmp_path, "long", into=heard.hear)[0].close()

    assert most_held(opened) < 3 * path.stat().st_size
    assert heard.told.conversation.reply.text == "because " * 10_000


def test_a_session_that_keeps_its_records_holds_far_more(tmp_path: Path) -> None:
    """The check above can fail."""
    path = long_session(tmp_path)

    class Keeper(ReplaySink):
        def hear(self, records: Iterable[Record]) -> None:
            super().hear([*records])

    assert most_held(lambda: read(path, into=Keeper().hear)) > 4 * path.stat().st_size


def test_what_is_shown_shares_its_words_with_the_conversation(tmp_path: Path) -> None:
    heard = ReplaySink()
    read(long_session(tmp_path), into=heard.hear)
    (turn,) = heard.told.conversation.turns
    (question,), (answer,) = (entry.parts for entry in transcript_entries.exchanges([turn]))
    assert isinstance(question, Prose)
    assert isinstance(answer, Prose)
    assert question.text is turn.asked.text
    assert answer.text is turn.reply.shown[0].text  # type: ignore[union-attr]

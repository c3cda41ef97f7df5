"""The end of a session from the end of its journal is the end of the whole session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.codec import to_record
from hq_tui.core.conversation import EMPTY, Turn
from hq_tui.core.events import Event, MessageSent, SessionStarted
from hq_tui.core.reducer import apply
from hq_tui.sessions import tail_preview as glimpsing
from hq_tui.sessions.session import replay
from hq_tui.sessions.tail_preview import last_turns
from hq_tui.store.reader import read
from hq_tui.store.record import encode
from tests.core.event_samples import histories

STARTED = SessionStarted(id="s", mode="examine", model="m", at=1)


@contextmanager
def journal(events: list[Event], spoilt: set[int] = frozenset()) -> Iterator[Path]:  # type: ignore[assignment]
    """A journal of these events, with some lines spoilt."""
    lines = [encode(number, to_record(event)) for number, event in enumerate(events, start=1)]
    for number in spoilt:
        lines[number] = lines[number][:-6] + b"x" + lines[number][-5:]
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o700)
        path = Path(folder) / "s.jsonl"
        path.touch(mode=0o600)
        path.write_bytes(b"".join(lines))
        yield path


def whole(path: Path) -> tuple[Turn, ...]:
    return tuple(replay(read(path).records).conversation.turns)


def unnumbered(turns: tuple[Turn, ...]) -> list[Turn]:
    return [replace(turn, number=0) for turn in turns]


@pytest.fixture(autouse=True, scope="module")
def looks_at_little() -> Iterator[None]:
    """As if every journal were long."""
    patch = pytest.MonkeyPatch()
    patch.setattr(glimpsing, "LOOKED_AT", (3, 12))
    yield
    patch.undo()


@given(st.lists(histories(), min_size=1, max_size=4))
def test_a_glimpse_is_the_end_of_the_whole(talks: list[list[Event]]) -> None:
    events = [STARTED, *(event for conversation in talks for event in conversation)]
    with journal(events) as path:
        seen = last_turns(path)
        assert seen == whole(path)[len(whole(path)) - len(seen) :]


@given(st.lists(histories(), min_size=1, max_size=4), st.data())
def test_damage_costs_a_glimpse_no_more_than_the_session(
    talks: list[list[Event]], data: st.DataObject
) -> None:
    events = [STARTED, *(event for conversation in talks for event in conversation)]
    spoilt = data.draw(st.sets(st.integers(1, len(events) - 1), max_size=3))
    with journal(events, spoilt) as path:
        seen, all_of_it = unnumbered(last_turns(path)), unnumbered(whole(path))
        assert seen == all_of_it[len(all_of_it) - len(seen) :]


def test_a_short_session_is_read_at_once() -> None:
    with journal([STARTED, MessageSent(text="why?", at=1)]) as path:
        assert last_turns(path) == ()


def test_turns_that_are_not_counted_from_the_beginning_are_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first check above can fail."""
    monkeypatch.setattr(glimpsing, "_MESSAGE", b"never there")
    events: list[Event] = [STARTED, *(MessageSent(text=f"{number}", at=1) for number in range(20))]
    with journal(events) as path:
        assert last_turns(path)
        assert last_turns(path) != whole(path)[-len(last_turns(path)) :]
        assert reduce(apply, events, EMPTY).turn_count == 20


@pytest.mark.parametrize("piece", [7, 50, 64, 1_000])
def test_messages_are_counted_wherever_the_pieces_end(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glimpsing, "_PIECE", piece)
    said = [
        MessageSent(text=f'said {number}, and not ,"t":"user", itself', at=1)
        for number in range(40)
    ]
    with journal([STARTED, *said]) as path:
        assert glimpsing.messages_in(path) == 40

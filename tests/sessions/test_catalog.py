"""The index says what the journals say, however they grow, and reads only what is new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hq_tui.core.events import Event, Titled
from hq_tui.core.text.summary import state_of, title_of
from hq_tui.sessions.catalog import Catalogue
from hq_tui.sessions.session import replay
from hq_tui.sessions.summaries import SessionRow, read_increment
from hq_tui.store.index import Passage, ReadCheckpoint
from hq_tui.store.reader import read
from tests.sessions.samples import asked, conversation, lines, replied, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def catalogue(tmp_path: Path, folder: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(folder, tmp_path / "cache")) as made:
        yield made


def rows(catalogue: Catalogue) -> list[SessionRow]:
    catalogue.refresh_all()
    return catalogue.rows()


def test_no_folder_is_no_session(catalogue: Catalogue) -> None:
    assert rows(catalogue) == []
    assert catalogue.search("why") == []


def test_rows_come_newest_first_with_what_a_list_shows(catalogue: Catalogue, folder: Path) -> None:
    write(folder, conversation("old", "why so slow", "measure it", "how"), at=100)
    write(folder, conversation("new", "first words of it", "so?", parent="old@1"), at=200)
    newest, oldest = rows(catalogue)
    assert (newest.id, newest.title, newest.turns, newest.state) == (
        "new", "first words of it", 1, "complete",
    )  # fmt: skip
    assert (newest.parent, newest.mode, oldest.turns, oldest.state) == (
        "old@1",
        "examine",
        2,
        "cut",
    )


def test_rows_are_there_before_anything_has_been_read(catalogue: Catalogue, folder: Path) -> None:
    write(folder, conversation("one", "a"))
    assert [row.id for row in catalogue.rows()] == ["one"]


def test_a_hit_says_where_in_its_sentence(catalogue: Catalogue, folder: Path) -> None:
    write(folder, conversation("one", "It is late. The parser is slow! Yes.", "Which parser?"))
    catalogue.refresh_all()
    reply, question = catalogue.search("parser")
    assert (question.id, question.turn, question.role) == ("one", 1, "user")
    assert (question.text, reply.text) == ("The parser is slow!", "Which parser?")
    assert reply.role == "assistant"


def test_what_a_branch_repeats_is_found_once(catalogue: Catalogue, folder: Path) -> None:
    write(folder, conversation("one", "the needle", "which"))
    write(folder, conversation("two", "the needle", "which", parent="one@1"))
    catalogue.refresh_all()
    assert len(catalogue.search("needle")) == 1


def test_a_session_that_went_is_forgotten(catalogue: Catalogue, folder: Path) -> None:
    path = write(folder, conversation("one", "the needle"))
    catalogue.refresh_all()
    path.unlink()
    assert rows(catalogue) == []
    assert catalogue.search("needle") == []


def test_one_that_cannot_be_read_is_damaged_and_hides_no_other(
    catalogue: Catalogue, folder: Path
) -> None:
    write(folder, conversation("good", "a"))
    (folder / "link.jsonl").symlink_to(folder / "good.jsonl")
    (folder / "rubbish.jsonl").write_bytes(b"\x00\xff not a journal\n")
    states = {row.id: row.state for row in rows(catalogue)}
    assert states == {"good": "cut", "link": "damaged", "rubbish": "damaged"}


def test_work_comes_in_slices(tmp_path: Path, folder: Path) -> None:
    for number in range(5):
        write(folder, conversation(f"s{number}", "word"))
    ticks = iter(range(1000))
    with closing(Catalogue(folder, tmp_path / "c", clock=lambda: float(next(ticks)))) as catalogue:
        slices = 1
        while catalogue.refresh(1.5):
            slices += 1
        assert slices == 3
        assert len(catalogue.search("word")) == 1


def test_a_long_session_is_taken_in_portion_by_portion(tmp_path: Path, folder: Path) -> None:
    said = [f"word {number} " + "and so on " * 400 for number in range(60)]
    write(folder, conversation("one", *said))
    ticks = iter(range(1000))
    with closing(Catalogue(folder, tmp_path / "c", clock=lambda: float(next(ticks)))) as catalogue:
        turns = []
        while catalogue.refresh(0.5):
            turns.append(catalogue.rows()[0].turns)
        assert len(turns) >= 3
        assert turns == sorted(set(turns))
        assert catalogue.rows()[0].turns == 30
        assert {hit.turn for hit in catalogue.search("word", most=99)} == set(range(1, 31))


@pytest.mark.parametrize("harm", [b"", b"SQLite format 3\0 and then noise", b"\xff" * 9000])
def test_an_index_spoilt_while_it_is_in_use_comes_back(
    tmp_path: Path, folder: Path, catalogue: Catalogue, harm: bytes
) -> None:
    write(folder, conversation("one", "the needle"))
    catalogue.refresh_all()
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(harm)
    write(folder, conversation("two", "another needle"))
    assert {row.id for row in rows(catalogue)} == {"one", "two"}
    if len(catalogue.search("needle")) < 2:
        catalogue.refresh_all()
    assert {hit.id for hit in catalogue.search("needle")} == {"one", "two"}


def test_what_has_not_changed_is_not_read_again(tmp_path: Path, folder: Path) -> None:
    path = write(folder, conversation("one", "the needle"), at=100)
    with closing(Catalogue(folder, tmp_path / "cache")) as first:
        first.refresh_all()
    path.write_bytes(path.read_bytes().replace(b"needle", b"NEEDLE"))
    write(folder, conversation("one", "the noodle"), at=100)
    with closing(Catalogue(folder, tmp_path / "cache")) as second:
        second.refresh_all()
        assert second.search("needle")
    write(folder, conversation("one", "the noodle"), at=101)
    with closing(Catalogue(folder, tmp_path / "cache")) as third:
        third.refresh_all()
        assert not third.search("needle")
        assert third.search("noodle")


def test_a_growing_journal_is_read_from_its_last_turn(folder: Path) -> None:
    events = conversation("one", "first", "reply", "second", "reply")
    path = write(folder, events)
    taken = read_increment(path, ReadCheckpoint(), None)
    assert path.read_bytes()[taken.mark.begin :].startswith(b'{"seq":')
    with path.open("ab") as file:
        file.write(lines([asked("third")], first=len(events) + 1))
    again = read_increment(path, taken.mark, taken.row)
    assert [passage.text for passage in again.passages] == ["second", "reply ", "third"]
    assert (again.after, again.row.turns, again.mark.turns) == (1, 3, 2)
    path.write_bytes(path.read_bytes().replace(b"second", b"sEcond"))
    assert read_increment(path, taken.mark, taken.row).after == 0


def in_portions(path: Path, portion: int) -> tuple[ReadCheckpoint, SessionRow, tuple[Passage, ...]]:
    """What is known of a journal in the end that was taken in bit by bit."""
    taken = read_increment(path, ReadCheckpoint(), None, portion=portion)
    passages = taken.passages
    while taken.more:
        assert taken.mark.size < path.stat().st_size
        taken = read_increment(path, taken.mark, taken.row, portion=portion)
        passages = (*(one for one in passages if one.turn <= taken.after), *taken.passages)
    return taken.mark, taken.row, passages


steps = some.sampled_from(
    [
        [asked("why not")],
        [asked("so"), *replied("one two three")],
        replied("late words"),
        replied("half a reply", whole=False),
        [Titled(title="named")],
    ]
)


@given(
    some.lists(steps, max_size=6),
    some.integers(0, 40),
    some.integers(0, 300),
    some.integers(1, 2_000),
)
def test_reading_on_from_a_mark_tells_what_reading_the_whole_tells(
    tmp_path_factory: pytest.TempPathFactory,
    chosen: list[list[Event]],
    first_stop: int,
    spoilt: int,
    portion: int,
) -> None:
    folder = tmp_path_factory.mktemp("grown") / "sessions"
    events: list[Event] = [*conversation("one"), *(event for step in chosen for event in step)]
    path = write(folder, events)
    data = bytearray(path.read_bytes())
    if spoilt < len(data) and spoilt % 3 == 0:
        data[spoilt] ^= 0x20
    stop = [0, *(place + 1 for place, byte in enumerate(data) if byte == 10)]
    path.write_bytes(data[: stop[min(first_stop, len(stop) - 1)]])
    half = read_increment(path, ReadCheckpoint(), None)
    path.write_bytes(data)
    grown, whole = (
        read_increment(path, half.mark, half.row),
        read_increment(path, ReadCheckpoint(), None),
    )
    assert grown.mark == whole.mark
    assert grown.row == whole.row
    assert in_portions(path, portion) == (whole.mark, whole.row, whole.passages)
    told, found = replay(read(path, live=True).records).conversation, read(path, live=True)
    assert whole.row.turns == told.turn_count
    assert whole.row.title == title_of(told)
    assert whole.row.updated == told.updated
    assert whole.row.tokens == sum(turn.reply.usage.total for turn in told.turns)
    state = state_of(told.reply) if told.turn_count else "empty"
    assert whole.row.state == ("damaged" if found.damaged else state)
    said = [turn.asked.text for turn in told.turns]
    assert [one.text for one in whole.passages if one.role == "user"] == said

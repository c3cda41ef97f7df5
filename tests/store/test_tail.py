"""Reading along with another instance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from hq_tui.store.journal import Journal
from hq_tui.store.lock import LockedElsewhere
from hq_tui.store.reader import read
from hq_tui.store.record import Record, encode
from hq_tui.store.tail import follow
from tests.store.samples import delta, journal, lines, records


async def collect(
    path: Path, steps: list[Callable[[], object]], *, offset: int = 0, last_seq: int = 0
) -> list[Record]:
    """What is followed while `steps` happen, one whenever there is nothing new."""

    async def next_step(_seconds: float) -> None:
        if not steps:
            raise TimeoutError
        steps.pop(0)()

    found: list[Record] = []
    try:
        async for record in follow(path, offset, last_seq=last_seq, sleep=next_step):
            found += [record]
    except TimeoutError:
        return found
    raise AssertionError("following ended by itself")


async def test_records_come_as_they_are_written_even_byte_by_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.touch()
    data = journal(6)

    def write(byte: int) -> None:
        with path.open("ab") as file:
            file.write(data[byte : byte + 1])

    steps: list[Callable[[], object]] = [
        lambda byte=byte: write(byte)  # type: ignore[misc]
        for byte in range(len(data))
    ]
    assert await collect(path, steps) == records(6)


async def test_following_begins_where_the_reading_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    data = journal(9)
    path.write_bytes(data)
    ends = [len(b"".join(lines(9)[:count])) for count in range(10)]
    for cut in range(ends[3] + 1, ends[4] + 1):
        path.write_bytes(data[:cut])
        whole = read(path, live=True)
        assert whole.damaged == 0
        more = await collect(
            path,
            [lambda: path.write_bytes(data)],
            offset=whole.end_offset,
            last_seq=whole.last_seq,
        )
        assert [*whole.records, *more] == records(9)


async def test_a_file_that_is_cut_back_and_written_again_says_nothing_twice(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(journal(4))
    found = await collect(
        path,
        [lambda: path.write_bytes(journal(2)), lambda: path.write_bytes(journal(7))],
    )
    assert found == records(7)


async def test_other_words_in_a_file_that_was_cut_back_are_said(tmp_path: Path) -> None:
    """After a crash another instance may write other records under the same numbers."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(journal(4))
    other = journal(2) + encode(3, {"t": "other"}) + encode(4, {"t": "other", "pad": "x" * 500})
    found = await collect(
        path, [lambda: path.write_bytes(journal(2)), lambda: path.write_bytes(other)]
    )
    assert found == [*records(4), {"t": "other"}, {"t": "other", "pad": "x" * 500}]


async def test_a_torn_line_that_was_healed_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(journal(3)[:-5])
    assert await collect(
        path, [lambda: path.write_bytes(journal(3)[:-5] + b"\n" + journal(4)[-70:])]
    ) == records(2)
    path.write_bytes(journal(3)[:-5])
    heal = journal(3)[:-5] + b"\n" + lines(3)[2] + lines(4)[3]
    assert await collect(path, [lambda: path.write_bytes(heal)]) == records(4)


async def test_following_changes_nothing_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(journal(2))
    path.chmod(0o640)
    assert await collect(path, []) == records(2)
    assert path.stat().st_mode & 0o777 == 0o640


async def test_following_ends_when_the_file_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(journal(2))

    async def remove(_seconds: float) -> None:
        path.unlink()

    assert [record async for record in follow(path, 0, sleep=remove)] == records(2)


async def test_a_follower_sees_all_and_takes_over_when_the_writer_closes(tmp_path: Path) -> None:
    writer = Journal.create(tmp_path, "a", {"t": "session", "title": "x"})
    for number in range(2, 20):
        writer.append(delta(number))
    seen: list[Record] = []
    async with aclosing(follow(writer.path, 0, every=0.001)) as records_to_come:
        async for record in records_to_come:
            seen.append(record)
            with pytest.raises(LockedElsewhere):
                Journal.open(tmp_path, "a")
            if len(seen) == 19:
                break
    assert await asyncio.to_thread(writer.close)
    mine, found = Journal.open(tmp_path, "a")
    assert list(found.records) == seen
    mine.append(delta(20))
    assert mine.close()
    assert read(mine.path).records == (*seen, delta(20))

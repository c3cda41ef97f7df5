"""Reading a journal, whatever became of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from zlib import crc32

import pytest

from hq_tui.errors import HqError
from hq_tui.store.files import read_from
from hq_tui.store.reader import Replay, read, read_tail, replay, replay_pieces
from hq_tui.store.record import JournalEntry, Record, decode, encode
from tests.store.samples import SESSION, delta, journal, lines, records
from tests.support.gates import Tally, part

COUNT = 24


def test_a_sound_journal_is_read_whole() -> None:
    data = journal(COUNT)
    assert replay(data) == Replay(
        records=tuple(records(COUNT)),
        damaged=0,
        newer=False,
        end_offset=len(data),
        last_seq=COUNT,
        torn=False,
    )


def check_cuts(count: int) -> int:
    """Cut a journal at every byte; how many cuts were tried."""
    data = journal(count)
    wanted = records(count)
    ends, end = {0: 0}, 0
    for number, line in enumerate(lines(count), 1):
        end += len(line)
        ends[end] = ends[end - 1] = number
    for cut in range(len(data) + 1):
        found = replay(data[:cut])
        complete = max(number for end, number in ends.items() if end <= cut)
        assert found.records == tuple(wanted[:complete])
        assert found.damaged == (0 if cut in ends else 1)
        assert replay(data[:cut], live=True).damaged == 0
    return len(data) + 1


def test_a_cut_at_any_byte_costs_only_the_record_it_hits() -> None:
    assert check_cuts(COUNT) > 1_500


@pytest.mark.soak
@pytest.mark.gate("damage")
def test_a_cut_at_any_byte_of_a_long_journal_costs_only_the_record_it_hits(tally: Tally) -> None:
    tried = check_cuts(part(150))
    tally.tried(tried)
    assert tried > part(10_000)


def check_healed_cuts(count: int) -> None:
    """Cut a journal at every byte, heal it and write on."""
    data = journal(count)
    for cut in range(1, len(data) + 1):
        before = replay(data[:cut])
        heal = b"\n" if before.torn else b""
        more = encode(before.last_seq + 1, {"t": "more"}) + encode(
            before.last_seq + 2, {"t": "more"}
        )
        after = replay(data[:cut] + heal + more)
        assert after.records == (*before.records, {"t": "more"}, {"t": "more"})
        assert after.damaged == before.damaged
        glued = replay(data[:cut] + more)
        assert glued.records[-2:] == ({"t": "more"}, {"t": "more"})


def test_records_written_behind_a_torn_one_are_read() -> None:
    check_healed_cuts(8)


def check_flips(count: int, flips: range) -> int:
    """Flip single bits; the worst number of records lost to one."""
    data = journal(count)
    wanted = records(count)
    worst = 0
    for bit in flips:
        spoilt = bytearray(data)
        spoilt[bit // 8] ^= 1 << bit % 8
        found = replay(bytes(spoilt))
        assert all(record in wanted for record in found.records)
        lost = count - len(found.records)
        assert found.damaged >= lost
        assert found.damaged >= 1
        worst = max(worst, lost)
    return worst


def test_a_flipped_bit_costs_one_record_at_most() -> None:
    bits = len(journal(COUNT)) * 8
    assert check_flips(COUNT, range(0, bits, 13)) == 1


@pytest.mark.soak
@pytest.mark.gate("damage")
def test_any_flipped_bit_costs_one_record_at_most(tally: Tally) -> None:
    bits = range(0, len(journal(COUNT)) * 8, round(1000 / part(1000)))
    tally.tried(len(bits))
    assert check_flips(COUNT, bits) == 1


@pytest.mark.twin("damage", "check sums that are not looked at")
def test_a_reader_that_looks_at_no_check_sum_takes_spoilt_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def believing(line: bytes) -> JournalEntry | None:
        head = line[: -len(b',"crc":"00000000"}')]
        return decode(b'%b,"crc":"%08x"}' % (head, crc32(head)))

    monkeypatch.setattr("hq_tui.store.scanner.decode", believing)
    with pytest.raises(AssertionError):
        check_flips(COUNT, range(0, len(journal(COUNT)) * 8, 13))


HARDSHIPS: list[tuple[str, bytes, list[int], int]] = [
    ("empty", b"", [], 0),
    ("only rubbish", b"\xff\xfe\x00\x00" * 50, [], 1),
    ("only NULs", b"\x00" * 8192, [], 1),
    ("byte order mark", b"\xef\xbb\xbf" + journal(4), [1, 2, 3, 4], 0),
    ("CRLF", journal(4).replace(b"\n", b"\r\n"), [1, 2, 3, 4], 0),
    ("empty lines", journal(4).replace(b"\n", b"\n\n\n"), [1, 2, 3, 4], 0),
    ("hole of NULs", lines(4)[0] + b"\0" * 600 + lines(4)[2] + lines(4)[3], [1, 3, 4], 1),
    ("gap", b"".join(lines(9)[:3] + lines(9)[6:]), [1, 2, 3, 7, 8, 9], 3),
    ("first gone", b"".join(lines(4)[1:]), [2, 3, 4], 1),
    ("repeated", b"".join(lines(4)[:3] + lines(4)[1:]), [1, 2, 3, 4], 0),
    ("bad and its gap", b"".join([*lines(4)[:2], b"junk\n", lines(4)[3]]), [1, 2, 4], 1),
    ("bad without a gap", b"".join([*lines(4)[:2], b"junk\n", *lines(4)[2:]]), [1, 2, 3, 4], 1),
    ("two journals", journal(2) + b"junk\n" + journal(3), [1, 2, 3], 1),
    ("an array", b"[1,2]\n" + lines(2)[1], [2], 1),
]


@pytest.mark.parametrize(
    ("name", "data", "seqs", "damaged"),
    HARDSHIPS,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_damage_is_counted_and_costs_itself(
    name: str, data: bytes, seqs: list[int], damaged: int
) -> None:
    found = replay(data)
    wanted = records(9)
    assert (name, found.records) == (name, tuple(wanted[seq - 1] for seq in seqs))
    assert found.damaged == damaged


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("size", [1, 7, 64, 5000])
def test_a_journal_that_comes_in_pieces_says_the_same(size: int, live: bool) -> None:
    whole = [data for _, data, _, _ in HARDSHIPS]
    whole += [data[:-cut] for data in whole for cut in (1, 9) if len(data) < 5000]
    for data in whole:
        pieces = (data[place : place + size] for place in range(0, len(data), size))
        assert replay_pieces(pieces, live=live) == replay(data, live=live)


@pytest.mark.parametrize("wanted", [0, 3, 10_000])
def test_records_can_be_taken_as_they_are_read_and_the_counts_are_of_all(
    tmp_path: Path, wanted: int
) -> None:
    path, taken = tmp_path / "a.jsonl", list[Record]()
    for _, data, _, _ in HARDSHIPS:
        path.write_bytes(data)
        found = read(path, into=lambda records: taken.extend(islice(records, wanted)))
        whole = read(path)
        assert (tuple(taken), found.records) == (whole.records[:wanted], ())
        assert replace(found, records=whole.records) == whole
        taken.clear()


def test_what_is_taken_comes_before_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sizes = tmp_path / "a.jsonl", list[int]()
    path.write_bytes(journal(40_000))
    at_first = list[int]()

    def counted(fd: int, begin: int, end: int) -> bytes:
        sizes.append(end - begin)
        return read_from(fd, begin, end)

    def take(records: Iterator[Record]) -> None:
        next(records)
        at_first.append(sum(sizes))

    monkeypatch.setattr("hq_tui.store.files.read_from", counted)
    read(path, into=take)
    assert at_first[0] < path.stat().st_size / 4 < sum(sizes)


@pytest.mark.parametrize("seq", [-3, 0, 2, 2**32 - 1, 2**32, 10**30])
def test_a_record_that_stands_there_twice_is_read_once_whatever_its_number(seq: int) -> None:
    mine, yours = encode(seq, {"t": "mine"}), encode(seq, {"t": "yours"})
    found = replay(journal(2) + mine + yours + mine + journal(2) + yours + encode(3, {"t": "on"}))
    assert found.records[2:] == ({"t": "mine"}, {"t": "yours"}, {"t": "on"})


def test_two_records_of_one_number_are_both_kept_when_they_differ() -> None:
    """Two writers that did not know of each other: nobody's words are dropped."""
    data = journal(2) + encode(3, {"t": "mine"}) + encode(3, {"t": "yours"})
    assert replay(data).records[2:] == ({"t": "mine"}, {"t": "yours"})


@pytest.mark.parametrize(
    ("stated", "newer"), [(1, False), (2, True), (0, False), ("2.0", True), (None, True)]
)
def test_a_later_format_is_recognised(stated: object, newer: bool) -> None:
    data = encode(1, {"t": "session", "v": stated}) + encode(2, {"t": "unheard of", "x": [1]})
    found = replay(data)
    assert found.newer is newer
    assert found.records[1] == {"t": "unheard of", "x": [1]}


def test_the_tail_is_the_end_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    long: list[Record] = [SESSION]
    long += (delta(number) | {"pad": "é" * (number * 37 % 1500)} for number in range(2, 400))
    data = b"".join(encode(number, record) for number, record in enumerate(long, 1))
    for end in (len(data), len(data) - 1, len(data) - 40):
        path.write_bytes(data[:end])
        whole = read(path).records
        for wanted in (0, 1, 7, 60, 200, 398, 399, 1000):
            tail = read_tail(path, wanted)
            assert tail.records == whole[len(whole) - min(wanted, len(whole)) :]
            assert tail.whole == (len(tail.records) == len(whole))


def test_the_tail_of_very_long_records_is_their_end(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    long: list[Record] = [SESSION]
    long += (delta(number) | {"pad": "x" * 60_000} for number in range(2, 12))
    path.write_bytes(b"".join(encode(number, record) for number, record in enumerate(long, 1)))
    for wanted in range(1, 12):
        assert list(read_tail(path, wanted).records) == long[-wanted:]


def test_the_tail_reads_little_of_a_long_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(journal(40_000))
    sizes: list[int] = []

    def counted(fd: int, begin: int, end: int) -> bytes:
        sizes.append(end - begin)
        return read_from(fd, begin, end)

    monkeypatch.setattr("hq_tui.store.reader.read_from", counted)
    assert len(read_tail(path, 200).records) == 200
    assert sum(sizes) < 100_000 < path.stat().st_size


@pytest.mark.parametrize("size", [0, 1, 5, 63 * 1024, 65 * 1024, 3 * 1024 * 1024])
def test_the_tail_of_rubbish_is_empty(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(random.Random(size).randbytes(size))
    assert read_tail(path, 5).records == ()


def test_a_session_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(HqError, match="no session"):
        read(tmp_path / "a.jsonl")
    with pytest.raises(HqError, match="no session"):
        read_tail(tmp_path / "a.jsonl", 3)

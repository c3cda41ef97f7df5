"""One session, open for writing."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import psutil
import pytest

from hq_tui.errors import HqError
from hq_tui.store.journal import Journal, SaveStatus
from hq_tui.store.lock import LockedElsewhere
from hq_tui.store.reader import read
from hq_tui.store.record import Record, encode
from tests.store.samples import HEAD, a_journal, delta, journal, lines, records


def test_the_name_of_a_new_session_is_synced_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("hq_tui.store.session_file.sync_folder", synced.append)
    Journal.create(tmp_path, "a", HEAD).close()
    assert synced == [tmp_path]


async def test_what_is_synced_is_in_the_file(tmp_path: Path) -> None:
    log = Journal.create(tmp_path / "sessions", "a", HEAD)
    for number in range(2, 50):
        assert log.append(delta(number)) == number
    assert await log.sync()
    assert log.path.read_bytes() == journal(49)
    assert log.status == SaveStatus(saved=True, reason="", unsaved_records=0, name="a")
    assert log.close()


def test_what_is_only_appended_is_in_the_file_after_closing(tmp_path: Path) -> None:
    log = Journal.create(tmp_path, "a", HEAD)
    log.append(delta(2))
    assert log.close()
    assert log.close()
    assert log.path.read_bytes() == journal(2)
    with pytest.raises(HqError, match="closed"):
        log.append(delta(3))
    assert log.sync_blocking()


def test_a_record_may_be_changed_once_it_was_appended(tmp_path: Path) -> None:
    log = Journal.create(tmp_path, "a", HEAD)
    record = delta(2)
    log.append(record)
    record["text"] = "changed"
    log.close()
    assert read(log.path).records[1] == delta(2)


def test_what_is_no_record_is_refused_and_takes_no_number(tmp_path: Path) -> None:
    log = Journal.create(tmp_path, "a", HEAD)
    with pytest.raises(TypeError):
        log.append({"t": "x", "bad": object()})
    log.append(delta(2))
    log.close()
    assert log.path.read_bytes() == journal(2)
    with pytest.raises(ValueError, match="session"):
        Journal.create(tmp_path, "b", delta(1))


def test_a_session_goes_on_where_it_ended(tmp_path: Path) -> None:
    a_journal(tmp_path)
    log, found = Journal.open(tmp_path, "a")
    assert list(found.records) == records(5)
    assert log.append(delta(6)) == 6
    assert log.close()
    assert log.path.read_bytes() == journal(6)


def test_opening_and_closing_changes_nothing(tmp_path: Path) -> None:
    path = a_journal(tmp_path)
    before = path.read_bytes()
    Journal.open(tmp_path, "a")[0].close()
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl"]


def test_many_threads_append_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    log = Journal.create(tmp_path, "a", HEAD)

    def speak(who: int) -> None:
        for what in range(200):
            log.append({"t": "said", "who": who, "what": what})
            if what % 50 == 0:
                assert log.sync_blocking()

    threads = [threading.Thread(target=speak, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.close()
    found = read(log.path)
    assert found.damaged == 0
    for who in range(8):
        said = [record["what"] for record in found.records if record.get("who") == who]
        assert said == list(range(200))


@pytest.mark.parametrize("cut", [1, 2, 17, 60])
def test_a_torn_end_is_healed_by_a_line_break(tmp_path: Path, cut: int) -> None:
    path = a_journal(tmp_path)
    torn = path.read_bytes()[:-cut]
    path.write_bytes(torn)
    log, found = Journal.open(tmp_path, "a")
    log.append({"t": "more"})
    assert log.close()
    assert path.read_bytes() == torn + b"\n" + encode(found.last_seq + 1, {"t": "more"})
    assert read(path).records == (*found.records, {"t": "more"})


def test_a_damaged_journal_is_copied_aside_once_for_each_damage(tmp_path: Path) -> None:
    path = a_journal(tmp_path, 3)
    path.write_bytes(lines(3)[0] + b"junk\n" + lines(3)[2])
    before = path.read_bytes()
    for number in range(4, 7):
        log, found = Journal.open(tmp_path, "a")
        assert found.damaged == 1
        log.append(delta(number))
        assert log.close()
    copies = sorted(tmp_path.glob("*.damaged-*"))
    assert [copy.name for copy in copies] == ["a.jsonl.damaged-1"]
    assert copies[0].read_bytes() == before
    assert stat.S_IMODE(copies[0].stat().st_mode) == 0o600
    with path.open("ab") as file:
        file.write(b"more junk")
    Journal.open(tmp_path, "a")[0].close()
    Journal.open(tmp_path, "a")[0].close()
    assert len(list(tmp_path.glob("*.damaged-*"))) == 2


def test_as_much_damage_elsewhere_is_another_damage(tmp_path: Path) -> None:
    path = a_journal(tmp_path, 3)
    first, second, third = lines(3)
    spoilt = [
        first + second.replace(b"delta", b"dElta") + third,
        first + second + third.replace(b"delta", b"dElta"),
    ]
    for data in spoilt:
        path.write_bytes(data)
        Journal.open(tmp_path, "a")[0].close()
    copies = sorted(tmp_path.glob("*.damaged-*"))
    assert [copy.read_bytes() for copy in copies] == spoilt


def test_opening_a_damaged_journal_often_leaves_no_file_open(tmp_path: Path) -> None:
    path = a_journal(tmp_path, 3)
    path.write_bytes(lines(3)[0] + b"junk\n" + lines(3)[2])
    opened = []
    for _ in range(3):
        Journal.open(tmp_path, "a")[0].close()
        opened.append(psutil.Process().num_fds())
    assert opened == opened[:1] * 3


def test_a_later_format_is_not_written(tmp_path: Path) -> None:
    path = a_journal(tmp_path)
    path.write_bytes(encode(1, {"t": "session", "v": 2}) + lines(3)[1])
    with pytest.raises(HqError, match="later hq-tui"):
        Journal.open(tmp_path, "a")
    assert read(path).newer
    assert not path.with_suffix(".lock").exists()


def test_a_session_can_be_heard_while_it_is_opened(tmp_path: Path) -> None:
    path, heard = a_journal(tmp_path), list[Record]()
    log, found = Journal.open(tmp_path, "a", into=heard.extend)
    log.append({"t": "more"})
    assert log.close()
    assert found.records == ()
    assert read(path).records == (*heard, {"t": "more"})


def test_a_listener_that_fails_leaves_the_session_to_the_next(tmp_path: Path) -> None:
    path = a_journal(tmp_path)

    def refuse(_records: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Journal.open(tmp_path, "a", into=refuse)
    assert not path.with_suffix(".lock").exists()


@pytest.mark.parametrize("name", ["", "..", "../a", "a/b", "a.b", "-a", "a\n", "a" * 200, "é"])
def test_a_name_that_is_no_session_reaches_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(HqError):
        Journal.open(tmp_path, name)
    with pytest.raises(HqError):
        Journal.create(tmp_path, name, HEAD)
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_is_not_there_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(HqError, match="no session"):
        Journal.open(tmp_path / "sessions", "a")
    assert list(tmp_path.iterdir()) == []


def test_a_session_is_not_created_over_another(tmp_path: Path) -> None:
    path = a_journal(tmp_path)
    with pytest.raises(HqError, match="already"):
        Journal.create(tmp_path, "a", HEAD)
    assert path.read_bytes() == journal(5)
    Journal.open(tmp_path, "a")[0].close()


def test_of_eight_instances_one_writes_and_seven_are_told(tmp_path: Path) -> None:
    a_journal(tmp_path)
    log, _ = Journal.open(tmp_path, "a")
    for _ in range(7):
        with pytest.raises(LockedElsewhere, match=f"process {os.getpid()}") as told:
            Journal.open(tmp_path, "a")
        assert told.value.holder.is_here
    log.close()
    Journal.open(tmp_path, "a")[0].close()

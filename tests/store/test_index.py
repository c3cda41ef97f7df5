"""The index forgets nothing that matters, finds words in any writing, and mends itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hq_tui.store.index import Index, IndexRebuilt, Match, Passage, ReadCheckpoint, terms_of

SAID = (
    "Why would anybody rewrite the parser in Rust?",
    "Ich weiß es nicht: die Straße ist naïve.",
    "昨日は東京で会いました。明日は大阪です。",
    "학교에서 배웠습니다",
    "ฉันรักภาษาไทย",
    'a "quoted" AND * NEAR( word: ^col',
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with closing(Index(tmp_path / "cache" / "i.sqlite")) as made:
        fill(made)
        yield made


def fill(index: Index) -> None:
    for turn, text in enumerate(SAID, 1):
        said = Passage(turn=turn, role="user", text=text, at=1000.0 + turn)
        index.put(f"s{turn}", ReadCheckpoint(size=turn, mtime=turn), {"title": text}, [said])
    index.commit()


def turns(found: list[Match]) -> list[int]:
    return [match.turn for match in found]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("rewrite", [1]),
        ("REWR", [1]),
        ("rust parser", [1]),
        ("rust lisp", []),
        ("strasse", [2]),
        ("naive", [2]),
        ("NAÏVE", [2]),
        ("東京", [3]),
        ("京", [3]),
        ("京東", []),
        ("大阪 東京", [3]),
        ("학교", [4]),
        ("ภาษา", [5]),
        ('"quoted"', [6]),
        ("NEAR(", [6]),
        ("col", [6]),
        ("*", []),
        ('"', []),
        ("", []),
        ("\0", []),
    ],
)
def test_words_are_found_in_any_writing_and_no_sign_is_a_command(
    index: Index, typed: str, found: list[int]
) -> None:
    assert turns(index.search(typed)) == found


@given(some.text(max_size=40))
def test_nothing_that_can_be_typed_is_an_error(typed: str) -> None:
    with closing(Index(Path("/dev/null/nowhere"))) as index:
        index.put("a", ReadCheckpoint(), {}, [Passage(turn=1, role="user", text=typed, at=0.0)])
        found = turns(index.search(typed))
        assert found == [] if not terms_of(typed) else found in ([1], [])
        assert found == [1] or not typed.isascii() or not terms_of(typed)


def test_the_newest_come_first_whatever_the_order_in_which_they_came(tmp_path: Path) -> None:
    order = list(range(1, 200))
    Random(3).shuffle(order)
    with closing(Index(tmp_path / "i.sqlite")) as index:
        for turn in order:
            index.put(
                f"s{turn}", ReadCheckpoint(), {}, [Passage(turn=turn, role="u", text="x", at=turn)]
            )
        assert turns(index.search("x", most=50)) == list(range(199, 149, -1))


def test_a_turn_taken_in_again_replaces_what_it_said(index: Index) -> None:
    said = Passage(turn=2, role="user", text="something else", at=1.0)
    index.put("s1", ReadCheckpoint(size=9), {}, [said], after=1)
    index.put("s1", ReadCheckpoint(size=10), {}, [said], after=1)
    assert turns(index.search("rewrite")) == [1]
    assert turns(index.search("something")) == [2]
    index.put("s1", ReadCheckpoint(size=3), {}, [])
    assert index.search("rewrite") == index.search("something") == []


def test_a_session_forgotten_leaves_no_word_behind(index: Index) -> None:
    index.forget("s1")
    index.forget("never there")
    assert index.search("rewrite") == []
    assert set(index.marks()) == {f"s{turn}" for turn in range(2, 7)} == set(index.abouts())
    index.close()
    assert b"would anybody" not in index.path.read_bytes()


def test_what_was_kept_is_there_in_the_next_process(index: Index) -> None:
    index.close()
    with closing(Index(index.path)) as again:
        assert not again.in_memory
        assert again.marks()["s2"] == ReadCheckpoint(size=2, mtime=2)
        assert turns(again.search("naive")) == [2]


def test_the_index_can_be_read_by_nobody_else(index: Index) -> None:
    assert index.path.stat().st_mode & 0o777 == 0o600
    assert index.path.parent.stat().st_mode & 0o777 == 0o700


def noise(path: Path) -> None:
    path.write_bytes(Random(1).randbytes(path.stat().st_size))


def noise_in_the_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = Random(1).randbytes(len(data) - 4096)
    path.write_bytes(data)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def another_version(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[60:64] = (99).to_bytes(4, "big")
    path.write_bytes(data)


HARMS = (noise, noise_in_the_middle, cut_short, emptied, another_version)


@pytest.mark.parametrize("harm", HARMS)
def test_a_spoilt_file_is_made_anew_when_it_is_opened(
    index: Index, harm: Callable[[Path], None]
) -> None:
    index.close()
    harm(index.path)
    with closing(Index(index.path)) as again:
        while True:
            try:
                fill(again)
                assert turns(again.search("rewrite")) == [1]
                break
            except IndexRebuilt:
                continue
        assert not again.in_memory
    with closing(Index(index.path)) as later:
        assert turns(later.search("rewrite")) == [1]


@pytest.mark.parametrize("harm", [noise, cut_short, emptied])
def test_a_file_spoilt_while_it_is_in_use_is_made_anew(
    index: Index, harm: Callable[[Path], None]
) -> None:
    harm(index.path)
    renewed = 0
    while renewed < 5:
        try:
            fill(index)
            if turns(index.search("rewrite")) == [1] and len(index.marks()) == len(SAID):
                break
        except IndexRebuilt:
            renewed += 1
    assert turns(index.search("rewrite")) == [1]


def test_a_file_that_is_taken_away_while_in_use_does_no_harm(index: Index) -> None:
    index.path.unlink()
    assert turns(index.search("rewrite")) == [1]


@pytest.mark.parametrize("place", ["/dev/null/x/i.sqlite", "/proc/i.sqlite"])
def test_where_no_file_can_be_the_index_lives_in_memory(place: str) -> None:
    with closing(Index(Path(place))) as index:
        fill(index)
        assert index.in_memory
        assert turns(index.search("rewrite")) == [1]


def test_a_link_to_somebody_elses_file_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "i.sqlite").symlink_to(precious)
    with closing(Index(tmp_path / "i.sqlite")) as index:
        fill(index)
        assert index.in_memory
    assert precious.read_text() == "mine"


def test_a_folder_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "i.sqlite").mkdir()
    with closing(Index(tmp_path / "i.sqlite")) as index:
        assert index.in_memory
    assert (tmp_path / "i.sqlite").is_dir()

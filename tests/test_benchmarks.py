"""The measuring itself: a figure is worth no more than the ruler it was read from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from itertools import islice, pairwise
from math import inf
from pathlib import Path

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import process, prose, reading
from benchmarks.measures import Bench
from benchmarks.programs import HELLO, HOME, Server, Workshop, serving, write_session
from benchmarks.prose import KEY, LONG, NUMBERED, SHAPES, deltas
from benchmarks.screen import Screen
from benchmarks.server import Order, order_in
from benchmarks.table import Figures
from hq_tui.sessions.session import replay
from hq_tui.store.reader import read
from tests.support.vt import VirtualTerminal

COLUMNS, ROWS = 20, 6

# The emulated screen

_rows = st.integers(1, ROWS)
_columns = st.integers(1, COLUMNS)
_text = st.text(alphabet="abc │é", min_size=1, max_size=12)
_erase = st.sampled_from("KJ")
_piece = st.one_of(
    st.builds("\x1b[{};{}H{}".format, _rows, st.integers(1, 8), _text),
    st.builds("\x1b[{};{}H".format, _rows, _columns),
    st.builds("\x1b[{}H".format, _rows),
    st.builds("\x1b[{};{}H\x1b[{}X".format, _rows, _columns, st.integers(1, 30)),
    st.builds("\x1b[{};{}H\x1b[{}{}".format, _rows, _columns, st.integers(0, 2), _erase),
    st.builds("\x1b[3;5H\x1b[{}{}x".format, st.integers(1, 9), st.sampled_from("ABCDGd")),
    st.builds(
        "\x1b[{};{}r\x1b[{}H{}\x1b[r".format,
        st.just(2),
        st.integers(3, ROWS),
        st.integers(2, 3),  # pyte moves a cursor that is outside of the region into it
        st.sampled_from(["\n", "\n\n\n", "\x1bM", "\x1bM\x1bM"]),
    ),
    st.builds(
        "\x1b[2;{}r\x1b[{}H\x1b[{}{}\x1b[r".format,
        st.integers(3, ROWS),
        st.just(2),
        st.integers(1, 9),
        st.sampled_from("LM"),
    ),
    st.builds("\x1b[{};{}H\x1b7{}\x1b8{}".format, _rows, st.integers(1, 8), _text, _text),
    st.sampled_from(["\x1b[1;38;2;9;9;9m", "\x1b[m", "\x1b[?2026h", "\r", "\x1b[>1u"]),
    st.just("\x1b]8;;https://example.org\x1b\\"),
)


def expected(data: bytes) -> list[str]:
    """What an emulator of somebody else shows."""
    screen = pyte.Screen(COLUMNS, ROWS)
    plain = data.replace(b"\x1b[>1u", b"").replace(b"\x1b]8;;https://example.org\x1b\\", b"")
    pyte.ByteStream(screen).feed(plain)
    return list(screen.display)


_moved = st.builds(
    "\x1b[?69h\x1b[{0};{1}s\x1b[{2};{3}r\x1b[{2};{0}H\x1b[{4}{5}\x1b[r\x1b[?69l".format,
    st.integers(1, 6),
    st.integers(8, COLUMNS),
    st.integers(1, 3),
    st.integers(4, ROWS),
    st.integers(1, 9),
    st.sampled_from("LM"),
)
_written = st.builds("\x1b[{};{}H{}".format, _rows, st.integers(1, 8), _text)


@given(st.lists(_moved | _written, max_size=30))
def test_what_scrolls_between_margins_leaves_the_rest_of_each_row(pieces: list[str]) -> None:
    data = "".join(pieces)
    screen, other = Screen(COLUMNS, ROWS), VirtualTerminal(COLUMNS, ROWS, has_margins=True)
    screen.feed(data.encode())
    other.feed(data)
    assert [screen.text(row) for row in range(ROWS)] == other.text()


@settings(deadline=None, max_examples=150)
@given(st.lists(_piece, max_size=30), st.lists(st.integers(0, 400), max_size=5))
def test_the_screen_shows_what_another_emulator_shows(pieces: list[str], cuts: list[int]) -> None:
    data = "".join(pieces).encode()
    screen = Screen(COLUMNS, ROWS)
    ends = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    for start, end in pairwise(ends):
        screen.feed(data[start:end])
    assert [screen.text(row) for row in range(ROWS)] == expected(data)


def test_the_screen_names_the_rows_that_were_drawn_on() -> None:
    screen = Screen(COLUMNS, ROWS)
    screen.feed(b"\x1b[2;1Hone\x1b[5;3Htwo")
    assert screen.dirty == {1, 4}


# Reading the stamps


@pytest.mark.parametrize(
    ("pressed", "shown", "waits"),
    [
        ([], [], []),
        ([(1, 1), (2, 2)], [(1.5, 1), (2.5, 2)], [0.5, 0.5]),
        # Two keys take effect at once.
        ([(1, 1), (2, 2)], [(2.5, 2)], [1.5, 0.5]),
        # A letter that was rubbed out before anybody saw it.
        ([(1, 1), (2, 2), (3, 1), (4, 0)], [(1.5, 1), (4.5, 0)], [0.5, 2.5, 1.5, 0.5]),
        # A number that stood there before the key does not count as its echo.
        ([(1, 1)], [(0.5, 1), (3, 1)], [2]),
        # The earlier of two keys that fit.
        ([(1, 1), (2, 2), (3, 1)], [(3.5, 1), (4, 2), (5, 1)], [2.5, 2, 2]),
        ([(1, 1), (2, 2)], [(1.5, 1)], [0.5, inf]),
    ],
)
def test_a_wait_lasts_from_the_key_to_the_screen_that_shows_its_effect(
    pressed: Sequence[tuple[float, int]],
    shown: Sequence[tuple[float, int]],
    waits: list[float],
) -> None:
    assert reading.echoes(pressed, shown) == waits


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1), (0.501, 51)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert reading.percentile(range(1, 101), share) == value


def test_words_that_never_showed_are_counted_and_have_no_delay() -> None:
    sent, seen = {"1": 10.0, "2": 11.0}, {"1": 10.25}
    assert reading.delays(sent, seen) == [0.25]
    assert reading.missing(sent, seen) == 1
    assert reading.missing(sent, sent) == 0


def test_compression_counts_every_packet_that_is_flushed() -> None:
    data = b"the same words again and again " * 20
    at_once = reading.compressed([(0.0, data)])
    in_packets = reading.compressed((place * 0.1, data[place : place + 1]) for place in range(620))
    assert at_once < len(data) / 4
    assert in_packets > len(data)


# What is streamed


@pytest.mark.parametrize("shape", SHAPES)
def test_a_long_message_is_long_in_every_shape_and_always_the_same(shape: str) -> None:
    text = "".join(deltas(shape, 1000))
    assert LONG <= len(text.encode()) < LONG * 1.01
    assert text == "".join(deltas(shape, 10))
    assert KEY not in text


def test_numbered_words_count_upwards_and_stand_in_no_text_twice() -> None:
    text = "".join(deltas("mixed", 2000, 500))
    numbers = [int(number) for number in NUMBERED.findall(text)]
    assert numbers == list(range(500, 500 + len(numbers)))
    assert len(numbers) > 300
    assert KEY not in text
    assert not NUMBERED.search("".join(islice(prose.turn(7), 2)))


def test_the_last_order_of_a_request_is_the_one_that_is_meant() -> None:
    orders = [Order(amount=5, rate=20), Order(shape="table", amount=9, rate=1000, first=7)]
    body = json.dumps({"messages": [order.words for order in orders]}).encode()
    assert order_in(body) == orders[1]
    assert order_in(b"{}") is None


def test_the_server_streams_the_deltas_and_says_when_each_word_went() -> None:
    server = Server(HOME)
    try:
        order = Order(amount=200, rate=5000, first=40)
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as line:
            line.request("POST", "/v1/messages?beta=true", json.dumps({"said": order.words}))
            body = line.getresponse().read().decode()
        begins, report = server.line(), server.line()
    finally:
        server.stop()
    events = [json.loads(row[6:]) for row in body.splitlines() if row.startswith("data: ")]
    texts = [event["delta"].get("text") for event in events if "delta" in event]
    assert [text for text in texts if text is not None] == deltas("mixed", 200, 40)
    assert [event["type"] for event in (events[0], events[-1])] == ["message_start", "message_stop"]
    sent = report["sent"]
    assert isinstance(sent, dict)
    assert begins["begins"]
    assert set(sent) == set(NUMBERED.findall("".join(deltas("mixed", 200, 40))))
    assert list(sent.values()) == sorted(sent.values())


def test_a_written_session_is_one_that_the_app_can_read(tmp_path: Path) -> None:
    write_session(tmp_path, 20)
    (path,) = (tmp_path / "sessions").glob("*.jsonl")
    conversation = replay(read(path).records).conversation
    assert conversation.turn_count == 10
    assert not conversation.is_busy
    assert "answer 9." in str(conversation.live)


# A program on a terminal


def test_a_program_is_seen_painting_echoing_and_falling_quiet(tmp_path: Path) -> None:
    with Workshop(tmp_path).start(HELLO, 1) as terminal:
        painted = terminal.wait_for(HELLO.painted)
        pressed = terminal.keys(KEY)
        shown = terminal.wait_until(lambda: terminal.letters == 1, "the letter")
        terminal.settle()
        assert terminal.started < painted <= pressed < shown
        assert 0 < terminal.cpu < 60
        assert process.memory(terminal.pid).peak >= process.memory(terminal.pid).rss > 10
        assert terminal.seen.keys == [(shown, 1)]


def test_the_sdk_alone_reads_a_reply_to_its_end(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path)
    with serving(workshop) as server:
        bench = Bench(workshop, server, Figures())
        few = bench.bare(bench.order(2, 500))
        many = bench.bare(bench.order(400, 2_000))
    assert 0 < few < many


# The table


def test_the_table_shows_medians_spreads_runs_and_ratios() -> None:
    figures = Figures()
    for value in (3.0, 1.0, 2.0):
        figures.add("a row, s", "hq-tui", value)
        figures.add("a row, s", "reference", 4.0)
    figures.add("another, MB", "hq-tui", 1234.4)
    figures.add("bytes", "hello", 0.0)
    figures.add("paint, 0 messages, ms", "hq-tui", 400.0)
    figures.add("paint, 10,000 messages, ms", "hq-tui", 440.0)
    assert figures.table().splitlines()[2:] == [
        "| a row, s | 2 (1 to 3) | 4 |  | 0.50x reference |",
        "| another, MB | 1,234 [1] |  |  |  |",
        "| bytes |  |  | 0 [1] |  |",
        "| paint, 0 messages, ms | 400 [1] |  |  |  |",
        "| paint, 10,000 messages, ms | 440 [1] |  |  | 1.10x empty |",
    ]

"""A record and its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.store.record import decode, encode, salvage
from tests.store.samples import WORDS, lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.integers(min_value=1), st.dictionaries(st.text(), VALUES, max_size=4))
def test_what_is_written_is_read(seq: int, fields: dict[str, Any]) -> None:
    record = {key: value for key, value in fields.items() if key not in {"seq", "crc"}}
    record["t"] = "delta"
    line = encode(seq, record)
    entry = decode(line.removesuffix(b"\n"))
    assert line.count(b"\n") == 1
    assert entry is not None
    assert (entry.seq, entry.record) == (seq, record)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a\ud800b", "a\ufffdb"),
        ("\udc00", "\ufffd"),
        ("\ud83d\ude82", "🚂"),
        ("\ud83d \ude82", "\ufffd \ufffd"),
        ("x\ud800", "x\ufffd"),
    ],
    ids=ascii,
)
def test_a_lone_surrogate_is_replaced_and_a_pair_is_joined(given_text: str, kept: str) -> None:
    entry = decode(encode(1, {"t": "delta", "text": given_text}).rstrip(b"\n"))
    assert entry is not None
    assert entry.record["text"] == kept


@pytest.mark.parametrize("text", WORDS)
def test_a_line_is_plain_json(text: str) -> None:
    fields = json.loads(encode(7, {"t": "delta", "text": text}))
    assert list(fields) == ["seq", "t", "text", "crc"]
    assert (fields["seq"], fields["text"]) == (7, text)


@pytest.mark.parametrize(
    "record", [{}, {"t": 1}, {"t": "x", "seq": 1}, {"t": "x", "crc": ""}, {"t": "x", "bad": {1}}]
)
def test_what_is_no_record_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        encode(1, record)


@given(st.binary(max_size=200))
def test_rubbish_is_not_a_record_and_raises_nothing(line: bytes) -> None:
    assert decode(line) is None
    assert salvage(line) == []


@given(st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_always_noticed(place: int, change: int) -> None:
    for line in lines(4):
        spoilt = bytearray(line.rstrip(b"\n"))
        spoilt[place % len(spoilt)] ^= change
        assert decode(bytes(spoilt)) is None


@pytest.mark.parametrize("nested", [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000])
def test_absurd_json_with_a_right_checksum_is_damage_not_a_crash(nested: bytes) -> None:
    from zlib import crc32

    head = b'{"seq":1,"t":"x","deep":' + nested
    assert decode(head + b',"crc":"%08x"}' % crc32(head)) is None


@pytest.mark.parametrize("between", [b"", b"\x00" * 700, b'{"seq":2,"t":"del', b"\xff", b" "])
def test_whole_records_are_found_inside_a_spoilt_line(between: bytes) -> None:
    first, _, third = (line.rstrip(b"\n") for line in lines(3))
    assert [entry.seq for entry in salvage(first + between + third)] == [1, 3]
    assert [entry.seq for entry in salvage(between + third)] == [3]

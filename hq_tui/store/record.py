r"""Encodes a record as one line of a journal, and decodes it.

A line is an ordinary JSON object, so `jq` and `grep` work; the sequence number is first and
the CRC-32 of the bytes before it last:

    {"seq":7,"t":"delta","text":"why?","crc":"9ae0daaf"}

A quote in a text is written as `\"`, so both marks can be recognised inside a damaged line;
that is how complete records are found after a torn one.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from zlib import crc32

Record = dict[str, Any]

FORMAT_VERSION = 1

_BEGIN = b'{"seq":'
_END_LENGTH = len(b',"crc":"00000000"}')
_END = re.compile(rb',"crc":"[0-9a-f]{8}"\}')
_RESERVED = frozenset({"seq", "crc"})
_MOST_BEGINNINGS = 16
"""Maximum number of beginnings to try in a damaged line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A record with its sequence number and checksum."""

    seq: int
    crc: int
    record: Record


def encode(seq: int, record: Record) -> bytes:
    """The line for `record`, with its newline.

    Raises `ValueError` or `TypeError` for a missing kind, a reserved name or a value that JSON
    cannot hold.
    """
    if not isinstance(record.get("t"), str):
        raise ValueError('a record needs a string under "t"')
    if not _RESERVED.isdisjoint(record):
        raise ValueError('"seq" and "crc" belong to the journal')
    text = json.dumps({"seq": seq} | record, ensure_ascii=False, separators=(",", ":"))
    head = _utf8(text[:-1])
    return b'%b,"crc":"%08x"}\n' % (head, crc32(head))


def decode(line: bytes) -> JournalEntry | None:
    """The entry in `line` (without its newline), or None when it is damaged."""
    line = line.rstrip(b"\r")
    head, end = line[:-_END_LENGTH], line[-_END_LENGTH:]
    crc = crc32(head)
    if end != b',"crc":"%08x"}' % crc:
        return None
    try:
        fields = json.loads((head + b"}").decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("t"), str):
        return None
    seq = fields.pop("seq", None)
    if not isinstance(seq, int) or isinstance(seq, bool):
        return None
    return JournalEntry(seq=seq, crc=crc, record=fields)


def salvage(line: bytes) -> list[JournalEntry]:
    """Complete entries inside a damaged `line`, such as one joined to a torn one."""
    found = []
    begin = 0
    for end in _END.finditer(line):
        entry = _decode_somewhere(line[begin : end.end()])
        if entry is not None:
            found.append(entry)
            begin = end.end()
    return found


def _decode_somewhere(piece: bytes) -> JournalEntry | None:
    """The entry that ends where `piece` ends, wherever in it that begins."""
    at = len(piece)
    for _ in range(_MOST_BEGINNINGS):
        at = piece.rfind(_BEGIN, 0, at)
        if at < 0:
            return None
        entry = decode(piece[at:])
        if entry is not None:
            return entry
    return None


def _utf8(text: str) -> bytes:
    """`text` as UTF-8; surrogate pairs are joined, lone ones become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()

"""Records and journals to treat badly."""

from __future__ import annotations

from pathlib import Path

from hq_tui.store.record import Record, encode

HEAD: Record = {"t": "session", "title": "Ein Gespräch über Rost"}
SESSION: Record = {"t": "session", "v": 1, "title": "Ein Gespräch über Rost"}

WORDS = (
    "why?",
    "naïve — 東京 🚂",
    'a "quoted" \\ line\nand another',
    '{"seq":3,"t":"delta"},"crc":"00000000"}',
    "\x00\x1b[2J\x85\u2028\ufeff",
    "",
)


def delta(number: int) -> Record:
    """A record that tells which one it is, in words of every kind."""
    return {"t": "delta", "n": number, "text": WORDS[number % len(WORDS)], "deep": {"seq": number}}


def records(count: int) -> list[Record]:
    """A session record and `count - 1` others."""
    return [SESSION, *(delta(number) for number in range(2, count + 1))]


def lines(count: int) -> list[bytes]:
    """The lines of a sound journal of `count` records."""
    return [encode(number, record) for number, record in enumerate(records(count), 1)]


def journal(count: int) -> bytes:
    """The bytes of a sound journal of `count` records."""
    return b"".join(lines(count))


def a_journal(folder: Path, count: int = 5) -> Path:
    """A sound session `a` in `folder`."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "a.jsonl"
    path.write_bytes(journal(count))
    return path

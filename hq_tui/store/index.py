"""The index of all sessions: a row for each, and a full-text search of their words.

It is one SQLite file in the cache folder and can be deleted at any time. If it is damaged or
cannot be written, it is rebuilt, in memory if need be, and `IndexRebuilt` asks for refilling.

It uses a rollback journal, because the SQLite of stock Pythons can corrupt a database with a
write-ahead log. Passage numbers grow with time, so that the newest come first without sorting.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

from hq_tui.core.text.search import searchable, words_of
from hq_tui.errors import HqError
from hq_tui.store.files import create_or_open_private, private_folder

VERSION = 2
"""Version of the tables and rows; a file of another version is rebuilt."""
_TABLES = """
CREATE TABLE IF NOT EXISTS sessions(
  key INTEGER PRIMARY KEY, id TEXT UNIQUE, size INTEGER, mtime INTEGER,
  begin INTEGER, seq INTEGER, turns INTEGER, damaged INTEGER, about TEXT);
CREATE TABLE IF NOT EXISTS passages(
  number INTEGER PRIMARY KEY, session INTEGER, turn INTEGER, role TEXT, text TEXT);
CREATE INDEX IF NOT EXISTS of_session ON passages(session, turn);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
  text, content='', detail=full, prefix='2 3', tokenize="unicode61 remove_diacritics 2");
"""
_DISK = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    }
)
"""Failures that another file of the same name would not cure."""
_CHECKED = (sqlite3.Error, json.JSONDecodeError, UnicodeError)
_LATEST = 8e9
"""Seconds since the epoch; later times would not fit into a number of SQLite."""

Result = TypeVar("Result")


class IndexRebuilt(Exception):  # noqa: N818 - not an error: the index is sound again, and empty
    """The index was rebuilt and has to be filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCheckpoint:
    """The part of a journal that is indexed; reading resumes at `begin` when it grows.

    Record `seq`, the message that opens the last turn, is there; `turns` and `damaged` count what
    is before it.
    """

    size: int = 0
    mtime: int = 0
    begin: int = 0
    seq: int = 0
    turns: int = 0
    damaged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The words of one side in a turn; `at` in seconds since the epoch."""

    turn: int
    role: str
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A passage that holds the words looked for."""

    session_id: str
    turn: int
    role: str
    text: str


class Index:
    """The index in the file `path`; every method may raise `IndexRebuilt`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.in_memory = False
        """True if no file could be used; the index then ends with this process."""
        self._base = self._open()

    def marks(self) -> dict[str, ReadCheckpoint]:
        """The checkpoint of each session."""
        names = [field.name for field in fields(ReadCheckpoint)]
        rows = self._rows(f"SELECT id, {', '.join(names)} FROM sessions")  # noqa: S608 - our names
        return {row[0]: ReadCheckpoint(**dict(zip(names, row[1:], strict=True))) for row in rows}

    def abouts(self) -> dict[str, dict[str, Any]]:
        """The row of each session, as it was put."""
        rows = "SELECT id, about FROM sessions"
        return self._do(lambda base: {name: json.loads(row) for name, row in base.execute(rows)})

    def put(
        self,
        session_id: str,
        mark: ReadCheckpoint,
        about: Mapping[str, Any],
        passages: Iterable[Passage],
        *,
        after: int = 0,
    ) -> None:
        """Index a session; passages of turns after `after` are replaced."""
        self._do(lambda base: _put(base, session_id, mark, about, passages, after))

    def forget(self, session_id: str) -> None:
        """Drop a session."""
        self._do(lambda base: _forget(base, session_id))

    def commit(self) -> None:
        """Keep what was put and forgotten."""
        self._do(lambda base: base.commit())

    def search(self, typed: str, *, most: int = 50) -> list[Match]:
        """The newest passages that hold every word typed, or a word that begins so."""
        terms = terms_of(typed)
        if not terms:
            return []
        return self._matches(
            "(SELECT rowid AS hit FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?)"
            " JOIN passages ON number = hit JOIN sessions ON key = session ORDER BY number DESC",
            terms,
            most,
        )

    def last_asked(self, most: int) -> list[Match]:
        """The newest messages of the person, of all sessions, the newest first."""
        return self._matches(
            "passages JOIN sessions ON key = session"
            " WHERE role = 'user' ORDER BY number DESC LIMIT ?",
            most,
        )

    def last_passages(self, session_id: str, most: int) -> list[Passage]:
        """The end of a session, in its order."""
        rows = self._rows(
            "SELECT turn, role, text FROM passages JOIN sessions ON key = session"
            " WHERE id = ? ORDER BY turn DESC, role ASC LIMIT ?",
            session_id,
            most,
        )
        return [Passage(turn=a, role=b, text=c, at=0.0) for a, b, c in reversed(rows)]

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self._base.commit()
        self._base.close()

    # The file

    def _matches(self, source: str, *given: str | int) -> list[Match]:
        rows = self._rows(f"SELECT id, turn, role, text FROM {source}", *given)  # noqa: S608 - ours
        return [Match(session_id=a, turn=b, role=c, text=d) for a, b, c, d in rows]

    def _rows(self, query: str, *given: str | int) -> list[Any]:
        return self._do(lambda base: base.execute(query, given).fetchall())

    def _do(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return action(self._base)
        except _CHECKED as error:
            with contextlib.suppress(sqlite3.Error):
                self._base.close()
            self._base = self._memory() if _is_of_disk(error) else self._recreated()
            raise IndexRebuilt from error

    def _open(self) -> sqlite3.Connection:
        try:
            return self._from_file()
        except sqlite3.DatabaseError as error:
            return self._memory() if _is_of_disk(error) else self._recreated()
        except (OSError, HqError):
            return self._memory()

    def _recreated(self) -> sqlite3.Connection:
        """Replace a file that is damaged or of another version."""
        try:
            for suffix in ("-journal", ""):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            return self._from_file()
        except (OSError, HqError, sqlite3.DatabaseError):
            return self._memory()

    def _from_file(self) -> sqlite3.Connection:
        private_folder(self.path.parent)
        os.close(create_or_open_private(self.path))  # ours alone before SQLite opens it
        base = sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)
        try:
            _prepare(base)
        except sqlite3.DatabaseError:
            base.close()
            raise
        return base

    def _memory(self) -> sqlite3.Connection:
        self.in_memory = True
        base = sqlite3.connect(":memory:", check_same_thread=False)
        _prepare(base)
        return base


def _is_of_disk(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in _DISK


def terms_of(typed: str) -> str:
    """The FTS5 query for the words typed, each quoted and as a prefix."""
    return " AND ".join(f'"{searchable(word).replace(chr(34), " ")}"*' for word in words_of(typed))


def _prepare(base: sqlite3.Connection) -> None:
    """Make the tables where there are none. DatabaseError for a file of another version."""
    base.execute("PRAGMA journal_mode = DELETE")
    base.execute("PRAGMA synchronous = NORMAL")
    base.execute("PRAGMA secure_delete = ON")
    base.execute("PRAGMA cache_size = -4000")
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version == 0 and not base.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        base.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
    elif version != VERSION:
        raise sqlite3.DatabaseError("made by another version")
    base.execute("SELECT count(*) FROM sessions").fetchone()


def _put(
    base: sqlite3.Connection,
    session_id: str,
    mark: ReadCheckpoint,
    about: Mapping[str, Any],
    passages: Iterable[Passage],
    after: int,
) -> None:
    if not base.in_transaction:
        base.execute("BEGIN IMMEDIATE")
    row = {"id": session_id, **asdict(mark), "about": json.dumps(about, ensure_ascii=True)}
    changes = ", ".join(f"{name} = excluded.{name}" for name in row)
    (key,) = base.execute(
        f"INSERT INTO sessions({', '.join(row)}) VALUES({', '.join('?' * len(row))})"
        f" ON CONFLICT(id) DO UPDATE SET {changes} RETURNING key",
        tuple(row.values()),
    ).fetchone()
    _drop(base, key, after)
    for passage in passages:
        _add(base, session_id, key, passage)


def _add(base: sqlite3.Connection, session_id: str, key: int, passage: Passage) -> None:
    text = passage.text.encode("utf-8", "replace").decode()
    spread = crc32(f"{session_id}/{passage.turn}/{passage.role}".encode())
    number = (int(min(passage.at, _LATEST) * 1000) << 20) + (spread & 0xFFFFF)
    while base.execute("SELECT 1 FROM passages WHERE number = ?", (number,)).fetchone():
        number += 1
    base.execute(
        "INSERT INTO passages VALUES(?,?,?,?,?)",
        (number, key, passage.turn, passage.role, text),
    )
    base.execute("INSERT INTO words(rowid, text) VALUES(?,?)", (number, searchable(text)))


def _drop(base: sqlite3.Connection, key: int, after: int) -> None:
    """Drop the passages of a session behind turn `after`."""
    old = base.execute(
        "SELECT number, text FROM passages WHERE session = ? AND turn > ?", (key, after)
    ).fetchall()
    for number, text in old:
        base.execute(
            "INSERT INTO words(words, rowid, text) VALUES('delete',?,?)",
            (number, searchable(text)),
        )
    base.execute("DELETE FROM passages WHERE session = ? AND turn > ?", (key, after))


def _forget(base: sqlite3.Connection, session_id: str) -> None:
    if not base.in_transaction:
        base.execute("BEGIN IMMEDIATE")
    found = base.execute("SELECT key FROM sessions WHERE id = ?", (session_id,)).fetchone()
    if found:
        _drop(base, found[0], 0)
        base.execute("DELETE FROM sessions WHERE key = ?", found)

"""Remembers between runs what servers lack, so that each is asked only once.

A small file in the cache folder, which can be deleted; entries expire, because servers are
upgraded. Nothing raises: a file that cannot be read or written costs one refused request.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hq_tui.core.failure import FailureKind
from hq_tui.core.json_fields import list_in
from hq_tui.core.requests.lessons import NOTHING, Lessons
from hq_tui.errors import HqError
from hq_tui.store.files import create_private, private_folder

KEPT_FOR = 7 * 24 * 3600.0
"""Seconds after which a server is given another chance."""
MOST_ENTRIES = 200
LONGEST = 1_000_000
_BOUNDS = ("max_output", "window")


class ServerNotes:
    """The lessons about the models of an address, which may change."""

    def __init__(self, path: Path, address: Callable[[], str], now: Callable[[], float]) -> None:
        self._path = path
        self._address = address
        self._now = now
        self._fresh: dict[str, Lessons] = {}

    def known(self, model: str) -> Lessons:
        """The lessons about a model at this address."""
        row = self._rows().get(self._key(model))
        return self._fresh.get(self._key(model), NOTHING) | _lessons(row, self._now() - KEPT_FOR)

    async def learn(self, model: str, lessons: Lessons) -> None:
        """Add `lessons` to those already known."""
        await asyncio.to_thread(self._learn, model, lessons)

    def _learn(self, model: str, lessons: Lessons) -> None:
        whole = self.known(model) | lessons
        self._fresh[self._key(model)] = whole
        entry = {
            "at": self._now(),
            "without": sorted(whole.without),
            **{name: bound for name in _BOUNDS if (bound := getattr(whole, name))},
        }
        rows = {**self._rows(), self._key(model): entry}
        newest = sorted(rows.items(), key=lambda one: _time(one[1]))[-MOST_ENTRIES:]
        self._write(dict(newest))

    def _key(self, model: str) -> str:
        return f"{self._address()} {model}"

    def _rows(self) -> dict[str, Any]:
        try:
            with self._path.open("rb") as file:
                rows = json.loads(file.read(LONGEST))
        except (OSError, ValueError, RecursionError):
            return {}
        return rows if isinstance(rows, dict) else {}

    def _write(self, rows: dict[str, Any]) -> None:
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            private_folder(self._path.parent)
            with os.fdopen(create_private(beside), "w", encoding="utf-8") as file:
                json.dump(rows, file, indent=1)
            beside.replace(self._path)
        except (OSError, HqError):
            beside.unlink(missing_ok=True)


def _time(row: object) -> float:
    at = row.get("at") if isinstance(row, dict) else None
    return float(at) if isinstance(at, int | float) else 0.0


def _lessons(row: object, oldest: float) -> Lessons:
    if not isinstance(row, dict) or _time(row) < oldest:
        return NOTHING
    known = {str(kind): kind for kind in FailureKind}
    without = [known[name] for name in list_in(row, "without") if name in known]
    bounds = {name: row.get(name) for name in _BOUNDS}
    sound = {name: bound for name, bound in bounds.items() if type(bound) is int and bound > 0}
    return Lessons(without=frozenset(without), **sound)

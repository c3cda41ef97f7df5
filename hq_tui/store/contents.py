"""The contents of attached files, each kept once under its SHA-256.

They lie in a folder beside the journals, private like these. What is put here is on the disk
when `put` returns, and is checked against its name whenever it is read. Nothing is deleted
but by `sessions --prune`.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from hq_tui.errors import HqError
from hq_tui.store.files import private_folder, read_from, reading, sync_folder, write_private

FRESH = 86_400.0
"""Seconds for which contents are kept though no journal names them: one may be about to."""
_NAME = re.compile("[0-9a-f]{64}")
_MENTION = re.compile(rb'"sha256": ?"([0-9a-f]{64})"')


class ContentStore:
    """The contents in `folder`, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep `data`; its SHA-256. Raises HqError where the disk refuses."""
        name = hashlib.sha256(data).hexdigest()
        path = self.folder / name
        try:
            if self.get(name) is not None:
                os.utime(path)
                return name
            private_folder(self.folder)
            begun = path.with_suffix(f".{os.getpid()}")
            begun.unlink(missing_ok=True)
            write_private(begun, data)
            begun.replace(path)
            sync_folder(self.folder)
        except OSError as error:
            raise HqError(
                f"The attached file cannot be saved: {error.strerror}.",
                hint="Nothing was sent. Check the disk.",
            ) from error
        return name

    def has(self, sha256: str) -> bool:
        """True if there are contents of that name; they are not read."""
        return _NAME.fullmatch(sha256) is not None and (self.folder / sha256).is_file()

    def get(self, sha256: str) -> bytes | None:
        """The contents of that SHA-256; None where they are not here, or not whole."""
        if _NAME.fullmatch(sha256) is None:
            return None
        try:
            with reading(self.folder / sha256) as (fd, size):
                data = read_from(fd, 0, size)
        except (OSError, HqError):
            return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def unused(self, wanted: Collection[str]) -> Iterator[Path]:
        """Contents that none of `wanted` names, and that were not put here just now."""
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if path.name not in wanted and time.time() - path.lstat().st_mtime > FRESH:
                yield path


def mentioned_in(journal: bytes) -> set[str]:
    """Every SHA-256 that the bytes of a journal name, damaged or not."""
    return {found.decode("ascii") for found in _MENTION.findall(journal)}

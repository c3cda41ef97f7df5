"""Writes a text to a new file: whole or not at all."""

from __future__ import annotations

from pathlib import Path


def write_new(path: Path, text: str) -> None:
    """Write `text` to the file `path`, which must not be there yet; none is left where it fails.

    Raises OSError.
    """
    with path.open("x", encoding="utf-8", errors="replace") as file:
        try:
            file.write(text)
            file.flush()
        except OSError:
            path.unlink(missing_ok=True)
            raise

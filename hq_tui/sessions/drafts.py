"""An unsent text that no session of ours can take in, kept in a file of its own.

That happens where somebody reads along in a session that another instance writes, types,
and then loses the line. The text belongs to nobody's journal yet, and is not lost either.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from hq_tui.errors import HqError
from hq_tui.store.files import private_folder, sync_folder, write_private

FOLDER = "drafts"


def rescue(data_dir: Path, text: str) -> Path | None:
    """Put `text` into a new private file and return its path; None where that cannot be done."""
    folder = data_dir / FOLDER
    path = folder / f"draft-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{os.getpid()}.md"
    try:
        private_folder(folder)
        write_private(path, text.encode("utf-8", "replace"))
        sync_folder(folder)
    except (OSError, HqError):
        return None
    return path

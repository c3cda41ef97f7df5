"""What the sessions on disk hold, read beside whoever is writing them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hq_tui.sessions.manager import StoredSession
from hq_tui.sessions.session import replay
from hq_tui.store.library import Library
from hq_tui.store.reader import read


def folder() -> Path:
    """Where the sessions of this test are."""
    return Path(os.environ["HQ_TUI_DATA_DIR"]) / "sessions"


def sessions() -> list[str]:
    """Their names, the last written first."""
    return [listed.session_id for listed in Library(folder()).sessions()]


def export(session_id: str = "") -> dict[str, Any]:
    """A session in export format 1; without a name the only one."""
    if not session_id:
        (session_id,) = sessions()
    found = read(Library(folder()).path(session_id), live=True)
    told = replay(found.records)
    return StoredSession(
        conversation=told.conversation, acts=told.acts, damaged=found.damaged
    ).as_json()


def last_reply(session_id: str = "") -> dict[str, Any]:
    """The last reply of a session in export format 1."""
    reply: dict[str, Any] = export(session_id)["turns"][-1]
    assert reply["role"] == "assistant"
    return reply

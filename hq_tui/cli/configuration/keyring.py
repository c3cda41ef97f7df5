"""Reads the key from the system's keyring, if the optional package `keyring` is installed.

Its backend may wait for a password that nobody can type over ssh, so it runs in a thread and
is given one second.
"""

from __future__ import annotations

import queue
import threading
from importlib import import_module
from importlib.util import find_spec

from hq_tui.claude.credentials import Credentials, found_key

SERVICE = "hq-tui"
ACCOUNT = "ANTHROPIC_API_KEY"
PATIENCE = 1.0
"""Seconds that a keyring may take."""


def key_from_keyring(package: str = "keyring", patience: float = PATIENCE) -> Credentials | None:
    """The key that the keyring holds for hq-tui; None where there is none, or no answer."""
    if find_spec(package) is None:
        return None
    answer: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(import_module(package).get_password(SERVICE, ACCOUNT) or "")
        except Exception:  # noqa: BLE001 - a backend may raise anything; it then has no key
            answer.put("")

    threading.Thread(target=ask, name="keyring", daemon=True).start()
    try:
        secret = answer.get(timeout=patience)
    except queue.Empty:
        return None
    return found_key(secret, "the keyring") if secret else None

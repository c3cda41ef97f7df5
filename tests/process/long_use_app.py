"""hq-tui for long use: it waits next to nothing before it asks again, and may keep too much.

The first word says what is kept that should be let go of; the rest are its own options.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hq_tui.claude.partner import ClaudePartner
from hq_tui.cli import main
from hq_tui.engine.reply_runner import ReplyPolicy
from hq_tui.sessions.manager import SessionManager

FIRST_WAIT = 0.02
"""Seconds before the second attempt at a reply."""

_heard, _reply_policy = ClaudePartner._heard, SessionManager._reply_policy
_kept: list[object] = []


def _in_haste(manager: SessionManager) -> ReplyPolicy:
    policy = _reply_policy(manager)
    return replace(policy, retry=replace(policy.retry, first=FIRST_WAIT))


def keep_requests() -> None:
    """Keep every answer, and with it the request that it belongs to."""

    def keeping(partner: ClaudePartner, response: Any, reader: Any, client: Any) -> Any:
        _kept.append(response)
        return _heard(partner, response, reader, client)

    ClaudePartner._heard = keeping  # type: ignore[assignment,method-assign]


KEPT: dict[str, Callable[[], None]] = {"nothing": lambda: None, "requests": keep_requests}


if __name__ == "__main__":
    SessionManager._reply_policy = _in_haste  # type: ignore[assignment,method-assign]
    KEPT[sys.argv[1]]()
    sys.exit(main(sys.argv[2:]))

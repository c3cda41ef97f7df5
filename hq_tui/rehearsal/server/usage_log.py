"""The server's record of exchanges and usage; a row counts only what was really sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class UsageRow:
    """The usage of one message. `output_tokens` counts what was sent; `complete` that all was."""

    message_id: str
    request_id: str
    model: str
    input_tokens: int
    cache_read_input_tokens: int
    cache_creation_input_tokens: int
    output_tokens: int = 0
    complete: bool = False


@dataclass(slots=True, kw_only=True)
class RecordedExchange:
    """One request and its outcome. `number` counts requests to `/v1/messages`; 0 for others.

    `outcome` is `running`, `sent`, `left` (the client disconnected), a status with its error
    type,
    or the faults that were played. `body` becomes None when many have followed.
    """

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: object
    request_id: str
    outcome: str = "running"
    message_id: str = ""

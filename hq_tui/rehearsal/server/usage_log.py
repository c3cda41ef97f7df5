"""What the server kept of each exchange: what came in, what became of it, what it cost.

Tests compare a client's own account with this one, so a row grows only with what has
really been written to the connection.
"""

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
    """One request and its fate. `number` counts requests to `/v1/messages`; 0 for others.

    `outcome` begins as `running` and ends as `sent`, `left` (the client hung up), a status
    with its error type, or the kinds of the faults that were played. `body` is None again
    once much has been received after it.
    """

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: object
    request_id: str
    outcome: str = "running"
    message_id: str = ""

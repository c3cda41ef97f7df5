"""One kind of value for everything that can stop a reply.

The network, the API, a proxy and this machine fail in many ways; `claude` turns each into a
`Failure`, and only that value counts from there on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class FailureKind(StrEnum):
    """The reason a reply stopped, and a few plain words for it."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        """Keep the words as an attribute of the member."""
        kind = str.__new__(cls, value)
        kind._value_, kind.words = value, words
        return kind

    OVERLOADED = "overloaded", "overloaded"
    RATE_LIMIT = "rate_limit", "rate limit"
    SPEND_LIMIT = "spend_limit", "spend limit reached"
    SERVER = "server_error", "server error"
    NETWORK = "network", "connection lost"
    PROXY = "proxy", "proxy failed"
    OFFLINE = "offline", "no network"
    TIMEOUT = "timeout", "no answer in time"
    STALLED = "stalled", "stalled"
    CUT = "cut", "reply cut off"
    MALFORMED = "malformed", "garbled reply"
    NOT_AN_API = "not_an_api", "not an API answer"
    TLS = "tls", "certificate not trusted"
    CREDENTIALS = "credentials", "key refused"
    PERMISSION = "permission", "not permitted"
    NOT_FOUND = "not_found", "not found"
    TOO_LARGE = "too_large", "too large"
    BAD_REQUEST = "bad_request", "request refused"
    NO_PREFILL = "no_prefill", "continues another way"
    NO_TOOLS = "no_tools", "no tools here"
    NO_STRICT = "no_strict", "no strict tools here"
    NO_THINKING = "no_thinking", "no thinking here"
    NO_EFFORT = "no_effort", "no effort setting here"
    NO_CACHE = "no_cache", "no cache here"
    PLAIN_SYSTEM = "plain_system", "instructions as one text"
    OUTPUT_LIMIT = "output_limit", "max_tokens too large"
    NO_ROOM = "no_room", "little room for a reply"
    FOREIGN_BLOCKS = "foreign_blocks", "part of the history refused"
    NO_DOCUMENTS = "no_documents", "no documents here"
    NO_IMAGES = "no_images", "no pictures here"
    BOUND_THINKING = "bound_thinking", "old thinking refused"
    REDIRECT = "redirect", "redirected elsewhere"
    LOCAL = "local", "cannot send"
    UNKNOWN = "unknown", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The reason a reply stopped, whether a retry can help, and what to do.

    `message` is safe to show: one line, no key, no control character. `retry_after` is in
    seconds. `limit` is the server's maximum of output tokens, `window` that of prompt and reply
    together, where it named them.
    """

    kind: FailureKind
    retryable: bool = False
    message: str = ""
    hint: str = ""
    retry_after: float | None = None
    status: int | None = None
    request_id: str = ""
    limit: int | None = None
    window: int | None = None

    @property
    def words(self) -> str:
        """The kind in plain words."""
        return self.kind.words

    @property
    def told(self) -> str:
        """The message and the hint as sentences."""
        what = (self.message or self.words).rstrip(" :;,")
        is_ended = what.rstrip("\"'`)]”’»").endswith((".", "!", "?", "…", "。", "！", "？"))
        told = f"{what}{'' if is_ended else '.'} {self.hint}" if self.hint else what
        return f"{told} (request {self.request_id})" if self.request_id else told

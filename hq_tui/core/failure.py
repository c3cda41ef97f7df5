"""One kind of value for everything that can stop a reply.

The network, the API, a proxy and this machine fail in many dialects. The adapter turns
each into a `Failure`; from there on only this value counts: for the banner, for the
retry rule, for the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """Why a reply stopped, by what a person would do about it."""

    OVERLOADED = "overloaded"
    RATE_LIMIT = "rate_limit"
    SPEND_LIMIT = "spend_limit"
    SERVER = "server_error"
    NETWORK = "network"
    PROXY = "proxy"
    OFFLINE = "offline"
    TIMEOUT = "timeout"
    STALLED = "stalled"
    CUT = "cut"
    MALFORMED = "malformed"
    NOT_AN_API = "not_an_api"
    TLS = "tls"
    CREDENTIALS = "credentials"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    TOO_LARGE = "too_large"
    BAD_REQUEST = "bad_request"
    NO_PREFILL = "no_prefill"
    NO_TOOLS = "no_tools"
    NO_THINKING = "no_thinking"
    NO_EFFORT = "no_effort"
    NO_CACHE = "no_cache"
    PLAIN_SYSTEM = "plain_system"
    OUTPUT_LIMIT = "output_limit"
    NO_ROOM = "no_room"
    FOREIGN_BLOCKS = "foreign_blocks"
    BOUND_THINKING = "bound_thinking"
    REDIRECT = "redirect"
    LOCAL = "local"
    UNKNOWN = "unknown"


WORDS = {
    FailureKind.OVERLOADED: "overloaded",
    FailureKind.RATE_LIMIT: "rate limit",
    FailureKind.SPEND_LIMIT: "spend limit reached",
    FailureKind.SERVER: "server error",
    FailureKind.NETWORK: "connection lost",
    FailureKind.PROXY: "proxy failed",
    FailureKind.OFFLINE: "no network",
    FailureKind.TIMEOUT: "no answer in time",
    FailureKind.STALLED: "stalled",
    FailureKind.CUT: "reply cut off",
    FailureKind.MALFORMED: "garbled reply",
    FailureKind.NOT_AN_API: "not an API answer",
    FailureKind.TLS: "certificate not trusted",
    FailureKind.CREDENTIALS: "key refused",
    FailureKind.PERMISSION: "not permitted",
    FailureKind.NOT_FOUND: "not found",
    FailureKind.TOO_LARGE: "too large",
    FailureKind.BAD_REQUEST: "request refused",
    FailureKind.NO_PREFILL: "continues another way",
    FailureKind.NO_TOOLS: "no tools here",
    FailureKind.NO_THINKING: "no thinking here",
    FailureKind.NO_EFFORT: "no effort setting here",
    FailureKind.NO_CACHE: "no cache here",
    FailureKind.PLAIN_SYSTEM: "instructions as one text",
    FailureKind.OUTPUT_LIMIT: "max_tokens too large",
    FailureKind.NO_ROOM: "little room for a reply",
    FailureKind.FOREIGN_BLOCKS: "part of the history refused",
    FailureKind.BOUND_THINKING: "old thinking refused",
    FailureKind.REDIRECT: "redirected elsewhere",
    FailureKind.LOCAL: "cannot send",
    FailureKind.UNKNOWN: "failed",
}
"""A few plain words for each kind, for the banner and the marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a reply stopped: the kind, whether asking again can help, and the way out.

    `message` is safe to show and to keep: one line, no key, no foreign control character.
    `retry_after` is in seconds, as the server asked. `hint` says what a person can do.
    `limit` is the number of tokens that the server named as its bound of a reply, and `window`
    that of prompt and reply together, if it named them.
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
        return WORDS[self.kind]

    @property
    def told(self) -> str:
        """What happened and the way out; the words of others end before ours begin."""
        what = (self.message or self.words).rstrip(" :;,")
        is_ended = what.rstrip("\"'`)]”’»").endswith((".", "!", "?", "…", "。", "！", "？"))
        return f"{what}{'' if is_ended else '.'} {self.hint}" if self.hint else what

"""Token usage of a message, and its sums.

Counts in `message_delta` are cumulative, so within a message the last value wins. A count
that the server did not report stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hq_tui.core.json_fields import fields_in, is_count, list_in, text_in

FIELDS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)
COUNTS = (*FIELDS, "cache_creation_hour_tokens")
"""Every count that is kept; the last is the part of the cache's that is kept for an hour."""
CHARS_PER_TOKEN = 3.5
"""Rough size of a token in English and code; only for estimates shown with a `~`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one message, or of several added up. `None` means: the server did not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation_hour_tokens: int | None = None
    estimated: bool = False
    parts: tuple[tuple[str, Usage], ...] = ()
    """The same by model, where several had a part in the message and the server says so."""

    def updated(self, later: Usage) -> Usage:
        """This usage after a later report of the same message: what is named overwrites."""
        named = {name: getattr(later, name) for name in COUNTS if getattr(later, name) is not None}
        parts = later.parts or self.parts
        return replace(self, **named, estimated=later.estimated, parts=parts)

    def __add__(self, other: Usage) -> Usage:
        """The tokens of two different messages together; unknown twice stays unknown."""
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in COUNTS)
        sums: dict[str, Any] = {name: _add(left, right) for name, left, right in pairs}
        return Usage(**sums, estimated=self.estimated or other.estimated)

    @property
    def total_input(self) -> int:
        """All input tokens, cached or not."""
        return (
            (self.input_tokens or 0)
            + (self.cache_read_input_tokens or 0)
            + (self.cache_creation_input_tokens or 0)
        )

    @property
    def total(self) -> int:
        """Everything that went in and came out."""
        return self.total_input + (self.output_tokens or 0)

    @property
    def is_known(self) -> bool:
        """True if the server reported any count."""
        return any(getattr(self, name) is not None for name in FIELDS)

    def as_json(self) -> dict[str, int | bool]:
        """The four counts as the export has them; an unknown count is 0 and `estimated` is said."""
        row: dict[str, int | bool] = {name: getattr(self, name) or 0 for name in FIELDS}
        if self.estimated:
            row["estimated"] = True
        return row


NO_USAGE = Usage()


def _add(left: int | None, right: int | None) -> int | None:
    if left is None:
        return right
    return left if right is None else left + right


def usage_from(report: Mapping[str, object]) -> Usage:
    """The usage that an API object reports; a missing or odd field stays unknown."""
    rows = list_in(report, "iterations")
    parts = [(text_in(row, "model"), _counts(row)) for row in rows if isinstance(row, Mapping)]
    return replace(_counts(report), parts=tuple(parts))


def _counts(report: Mapping[str, object]) -> Usage:
    counts: dict[str, Any] = {name: report[name] for name in COUNTS if is_count(report.get(name))}
    hour = fields_in(report, "cache_creation").get("ephemeral_1h_input_tokens")
    if is_count(hour) and hour:
        counts["cache_creation_hour_tokens"] = hour
    return Usage(**counts)


def estimate_tokens(characters: int) -> int:
    """A rough token count for text whose real count never came."""
    return int(characters / CHARS_PER_TOKEN) + 1 if characters else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A session's tokens: kept, sent again because of a retry, discarded."""

    kept: Usage = NO_USAGE
    resent: Usage = NO_USAGE
    discarded: Usage = NO_USAGE

    @property
    def total(self) -> Usage:
        """All tokens charged, as far as they are known."""
        return self.kept + self.resent + self.discarded

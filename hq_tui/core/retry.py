"""The retry policy: pure arithmetic, without clock or sleep.

The wait doubles, with jitter, and is never shorter than the server's `retry-after`; a small
`retry-after` does not shorten it. Above `ask_above` seconds the person decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from hq_tui.core.failure import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAfter:
    """Try again after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFirst:
    """The server asks for a long wait, so ask the person."""

    seconds: float


Verdict = RetryAfter | AskFirst | None
"""None for no further try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The number of attempts, the first included, and the waits between them."""

    attempts: int = 6
    first: float = 1.0
    ceiling: float = 30.0
    ask_above: float = 60.0

    def verdict(self, attempt: int, failure: Failure, roll: float) -> Verdict:
        """The decision after `attempt` (from 1) failed; `roll` is drawn from [0, 1)."""
        if not failure.retryable or attempt >= self.attempts:
            return None
        asked = failure.retry_after or 0.0
        if asked > self.ask_above:
            return AskFirst(seconds=asked)
        reach = min(self.ceiling, self.first * 2.0 ** (attempt - 1))
        # Half fixed, half dice: full jitter could draw zero and hammer a server that is down.
        spread = reach / 2 + roll * reach / 2
        return RetryAfter(seconds=max(asked, spread))

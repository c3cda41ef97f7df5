"""When to try again, as arithmetic: no clock, no dice, no sleeping.

One owner of retries, one budget per reply. The wait doubles, spread over its whole range
by the caller's dice, and never falls below what the server asked for; nor does a small
`retry-after` undercut the doubling, or a storm of them would spend every try in seconds.
A server that asks for more than `ask_above` seconds is not waited for in silence: the
rule says so, and the person decides.
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
    """The server asks for a long wait: the person decides whether to."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No further try."""


Verdict = RetryAfter | AskFirst | GiveUp


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently to try. `attempts` counts the first one."""

    attempts: int = 6
    first: float = 1.0
    ceiling: float = 30.0
    ask_above: float = 60.0

    def verdict(self, attempt: int, failure: Failure, roll: float) -> Verdict:
        """What to do after `attempt` (from 1) failed; `roll` is a fair draw from [0, 1)."""
        if not failure.retryable or attempt >= self.attempts:
            return GiveUp()
        asked = failure.retry_after or 0.0
        if asked > self.ask_above:
            return AskFirst(seconds=asked)
        reach = min(self.ceiling, self.first * 2.0 ** (attempt - 1))
        # Half fixed, half dice: full jitter could draw zero and hammer a server that is down.
        spread = reach / 2 + roll * reach / 2
        return RetryAfter(seconds=max(asked, spread))

"""A machine without a network is waited for on a screen, and not in a script."""

from __future__ import annotations

from hq_tui.core.conversation import Phase
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.retry import RetryPolicy
from hq_tui.engine import ReplyPolicy
from tests.engine.fixtures import FULL, InHand, StillClock, failing, finished, hold

OFFLINE = Failure(kind=FailureKind.OFFLINE, retryable=True, message="There is no network.")
HOUR = 3600.0


async def test_a_lost_network_is_waited_for_until_it_is_back() -> None:
    policy = ReplyPolicy(retry=RetryPolicy(attempts=4), waits_for_network=True)
    held = hold(InHand(failing(*[OFFLINE] * 90, chars=0)), policy=policy)
    held.engine.ask("Why?")
    await finished(held, seconds=HOUR)
    assert held.kinds().count("attempt") == 91
    assert held.conversation.reply.phase is Phase.COMPLETE
    assert held.conversation.reply.text == FULL


async def test_a_script_is_told_after_the_agreed_tries() -> None:
    policy = ReplyPolicy(retry=RetryPolicy(attempts=4))
    held = hold(InHand(failing(*[OFFLINE] * 90, chars=0)), policy=policy, clock=StillClock())
    held.engine.ask("Why?")
    await finished(held, seconds=HOUR)
    assert held.kinds().count("attempt") == 4
    assert held.conversation.reply.failure == OFFLINE

"""Six people, one for each mode, who say the same whatever the weather."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hq_tui.core.user_actions import PinItem, UserAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message, what it asks for beside its words, and what was done before it."""

    text: str
    request: str = ""
    acts: tuple[UserAction, ...] = ()


def _said(*messages: str | Said) -> tuple[Said, ...]:
    return tuple(one if isinstance(one, Said) else Said(text=one) for one in messages)


PEOPLE: Mapping[str, tuple[Said, ...]] = {
    "examine": _said(
        "We rewrite the ingest service in Rust because Python is always too slow for us.",
        "Slow means the nightly batch misses its six o'clock window, nothing else.",
        "I assume the whole team wants to learn Rust; I have not asked them.",
        "Python is not slow for the daytime files, only the nightly batch is slow.",
        Said(text="Could you give me a hint?", request="hint"),
        Said(
            text="The first one gives way, I overstated it. The batch takes 70 minutes, not 40.",
            acts=(PinItem(id="c1"),),
        ),
        "If the rewrite is late we keep two services running, and nobody reads Rust at night.",
        "just tell me",
        'Straße, naïve, 日本語, 👩‍💻: we measured "four seconds" with a <b>stopwatch</b>.',
        Said(text="That's all.", request="close"),
    ),
    "brief": _said(
        "I want a page that shows our open orders to the two people in the warehouse.",
        "Because the old list stops in May and nobody knows what will replace it.",
        "No order waits longer than one day; today about forty wait for a week.",
        "It must run on the old terminal. Returns are out of scope, I think.",
        Said(text="Let me see it.", request="summary"),
        "Line 2 is wrong: the list stops in June.",
        "None of the others is wrong.",
        "done",
    ),
    "tutor": _said(
        "I want to understand binary search. I think it looks at each item in turn.",
        "idk",
        "I don't know",
        "Half is left, so it halves the list at each look.",
        Said(text="A hint, please.", request="hint"),
        "Ten looks for a thousand items, because two to the tenth is about a thousand.",
        "It would break if the list were not sorted.",
        "done",
    ),
    "review": _said(
        "One queue between the shop and the billing; it is always fast enough.",
        "Because order matters for refunds, and two queues would lose the order.",
        "When it is full we lose refunds. It was full 3 times in March.",
        "It was never full in spring, the dashboard says.",
        Said(text="Another question, please.", request="skip"),
        "The age of the oldest message is over an hour; the on-call person looks at it.",
        "That's all.",
    ),
    "debug": _said(
        "The login should take a second but it hangs for a minute since Monday.",
        "We moved the name server on Monday, and maybe the timeout comes from there.",
        "With the old name server it takes a second again.",
        "Every machine is slow, except the one in the cellar, which is never slow.",
        "It must be the resolver: the cellar has a hosts file with 12 lines.",
        "stop asking, just tell me",
        "done",
    ),
    "interview": _said(
        "The clerk books a parcel at the counter, about forty a day.",
        "They write a slip, and no parcel may lack a name.",
        "Sometimes a parcel has no name and the clerk asks again.",
        "Payment is left out, and the branch manager accepts it.",
        "It has to work when the line is down, for 30 minutes at most.",
        "Enough, let's stop here.",
    ),
}

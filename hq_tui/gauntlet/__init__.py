"""The gauntlet: how well a questioning partner draws out what people do not say.

It holds whole sessions with simulated users and counts. The users have hidden
beliefs and give one away only to a question of the right type about the right
thing; others are consistent and must not be accused; others talk noise. Beside
the full partner stand ablations of it, so that the score shows what an ability
is worth. It measures a process with invented people; it does not measure
whether a real one thinks better afterwards.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from random import Random

from hq_tui.rehearsal.questioner import Policy, compose_with

from .replies import Answer
from .report import Report, report_of, share, table
from .scenarios import Scenarios, open_scenarios, read_folder
from .sessions import Partner, Seen, consistent, exhausted, hidden_beliefs

__all__ = [
    "ABLATIONS",
    "TURNS",
    "Partner",
    "Report",
    "Scenarios",
    "hold",
    "local_partner",
    "open_scenarios",
    "read_folder",
    "report_of",
    "run",
    "share",
    "table",
]

ABLATIONS: Mapping[str, Policy] = {
    "full": Policy(),
    "no memory": Policy(memory=False),
    "no tension check": Policy(tension=False),
    "random question": Policy(tension=False, choose=False),
}
"""The partner as it is, and with one ability taken away each time."""

TURNS = 12
"""How many messages a user with hidden beliefs sends."""

_NOISE_AT_ONCE = 3
_UNTIL_END = 30


def local_partner(policy: Policy = ABLATIONS["full"], seed: str = "") -> Partner:
    """The rehearsal partner called directly, without a server."""

    async def partner(messages: Sequence[Mapping[str, object]]) -> Answer:
        return compose_with(policy, messages, seed=f"{seed}/{_name(messages)}")

    return partner


def _name(messages: Sequence[Mapping[str, object]]) -> str:
    content = messages[0].get("content") if messages else ""
    blocks = content if isinstance(content, list) else []
    return str(blocks[0].get("text", "")) if blocks and isinstance(blocks[0], dict) else ""


async def run(
    scenarios: Scenarios,
    partner: Partner,
    *,
    seeds: int = 3,
    turns: int = TURNS,
    name: str = "partner",
    parallel: int = 1,
) -> Report:
    """Hold every session of `scenarios` with `partner`, once for each seed; the report."""
    seen = await hold(scenarios, partner, seeds=seeds, turns=turns, parallel=parallel)
    return report_of(name, turns, seen)


async def hold(
    scenarios: Scenarios,
    partner: Partner,
    *,
    seeds: int = 3,
    turns: int = TURNS,
    parallel: int = 1,
    share_of: tuple[int, int] = (0, 1),
) -> Seen:
    """The counts of every session, or of one share: the `n`-th of each `m` for `(n, m)`.

    `parallel` sessions are held at the same time; the counts do not depend on it.
    """
    gate = asyncio.Semaphore(parallel)

    async def held(session: Awaitable[Seen]) -> Seen:
        async with gate:
            return await session

    total = Seen()
    mine, of = share_of
    sessions = _sessions(scenarios, partner, seeds, turns)
    chosen = [begin for number, begin in enumerate(sessions) if number % of == mine]
    for seen in await asyncio.gather(*(held(begin()) for begin in chosen)):
        total.add(seen)
    return total


def _sessions(
    scenarios: Scenarios, partner: Partner, seeds: int, turns: int
) -> Iterator[Callable[[], Awaitable[Seen]]]:
    """What begins each session; nothing is begun that is not held."""
    for seed in range(seeds):
        for scenario in scenarios.scenarios:
            name = f"{scenario.id}/{seed}"
            yield partial(hidden_beliefs, scenario, partner, Random(name), turns, (), name)
        for control in scenarios.controls:
            name = f"{control.id}/{seed}"
            yield partial(consistent, control, partner, Random(name), name)
        if scenarios.scenarios:
            scenario = scenarios.scenarios[seed % len(scenarios.scenarios)]
            name = f"{scenario.id}/end/{seed}"
            yield partial(exhausted, scenario, partner, Random(name), _UNTIL_END, name)
            dice = Random(f"noise/{seed}")
            some = dice.sample(scenarios.noise, min(_NOISE_AT_ONCE, len(scenarios.noise)))
            if some:
                name = f"{scenario.id}/noise/{seed}"
                yield partial(hidden_beliefs, scenario, partner, dice, turns, some, name)

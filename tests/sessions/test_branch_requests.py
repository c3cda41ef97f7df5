"""Edits, forks, regenerations and drops in any order: every request is accepted.

The partner remembers the thinking it sent and what stood before it. Thinking that comes back
behind another past is refused, so a branch that kept some where the past changed would show.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hq_tui.claude.models import facts_for
from hq_tui.core.codec import to_record
from hq_tui.core.events import Event, GaveUp, MessageSent, ReplyDiscarded
from hq_tui.core.reducer import apply
from hq_tui.core.requests.request import build
from hq_tui.sessions.branches import branch_records
from hq_tui.sessions.session import replay
from tests.core.test_reducer import CUT
from tests.core.test_request import MODELS, World


@dataclass(slots=True)
class Branching(World):
    """A session with its records, of which branches are made and gone on with."""

    records: list[dict[str, Any]] = field(default_factory=list)
    branches: int = 0
    thoughts_sent: int = 0

    def happen(self, *events: Event) -> None:
        """What happens is kept too."""
        self.records += [to_record(event) for event in events]
        for event in events:
            self.conversation = apply(self.conversation, event)

    def request(self) -> Any:
        """Every request, and how much thinking goes back in it."""
        request = World.request(self)
        for message in request.params["messages"]:
            self.thoughts_sent += sum(block["type"] == "thinking" for block in message["content"])
        return request

    def step(self) -> None:
        """Now and then a branch, or a reply that is dropped."""
        self.rng.choice([lambda: World.step(self)] * 4 + [self.fork, self.edit, self.drop])()

    def fork(self) -> None:
        self.branch(self.rng.randint(1, self.conversation.turn_count))
        self.ask()

    def edit(self) -> None:
        self.branch(self.rng.randint(1, self.conversation.turn_count) - 1)
        self.ask()

    def drop(self) -> None:
        self.happen(ReplyDiscarded(at=3))
        self.rules.edited()

    def branch(self, turn: int) -> None:
        self.branches += 1
        name = f"b{self.branches}"
        self.records = branch_records(self.records, parent="p", turn=turn, branch=name, at=5.0)
        self.conversation = replay(self.records).conversation
        if self.conversation.is_busy:
            self.happen(GaveUp(failure=CUT, at=5.0))
        self.rules.edited()


def lived(model: str, seed: int, steps: int) -> Branching:
    """So many steps; every request is held against the rules on the way."""
    world = Branching(rng=random.Random(seed), model=model)
    world.ask()
    for _ in range(steps):
        world.step()
    return world


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(some.sampled_from(MODELS), some.integers(0, 2**32))
def test_every_branch_makes_requests_that_are_accepted(model: str, seed: int) -> None:
    lived(model, seed, 12)


@pytest.mark.soak
@settings(max_examples=1500, suppress_health_check=list(HealthCheck))
@given(some.sampled_from(MODELS), some.integers(0, 2**32))
def test_every_branch_of_a_long_life_does_too(model: str, seed: int) -> None:
    lived(model, seed, 40)


def test_branches_were_made_and_thinking_went_back_in_them() -> None:
    worlds = [lived("rehearsal-1", seed, 12) for seed in range(30)]
    assert sum(world.branches for world in worlds) > 50
    assert sum(world.thoughts_sent for world in worlds) > 20


def test_thinking_behind_a_changed_past_would_be_refused() -> None:
    for seed in range(200):
        world = lived("rehearsal-1", seed, 6)
        turn = next((one for one in world.conversation.past if one.number > 1), None)
        if turn is None:
            continue
        first = world.conversation.past[0]
        changed = replace(first, asked=MessageSent(text="quite another beginning", at=1))
        world.conversation = replace(
            world.conversation, past=(changed, *world.conversation.past[1:])
        )
        world.happen(MessageSent(text="and now?", at=6))
        request = build(world.conversation, facts_for("rehearsal-1"), world.wanted)
        sent = [block for one in request.params["messages"] for block in one["content"]]
        if any(block["type"] == "thinking" for block in sent):
            world.rules.edited()
            with pytest.raises(AssertionError, match="bound to a different conversation"):
                world.rules.hold(request)
            return
    pytest.fail("no life had thinking to send back")

"""One full session with one user, and what was seen in it.

The history goes to the partner exactly as the app would send it: tool results
first, then the session tag, then the user's words. A session ends with the two
ways out, "just tell me" and "done", because they must work at any moment.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from . import judge
from .replies import Answer, Reply, read_reply
from .scenarios import Control, Scenario
from .users import answer

Messages = list[dict[str, object]]
Partner = Callable[[Sequence[Mapping[str, object]]], Awaitable[Answer]]

TELL = ("just tell me", "Just tell me the answer.", "stop asking, just tell me")
DONE = ("done", "let's stop here", "that's all")


@dataclass(slots=True, kw_only=True)
class Seen:
    """The counts of one session, or the sum over many."""

    sessions: int = 0
    replies: int = 0
    asking: int = 0
    one_question: int = 0
    flaws: int = 0
    exposed: int = 0
    lexical: int = 0
    lexical_found: int = 0
    lexical_named: int = 0
    semantic: int = 0
    semantic_found: int = 0
    semantic_named: int = 0
    controls: int = 0
    accused: int = 0
    laid: int = 0
    escapes: int = 0
    escaped: int = 0
    quotes: int = 0
    verbatim: int = 0
    endings: int = 0
    noisy: int = 0
    self_ended: int = 0
    by_kind: dict[str, list[int]] = field(default_factory=dict)

    def add(self, other: "Seen") -> None:
        """Add the counts of `other`."""
        for name in self.__slots__:
            if name == "by_kind":
                for kind, (hits, total) in other.by_kind.items():
                    old = self.by_kind.setdefault(kind, [0, 0])
                    old[0], old[1] = old[0] + hits, old[1] + total
            else:
                setattr(self, name, getattr(self, name) + getattr(other, name))


class Session:
    """A conversation in progress: sends one message at a time and counts what comes back."""

    def __init__(self, partner: Partner, mode: str, name: str) -> None:
        self.partner = partner
        self.mode = mode
        self.name = name
        self.messages: Messages = []
        self.said: list[str] = []
        self.replies: list[Reply] = []
        self.seen = Seen(sessions=1)

    async def say(self, text: str) -> Reply:
        """Send `text` as the user's next message; the reply, counted."""
        self.said.append(text)
        self.messages.append({"role": "user", "content": [*self._held(), *self._own(text)]})
        reply = read_reply(await self.partner(tuple(self.messages)), len(self.said))
        self.messages.append({"role": "assistant", "content": list(reply.blocks)})
        self.replies.append(reply)
        self._count(reply)
        return reply

    def _held(self) -> list[dict[str, object]]:
        last = self.replies[-1].blocks if self.replies else ()
        return [
            {"type": "tool_result", "tool_use_id": block["id"], "content": "ok"}
            for block in last
            if block.get("type") == "tool_use"
        ]

    def _own(self, text: str) -> list[dict[str, object]]:
        tag = (
            f'<session id="{self.name}" mode="{self.mode}" pace="normal" turn="{len(self.said)}"/>'
        )
        return [{"type": "text", "text": tag}, {"type": "text", "text": text}]

    def _count(self, reply: Reply) -> None:
        asked = judge.questions_asked(reply.text)
        self.seen.replies += 1
        if asked:
            self.seen.asking += 1
            self.seen.one_question += asked == 1 and judge.ends_with_question(reply.text)
        for quote in judge.quoted(reply.text):
            self.seen.quotes += 1
            self.seen.verbatim += any(_within(quote, text) for text in self.said)
        for op in reply.ops:
            if op.get("quote"):
                self.seen.quotes += 1
                self.seen.verbatim += self._cited(op)

    def _cited(self, op: Mapping[str, object]) -> bool:
        turn = op.get("turn")
        known = isinstance(turn, int) and 1 <= turn <= len(self.said)
        return known and _within(str(op["quote"]), self.said[int(str(turn)) - 1])

    async def leave(self, dice: Random) -> None:
        """The two ways out, each of which must be followed by a reply that asks nothing."""
        for words in (dice.choice(TELL), dice.choice(DONE)):
            reply = await self.say(words)
            self.seen.escapes += 1
            self.seen.escaped += judge.questions_asked(reply.text) == 0


def _within(quote: str, text: str) -> bool:
    return " ".join(quote.split()) in " ".join(text.split())


def closes(reply: Reply) -> bool:
    """Whether the partner itself ends the session or offers to."""
    return any(op.get("op") == "phase" and op.get("to") == "close" for op in reply.ops) or (
        "we can stop" in reply.text.lower() or "we stop here" in reply.text.lower()
    )


def is_named(reply: Reply) -> bool:
    """Whether the reply raises a tension: by the words of its question or on the board."""
    by_words = judge.type_of(judge.question_in(reply.text)) == "tension"
    return by_words or any(
        op.get("kind") == "tension" or op.get("qtype") == "tension" for op in reply.ops
    )


async def hidden_beliefs(
    scenario: Scenario, partner: Partner, dice: Random, turns: int, noise: Sequence[str], name: str
) -> Seen:
    """A session of `turns` turns with a user who hides beliefs, with `noise` put in on top.

    With noise in it, a session counts for its manners only, not for what it exposed.
    """
    session = Session(partner, scenario.mode, name)
    told: list[int] = []
    places = sorted(dice.sample(range(2, turns + 1), min(len(noise), turns - 1)))
    reply = await session.say(scenario.opening)
    for turn in range(2, turns + 1):
        if turn in places:
            await session.say(noise[places.index(turn)])
        said = answer(scenario, told, judge.question_in(reply.text), dice)
        told += [said.flaw] if said.flaw >= 0 else []
        reply = await session.say(said.text)
    if noise:
        session.seen.noisy = 1
    else:
        _score(session, scenario, told)
    await session.leave(dice)
    return session.seen


def _score(session: Session, scenario: Scenario, told: Sequence[int]) -> None:
    seen = session.seen
    for number, flaw in enumerate(scenario.flaws):
        hit = number in told
        seen.flaws += 1
        seen.exposed += hit
        count = seen.by_kind.setdefault(flaw.kind, [0, 0])
        count[0], count[1] = count[0] + hit, count[1] + 1
    clash = next((flaw for flaw in scenario.flaws if flaw.kind == "contradiction"), None)
    if clash is None or scenario.pair is None:
        return
    one, other = scenario.pair
    both = [reply for reply in session.replies if _side_by_side(reply, one, other)]
    kind = "lexical" if clash.lexical else "semantic"
    setattr(seen, kind, getattr(seen, kind) + 1)
    setattr(seen, f"{kind}_found", int(bool(both)))
    setattr(seen, f"{kind}_named", int(any(is_named(reply) for reply in both)))


def _side_by_side(reply: Reply, one: str, other: str) -> bool:
    """Whether the question itself quotes both, or the reply does so and raises a tension."""
    place = reply.text if is_named(reply) else judge.question_in(reply.text)
    return judge.cites(place, one) and judge.cites(place, other)


_ONCE_MORE = 2
"""How often a consistent user comes back to the first line when everything is said."""


async def consistent(control: Control, partner: Partner, dice: Random, name: str) -> Seen:
    """A session with a user who never contradicts themself, and says so when asked yes or no."""
    session = Session(partner, control.mode, name)
    session.seen.controls = 1
    reply = await _told(session, control.opening)
    for text in (*control.turns, *control.turns[:1] * _ONCE_MORE):
        if _lays(reply, session.said) and judge.elicits(judge.question_in(reply.text)):
            await _told(session, dice.choice(control.commits))
        reply = await _told(session, text)
    await session.leave(dice)
    return session.seen


async def _told(session: Session, text: str) -> Reply:
    reply = await session.say(text)
    session.seen.accused += is_named(reply)
    session.seen.laid += not is_named(reply) and _lays(reply, session.said)
    return reply


def _lays(reply: Reply, said: Sequence[str]) -> bool:
    question = judge.question_in(reply.text)
    return sum(judge.cites(question, text) for text in said) >= 2


async def exhausted(
    scenario: Scenario, partner: Partner, dice: Random, most: int, name: str
) -> Seen:
    """A user with nothing more to say: the partner should end the session by itself."""
    session = Session(partner, scenario.mode, name)
    session.seen.endings = 1
    reply = await session.say(scenario.opening)
    for _ in range(most):
        if closes(reply):
            session.seen.self_ended = 1
            break
        reply = await session.say(dice.choice(scenario.fillers))
    return session.seen

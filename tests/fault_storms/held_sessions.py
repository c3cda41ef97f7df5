"""Whole sessions through the real client path, and what they leave on paper.

A session here is what it is in the program: a desk, a journal on disk, the engine, the SDK
and a loopback server; only the clock is quick and the person is a list. What is compared
are the papers that the commands print, read from the journal as the commands read it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from hq_tui.claude.client import ClientTimeouts
from hq_tui.claude.credentials import Credentials, CredentialsKind
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core.conversation import Outcome
from hq_tui.formats.export import json_text, session_as_markdown
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.review.review import review_session
from hq_tui.inquiry.state import Inquiry
from hq_tui.rehearsal.faults.faults import NO_FAULTS, Fault, FaultKind, FaultScript
from hq_tui.rehearsal.server.reply import RehearsedReply, ThinkingPart
from hq_tui.rehearsal.server.responder import Composed, Responder
from hq_tui.rehearsal.server.server import Server
from hq_tui.sessions.manager import SessionManager, StoredSession
from hq_tui.sessions.partner_router import PartnerFactories, PartnerRouter
from hq_tui.sessions.session import Session
from hq_tui.settings import Settings
from tests.fault_storms.personas import PEOPLE, Said

MODELS = ("rehearsal-1", "rehearsal-prefill")
BEGAN = 1_790_000_000.0
_ATTEMPTS = re.compile(
    r"\n\n\*\[resumed, \d+ attempts\]\*"
    r"|\n- The server does not take back a part of the history: [^\n]*\n"
)
"""What `show` says of faults: that a reply took several requests, and what a server refused."""


class QuickClock:
    """Two hundred seconds go by in one; the time of day stands still."""

    HASTE = 200.0

    def time(self) -> float:
        return BEGAN

    def monotonic(self) -> float:
        return time.monotonic() * self.HASTE

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.HASTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thoughtful:
    """The questioner, thinking first where it is let; thinking is what must not be built on."""

    inner: Composed = field(default_factory=Composed)

    def reply(self, request: Mapping[str, object]) -> RehearsedReply:
        """The reply, with thinking before it."""
        whole = self.inner.reply(request)
        if "thinking" not in request or not whole.blocks:
            return whole
        mark = hashlib.sha256(whole.text.encode("utf-8", "replace")).hexdigest()
        words = f"They said it plainly; what lies behind it? {mark[:6]}"
        return replace(whole, blocks=(ThinkingPart(thinking=words, signature=mark), *whole.blocks))


KINDS = tuple(kind for kind in FaultKind if kind not in {FaultKind.DRIP, FaultKind.OVERLAP})
"""Every kind but the one that takes its time, and the one that no network makes: a model that
repeats as many characters as it likes. What the seam makes of that has tests of its own."""


@dataclass(frozen=True, slots=True)
class Storm(FaultScript):
    """A fault of any kind, at any place, in a third of the replies; a function of the seed."""

    rate: float = 0.34
    kinds: tuple[FaultKind, ...] = KINDS
    reach: int = 2000

    def _drawn(self, request: int) -> Fault:
        rng = Random(f"{self.seed}/{request}")
        reach = self.reach if rng.random() < 0.6 else 120
        return Fault(
            kind=rng.choice(self.kinds),
            first=request,
            last=request,
            after=rng.randrange(reach),
            in_characters=True,
            retry_after=rng.choice((None, 2.0, 90.0)),
            event=rng.choice(("start", "stop", "message")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What a session comes to, as the commands print it."""

    texts: tuple[str, ...]
    board: str
    brief: str
    review: str
    shown: str
    card: str

    def differences(self, other: Papers) -> list[str]:
        """The names of what differs."""
        return [name for name in self.__slots__ if getattr(self, name) != getattr(other, name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session that was held: its papers, its journal, and what it took."""

    papers: Papers
    found: StoredSession
    live: Inquiry
    requests: tuple[Any, ...]
    pressed: int

    @property
    def refused(self) -> list[str]:
        """Requests that the strict server would not take, faults of the script aside."""
        return [one.outcome for one in self.requests if one.outcome == "400 invalid_request_error"]


def papers_of(found: StoredSession) -> Papers:
    """The papers of a session that was read from disk."""
    inquiry = found.inquiry
    review = review_session(found.conversation, inquiry)
    return Papers(
        texts=tuple(turn.reply.text for turn in found.conversation.turns),
        board=json_text(found.as_json()["board"]),
        brief=brief_of(found.conversation, inquiry, found.acts),
        review=json_text(review.as_json()),
        shown=_ATTEMPTS.sub("", session_as_markdown(found.conversation)),
        card=repr(inquiry.card),
    )


def desk_for(
    folder: Path, server: Server, model: str, *, attempts: int = 6, bears: float = 100.0
) -> SessionManager:
    """A desk whose partner is this server; it bears so many of its quick seconds of silence."""
    secret = Credentials(kind=CredentialsKind.API_KEY, source="test", secret=server.token)
    quick = ClientTimeouts(drain=0.05)

    async def rehearsal() -> tuple[ClaudePartner, Callable[[], Any]]:
        return ClaudePartner(secret, base_url=server.url, timeouts=quick), _nothing

    settings = Settings(
        data_dir=folder, cache_dir=folder, first_byte=bears, progress=bears, attempts=attempts
    )
    makers = PartnerFactories(claude=lambda _: None, rehearsal=rehearsal)
    return SessionManager(
        settings, partners=PartnerRouter(makers), clock=QuickClock(), rng=Random(1), model=model
    )


async def _nothing() -> None:
    """The server is closed by whoever opened it."""


async def hold(
    folder: Path,
    mode: str,
    model: str,
    script: FaultScript = NO_FAULTS,
    *,
    said: Sequence[Said] = (),
    responder: Responder | None = None,
    patient: bool = True,
    watch: Callable[[Session], None] | None = None,
    bears: float = 100.0,
) -> Held:
    """A whole session of the person of this mode, through these faults.

    A person who is not `patient` never goes on with a reply that broke. `watch` looks at the
    session after every event.
    """
    pressed = 0
    async with Server(responder or Thoughtful(), faults=script, run="storm") as server:
        manager = desk_for(folder, server, model, attempts=6 if patient else 1, bears=bears)
        session = manager.new(mode=mode)
        if watch is not None:
            session.engine.events.subscribe(lambda _event: watch(session))
        for one in said or PEOPLE[mode]:
            for action in one.acts:
                session.act(action)
            await session.ask(one.text, request=one.request or None)
            pressed += await _see_through(session) if patient else 0
        live = session.inquiry
        assert await session.close()
        found = manager.read(session.conversation.id)
        await manager.close()
        requests = tuple(one for one in server.requests if one.number)
    papers = papers_of(found)
    return Held(papers=papers, found=found, live=live, requests=requests, pressed=pressed)


async def _see_through(session: Session) -> int:
    """Press the key that goes on, as long as there is something to go on with; how often."""
    pressed = 0
    while True:
        reply = session.conversation.reply
        refused = bool(reply.attempts) and reply.attempts[-1].outcome is Outcome.REFUSED
        if not refused and not reply.can_continue:
            return pressed
        pressed += 1
        assert pressed < 50, reply.failure
        await (session.engine.regenerate() if refused else session.engine.resume())

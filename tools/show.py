"""The app with the rehearsal partner, and in a recorded session, with time held still.

Everything is real but these two: the loopback server speaks no faster than it is let, the
clock stands until it is moved, faults and identifiers come from seeds. So the same source
draws the same pictures, byte for byte.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from pathlib import Path
from random import Random
from typing import Any

from textual.pilot import Pilot

from hq_tui.app.app import HqApp
from hq_tui.app.startup import StartPlan
from hq_tui.claude.credentials import Credentials, CredentialsKind
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core.conversation import Phase
from hq_tui.core.events import Event, TextArrived
from hq_tui.core.partner import Partner, Ping
from hq_tui.core.requests.request import MessagesRequest
from hq_tui.rehearsal.faults.spec import parse
from hq_tui.rehearsal.server.server import Server
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.partner_router import REHEARSAL_MODEL, PartnerFactories, PartnerRouter
from hq_tui.sessions.session import Session
from hq_tui.settings import Settings
from hq_tui.ui.transcript import Transcript, load_parser

WIDE, MIDDLE, NARROW = (120, 36), (100, 30), (80, 24)
RECORDED = Path(__file__).parents[1] / "tests/data/sessions/20261130-110302-zwv7.jsonl"
"""A session with a Claude model, in which two lines of the person's do not fit together."""
UNTIL_FOUND = 154
"""Its records until the end of the reply that finds this."""
SCRIPT = "seed=7,faults=overloaded@2,cut@3:after=9"
TOKEN = "rehearsal-for-the-screenshots"  # noqa: S105  # for a server that lives a few seconds
NOON = 1_767_268_800.0
"""The first of January 2026, twelve o'clock in London."""
PATIENCE = 60.0
FIRST = "We should rewrite the ingest service in Rust because Python is always too slow for us."
SECOND = "Parsing takes 400 ms per file, and only the nightly batch is too slow."


class StillClock:
    """Time that passes only when it is let pass."""

    def __init__(self) -> None:
        self._now = 0.0
        self._naps: list[tuple[float, asyncio.Future[None]]] = []

    def time(self) -> float:
        """Seconds since the epoch."""
        return NOON + self._now

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until that much time was let pass."""
        nap: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._naps.append((self._now + seconds, nap))
        await nap

    def pass_by(self, seconds: float) -> None:
        """Let time pass, and wake who waited for it."""
        self._now += seconds
        due = [nap for at, nap in self._naps if at <= self._now]
        self._naps = [(at, nap) for at, nap in self._naps if at > self._now]
        for nap in due:
            if not nap.done():
                nap.set_result(None)


class Tongue:
    """How many words the server may still speak: it waits before each for one to be let."""

    def __init__(self) -> None:
        self._left = 0.0
        self._changed = asyncio.Condition()

    async def sleep(self, _seconds: float) -> None:
        """Wait for the next word to be let."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._left > 0)
            self._left -= 1

    async def let(self, words: float) -> None:
        """Let so many words be spoken from now on, and no more."""
        async with self._changed:
            self._left = words
            self._changed.notify_all()


def draw_all(transcript: Transcript) -> None:
    """Draw all that is waiting, to its end."""
    load_parser()
    transcript._draw()  # noqa: SLF001  # as its timer does
    while transcript.entry_list.unfinished:
        transcript._draw()  # noqa: SLF001  # the same


class CountingPartner(ClaudePartner):
    """Counts the words that the engine has taken in."""

    words = 0

    async def stream(self, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        """The reply, counted."""
        async with aclosing(super().stream(request)) as events:
            async for event in events:
                yield event
                self.words += isinstance(event, TextArrived)


async def begin_new(manager: SessionManager) -> Session:
    """A new session."""
    return manager.new()


async def open_recorded(manager: SessionManager) -> Session:
    """The recorded session."""
    return await manager.open_async(RECORDED.stem)


class Show:
    """The app running without a terminal, and the pictures taken of it so far."""

    def __init__(
        self,
        home: Path,
        *,
        script: str = SCRIPT,
        mode: str = "examine",
        begin: Callable[[SessionManager], Awaitable[Session]] = begin_new,
    ) -> None:
        self.clock, self.tongue = StillClock(), Tongue()
        self.pictures: dict[str, str] = {}
        self._script = script
        self._partner: CountingPartner | None = None
        settings = Settings(
            data_dir=home, cache_dir=home, config_path=home / "config.toml", mode=mode
        )
        manager = SessionManager(
            settings,
            partners=PartnerRouter(
                PartnerFactories(claude=lambda _: None, rehearsal=self._rehearse)
            ),
            clock=self.clock,
            rng=Random(7),
            model=REHEARSAL_MODEL,
        )
        start = StartPlan(manager=lambda: manager, open=begin)
        self.app = HqApp(start, settings=settings, environment={})

    async def _rehearse(self) -> tuple[Partner, Callable[[], Any]]:
        server = Server(
            faults=parse(self._script),
            pace=40.0,
            sleep=self.tongue.sleep,
            run="pictures",
            token=TOKEN,
        )
        await server.start()
        credentials = Credentials(
            kind=CredentialsKind.API_KEY, source="rehearsal", secret=server.token
        )
        self._partner = CountingPartner(credentials, base_url=server.url)
        return self._partner, server.stop

    @property
    def phase(self) -> Phase:
        """Where the reply stands."""
        return self.app.view.session.conversation.reply.phase

    async def until(self, there: Callable[[], bool]) -> None:
        """Wait for something to be so."""
        async with asyncio.timeout(PATIENCE):
            while not there():  # noqa: ASYNC110  # what is waited for has no event of its own
                await asyncio.sleep(0.001)

    async def says(self, words: int) -> None:
        """The partner says so many words, and stops for breath."""
        wanted = self._words() + words
        await self.tongue.let(words)
        await self.until(lambda: self._words() >= wanted)

    def _words(self) -> int:
        return 0 if self._partner is None else self._partner.words

    async def ends(self) -> None:
        """The partner says the rest."""
        await self.tongue.let(float("inf"))
        await self.until(lambda: not self.app.view.session.engine.is_running)
        await self.tongue.let(0)

    async def waits(self, pilot: Pilot[int]) -> None:
        """A minute passes, and the next attempt begins."""
        await pilot.pause()
        self.clock.pass_by(60)
        await self.until(lambda: self.phase is not Phase.RETRYING)

    async def take(self, pilot: Pilot[int], name: str) -> None:
        """Take a picture of what there is now."""
        await pilot.pause()
        self.app.view.session.engine.flush()
        draw_all(self.app.view.chat.transcript)
        self.app.view.refresh_view()
        await pilot.pause()
        picture = self.app.export_screenshot(title="hq-tui", simplify=True)
        self.pictures[name] = re.sub(r"terminal-\d+", "terminal-0", picture)

    def ask(self, words: str) -> None:
        """The person sends a message."""
        composer = self.app.view.chat.composer
        composer.post_message(composer.Sent(words))


async def play(show: Show) -> None:
    """One session, from the first screen to the help."""
    async with show.app.run_test(size=WIDE) as pilot:
        await show.take(pilot, "start")
        show.ask(FIRST)
        await show.says(12)
        await show.take(pilot, "streaming")
        await show.ends()
        show.ask(SECOND)
        await show.until(lambda: show.phase is Phase.RETRYING)
        await show.take(pilot, "retrying")
        await show.waits(pilot)
        await show.tongue.let(9)
        await show.until(lambda: show.phase is Phase.RETRYING)
        await show.waits(pilot)
        await show.says(6)
        await show.take(pilot, "resumed")
        await show.ends()
        await pilot.resize_terminal(*NARROW)
        await show.take(pilot, "narrow")
        await pilot.press("f1")
        await show.take(pilot, "help")
        await pilot.press("escape")
        await pilot.resize_terminal(*WIDE)
        await pilot.press("tab")
        await show.take(pilot, "board")
    await show.app.view.session.close()
    await show.app.view.manager.close()


async def reopen(show: Show) -> None:
    """The recorded session, opened where it found a contradiction."""
    async with show.app.run_test(size=MIDDLE) as pilot:
        await show.until(lambda: show.app.is_ready)
        await show.take(pilot, "contradiction")
    await show.app.view.session.close()
    await show.app.view.manager.close()


def pictures() -> Mapping[str, str]:
    """Every picture by its name, as SVG."""
    with tempfile.TemporaryDirectory() as home:
        return asyncio.run(_draw(Path(home)))


async def _draw(home: Path) -> Mapping[str, str]:
    show = Show(home)
    await play(show)
    library = home / "recorded" / "sessions"
    library.mkdir(parents=True)
    records = RECORDED.read_text("utf-8").splitlines(keepends=True)
    (library / RECORDED.name).write_text("".join(records[:UNTIL_FOUND]), "utf-8")
    recorded = Show(library.parent, begin=open_recorded)
    await reopen(recorded)
    return {**show.pictures, **recorded.pictures}

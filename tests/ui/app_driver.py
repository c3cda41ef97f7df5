"""The app on a stage: a partner that says what the test says, and a clock that stands still.

Everything between is real: manager, engine, journal, widgets. The test hands the partner one
event after the other and waits until the engine has taken it in, so that a picture is taken
of a moment and not of a race. Identifiers come from seeded dice and a fixed time.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypedDict, Unpack, cast

from textual.events import Key
from textual.pilot import Pilot

from hq_tui.app.app import HqApp
from hq_tui.app.startup import StartPlan
from hq_tui.claude.model_table import DEFAULT_MODEL
from hq_tui.claude.models import facts_for
from hq_tui.core.conversation import Phase
from hq_tui.core.events import (
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageEnded,
    MessageStarted,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.partner import Partner, PartnerFailed, Ping
from hq_tui.core.requests.request import MessagesRequest
from hq_tui.core.usage import Usage
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.partner_router import REHEARSAL_MODEL, PartnerFactories, PartnerRouter
from hq_tui.settings import Settings
from tools.show import StillClock, begin_new, draw_all


class Given(TypedDict, total=False):
    """The settings that a test may give; see `hq_tui.settings.Settings`."""

    model: str
    provider: str
    mode: str
    theme: str
    attempts: int
    stall_notice: float
    keys: Mapping[str, str]


PATIENCE = 10.0
"""Seconds after which a test that waits for something has failed."""
AT_ONCE = 50
"""Turns of the loop in which what needs no more than messages between widgets has come."""
OVERLOADED = Failure(
    kind=FailureKind.OVERLOADED, retryable=True, message="The API is overloaded.", status=529
)
RESET = Failure(kind=FailureKind.CUT, retryable=True, message="The connection was reset.")
BAD_KEY = Failure(
    kind=FailureKind.CREDENTIALS,
    message="The API refused the key.",
    hint="Check ANTHROPIC_API_KEY, or make a new key in the console.",
    status=401,
)


class Puppet:
    """A partner that says what it is handed, and fails when it is told to."""

    host = "api.anthropic.com"

    def __init__(self) -> None:
        self.requests: list[MessagesRequest] = []
        self.script: asyncio.Queue[Event | Ping | Failure | None] = asyncio.Queue()
        self.listening = False

    async def stream(self, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        """What the test hands over, until it hands over an end."""
        self.requests.append(request)
        while True:
            self.listening = True
            try:
                line = await self.script.get()
            finally:
                self.listening = False
            if line is None:
                return
            if isinstance(line, Failure):
                raise PartnerFailed(line)
            yield line

    async def facts(self, model: str) -> ModelInfo:
        """What the table says."""
        return facts_for(model)

    async def models(self) -> tuple[ModelInfo, ...]:
        """A list that does not answer."""
        return ()

    async def close(self) -> None:
        """There is nothing to close."""


def begins(tokens: int = 402, cached: int = 0) -> Event:
    """A message begins, and the server says what went in."""
    usage = Usage(input_tokens=tokens, output_tokens=1, cache_read_input_tokens=cached)
    return MessageStarted(message_id="msg_1", model=DEFAULT_MODEL, usage=usage)


def block(kind: str = "text", index: int = 0, **more: object) -> Event:
    """A block begins."""
    return BlockStarted(index=index, data={"type": kind, **more})


def text(words: str, index: int = 0) -> Event:
    """Words arrive."""
    return TextArrived(index=index, text=words)


def thinking(words: str, index: int = 0) -> Event:
    """Words of a thought arrive."""
    return ThinkingArrived(index=index, text=words)


def tool_input(fragment: str, index: int = 0) -> Event:
    """A piece of a tool's input arrives."""
    return ToolInputArrived(index=index, partial_json=fragment)


def block_ends(index: int = 0) -> Event:
    """A block is whole."""
    return BlockEnded(index=index)


def reports(output: int = 61, stop_reason: str = "end_turn", **details: object) -> Event:
    """The server says how it ended."""
    return MessageDelta(
        usage=Usage(output_tokens=output),
        stop_reason=stop_reason,
        stop_details=details or None,
    )


def a_reply(words: str, *, tokens: int = 402, output: int = 61) -> tuple[Event, ...]:
    """A whole reply of one text, without the end of the stream."""
    return (
        begins(tokens),
        block(),
        text(words),
        block_ends(),
        reports(output),
        MessageEnded(),
    )


@dataclass(kw_only=True)
class AppDriver:
    """An app that has not started, and what the test holds of it."""

    app: HqApp
    clock: StillClock
    partner: Puppet
    manager: SessionManager
    home: Path
    pilot: Pilot[int] = field(init=False)

    def enter(self, pilot: Pilot[Any]) -> None:
        """The app runs now, and `pilot` presses its keys."""
        self.pilot = pilot

    async def until(self, there: Callable[[], bool]) -> None:
        """Wait for something to be so. Fails when it does not come."""
        async with asyncio.timeout(PATIENCE):
            for turn in itertools.count():
                if there():
                    return
                # What takes longer waits for a thread or a timer; a busy loop would delay both.
                await asyncio.sleep(0 if turn < AT_ONCE else 0.001)

    async def settled(self) -> None:
        """Wait until the engine has nothing left to take in, and the screen shows it."""
        await self.until(lambda: self.app.is_ready)
        await self.pilot.pause(0)
        for _ in range(20):
            await asyncio.sleep(0)
        await self.until(self._is_at_rest)
        await self.pilot.pause(0)
        self.app.view.session.engine.flush()
        draw_all(self.app.view.chat.transcript)
        self.app.view.refresh_view()
        await self.pilot.pause(0)

    def _is_at_rest(self) -> bool:
        engine = self.app.view.session.engine
        if not engine.is_running or engine.conversation.reply.phase is Phase.RETRYING:
            return True
        return self.partner.listening and self.partner.script.empty()

    async def says(self, *lines: Event | Failure | Ping | None) -> None:
        """The partner says this; None ends its stream, a Failure breaks it."""
        for line in lines:
            self.partner.script.put_nowait(line)
        await self.settled()

    async def replies(self, words: str, **more: int) -> None:
        """The partner gives a whole reply."""
        await self.says(*a_reply(words, **more), None)

    async def asks(self, words: str) -> None:
        """The person sends a message or a command; the partner has not answered yet.

        A session that a command leaves is saved first, which a busy disk makes last.
        """
        composer = self.app.view.chat.composer
        composer.post_message(composer.Sent(words))
        await self.settled()
        if words.startswith("/") and self.app.view.commands.reading.locked():
            await self.until(lambda: not self.app.view.commands.reading.locked())
            await self.settled()

    async def talks(self, words: str, answer: str, **more: int) -> None:
        """One turn from the message to the end of the reply."""
        await self.asks(words)
        await self.replies(answer, **more)

    async def waits(self, seconds: float) -> None:
        """Time passes."""
        self.clock.pass_by(seconds)
        await self.settled()

    async def presses(self, *keys: str) -> None:
        """The person presses keys."""
        await self.pilot.press(*keys)
        await self.settled()

    async def bursts(self, *keys: str) -> None:
        """Keys come all at once, as when a line is pasted or the connexion was held up."""
        for key in keys:
            character = key if len(key) == 1 else None
            self.app.post_message(Key(key, character))
        await self.settled()

    @property
    def banner(self) -> str:
        """What the rule above the composer says."""
        return self.app.view.chat._rule.words

    @property
    def screen_text(self) -> str:
        """Every character on the screen, row by row."""
        size = self.app.size
        rows = self.app.screen._compositor.render_strips(size)
        return "\n".join(strip.text.rstrip() for strip in rows)

    def leave(self) -> None:
        """Let go of the session's file, after the app has ended."""
        journal = self.app.view.session.recorder.journal
        if journal is not None:
            journal.close()


class How(Given, total=False):
    """How a stage is set: settings, and what is there besides them."""

    key: bool
    rehearsal: bool
    prompt: str


def set_stage(home: Path, **how: Unpack[How]) -> AppDriver:
    """A stage with the app ready to start."""
    clock, partner = StillClock(), Puppet()
    key, rehearsal = how.pop("key", True), how.pop("rehearsal", False)
    prompt = how.pop("prompt", "")
    given = cast(Given, how)
    settings = Settings(
        data_dir=home / "data",
        cache_dir=home / "cache",
        config_path=home / "config.toml",
        **given,
    )

    async def rehearse() -> tuple[Partner, Callable[[], Any]]:
        async def nothing() -> None:
            """Stop what was never started."""

        return partner, nothing

    makers = PartnerFactories(claude=lambda _: partner if key else None, rehearsal=rehearse)
    manager = SessionManager(
        settings,
        partners=PartnerRouter(makers),
        clock=clock,
        rng=Random(7),
        model=REHEARSAL_MODEL if rehearsal else DEFAULT_MODEL,
    )
    start = StartPlan(manager=lambda: manager, open=begin_new, prompt=prompt)
    app = HqApp(start, settings=settings, environment={})
    return AppDriver(app=app, clock=clock, partner=partner, manager=manager, home=home)

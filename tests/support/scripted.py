"""A real server that answers from a list, for tests of everything that talks to one.

Each new conversation gets the next reply of the list, the last one for good; the same
conversation asked again, or continued after a break, gets the same reply. Nothing is
mocked: bytes travel over loopback, and the server's own account of them can be compared.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TypedDict, Unpack

from hq_tui.rehearsal.faults.faults import Fault, FaultScript
from hq_tui.rehearsal.faults.spec import fault, parse
from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.player import Sleep
from hq_tui.rehearsal.server.reply import Block, RehearsedReply, TextPart, ToolUsePart
from hq_tui.rehearsal.server.responder import messages_of
from hq_tui.rehearsal.server.server import Server
from hq_tui.rehearsal.server.turns import text_of

Answer = str | Block | tuple[Block, ...] | RehearsedReply
Faults = str | FaultScript | Iterable[str | Fault]


def reply(answer: Answer) -> RehearsedReply:
    """A reply from whatever is the shortest way to write it."""
    if isinstance(answer, RehearsedReply):
        return answer
    if isinstance(answer, str):
        return RehearsedReply(blocks=(TextPart(text=answer),))
    blocks: tuple[Block, ...] = answer if isinstance(answer, tuple) else (answer,)
    calls = any(isinstance(block, ToolUsePart) for block in blocks)
    return RehearsedReply(blocks=blocks, stop_reason="tool_use" if calls else "end_turn")


@dataclass(slots=True)
class Scripted:
    """A responder that has its answers from a list."""

    replies: Sequence[RehearsedReply]
    _given: dict[tuple[str, ...], RehearsedReply] = field(default_factory=dict)

    def reply(self, request: Mapping[str, object]) -> RehearsedReply:
        """The reply that belongs to this conversation, the next one if it is new."""
        asked = tuple(text_of(m) for m in messages_of(request) if m.get("role") == "user")
        if asked not in self._given:
            number = min(len(self._given), len(self.replies) - 1)
            self._given[asked] = self.replies[number]
        return self._given[asked]


class Options(TypedDict, total=False):
    """What else a scripted server can be told; see `hq_tui.rehearsal.server.server.Server`."""

    models: Sequence[Model]
    strict: bool
    pace: float
    sleep: Sleep
    port: int
    token: str
    run: str
    any_model: bool


PLAIN: tuple[Answer, ...] = ("What do you mean by that?",)


def scripted(
    replies: Sequence[Answer] = PLAIN, faults: Faults = (), **options: Unpack[Options]
) -> Server:
    """A server that is not started yet. `faults` is a whole script or a list of single ones."""
    options.setdefault("run", "test")
    script = fault_script(faults)
    return Server(Scripted([reply(answer) for answer in replies]), faults=script, **options)


def fault_script(faults: Faults) -> FaultScript:
    """A script of exactly these faults, each a value or spelt as in a script."""
    if isinstance(faults, FaultScript):
        return faults
    if isinstance(faults, str):
        return parse(faults)
    return FaultScript(faults=tuple(fault(x) if isinstance(x, str) else x for x in faults))


@asynccontextmanager
async def scripted_server(
    replies: Sequence[Answer] = PLAIN, faults: Faults = (), **options: Unpack[Options]
) -> AsyncIterator[Server]:
    """The server, listening, on the loop of the test."""
    async with scripted(replies, faults, **options) as server:
        yield server


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server in a thread of its own, for programs without an event loop."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stopping = asyncio.Event()
    failure: list[OSError] = []

    async def serve() -> None:
        try:
            await server.start()
        except OSError as error:
            failure.append(error)
            return
        finally:
            ready.set()
        await stopping.wait()
        await server.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        if failure:
            raise failure[0]
        yield server
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        loop.close()


@contextmanager
def scripted_thread(
    replies: Sequence[Answer] = PLAIN, faults: Faults = (), **options: Unpack[Options]
) -> Iterator[Server]:
    """The server in a thread, for tests of the program in a process of its own."""
    with running(scripted(replies, faults, **options)) as server:
        yield server

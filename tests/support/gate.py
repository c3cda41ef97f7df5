"""A server that pauses in the middle of a reply until the test lets it go on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.server import Server
from tests.support.scripted import Answer, scripted_thread

MODEL = "some-unknown"
KEY = "sk-ant-canary-0123456789abcdef"
"""A made-up key, easy to search for."""


class Gate:
    """Where a reply waits. `open` lets it pass, for good."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def open(self) -> None:
        """Let the reply go on."""
        self._open.set()

    def wait_a_moment(self) -> None:
        """Let others run for a twentieth of a second, or until the gate is opened."""
        self._open.wait(0.05)

    async def pause(self, _seconds: float) -> None:
        """Wait until the gate is open."""
        await asyncio.to_thread(self._open.wait)


@contextmanager
def gated_server(*replies: Answer, after: int = 6) -> Iterator[tuple[Server, Gate]]:
    """A server whose first reply stops after some words until the gate is opened."""
    gate = Gate()
    with scripted_thread(
        replies,
        [f"stall@1:after={after}:seconds=1"],
        models=[Model(id=MODEL, display_name="Some model")],
        token=KEY,
        sleep=gate.pause,
    ) as server:
        try:
            yield server, gate
        finally:
            gate.open()

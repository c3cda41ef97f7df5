"""A server that was asked for long holds little: each request repeats the history before it."""

from __future__ import annotations

import gc
import json
import tracemalloc
from random import Random

import pytest

from hq_tui.rehearsal.server import service as service_module
from hq_tui.rehearsal.server.http import HttpRequest
from hq_tui.rehearsal.server.responder import Composed
from hq_tui.rehearsal.server.service import Service
from tests.support.gates import Tally
from tests.support.raw import asking

TURNS = 60
FEW = 1 << 18
"""Bytes of requests to keep the bodies of, in place of the real number."""
MOST = 5 * FEW
"""Bytes that a server may hold then: what was read takes more than what came in."""


def held_after_a_session(turns: int) -> tuple[int, Service]:
    """Bytes that a server holds after a session of `turns` turns."""
    rng = Random(turns)
    conversation = [" ".join(rng.choices(("so", "many", "words"), k=120)) for _ in range(2 * turns)]
    gc.collect()
    tracemalloc.start()
    try:
        service = Service(responder=Composed(), token="key", run="test", strict=False)
        for turn in range(turns):
            request = HttpRequest(
                method="POST",
                path="/v1/messages",
                headers={"x-api-key": "key", "anthropic-version": "2026-10-21"},
                body=json.dumps(asking(*conversation[: 2 * turn + 1])).encode(),
            )
            assert service.answer(request).performance.status == 200
        gc.collect()
        return tracemalloc.get_traced_memory()[0], service
    finally:
        tracemalloc.stop()


@pytest.mark.gate("memory")
def test_a_server_holds_the_newest_requests_only(
    monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    monkeypatch.setattr(service_module, "BODIES", FEW)
    tally.tried(TURNS)
    held, service = held_after_a_session(TURNS)
    assert held < MOST
    assert len(service.exchanges) == TURNS
    assert service.exchanges[-1].body is not None
    assert service.exchanges[0].body is None


@pytest.mark.twin("memory", "every request kept by the server")
def test_a_server_that_keeps_every_request_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "BODIES", 1 << 40)
    assert held_after_a_session(TURNS)[0] > MOST

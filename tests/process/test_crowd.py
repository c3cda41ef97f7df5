"""Eight programs on one session: one writes, the others read along and say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest

from hq_tui.store.library import Library
from hq_tui.store.reader import read
from tests.process.conftest import SEEN, WHOLE, Streaming, faulty
from tests.support.gate import MODEL
from tests.support.gates import Tally
from tests.support.saved import folder, last_reply, sessions
from tests.support.terminal import Terminal

MORE = 7
READ_ONLY = "following live · read-only"


@contextmanager
def crowd(streaming: Streaming, size: int, defect: str = "") -> Iterator[Sequence[Terminal]]:
    """So many more programs on the session that is being written."""
    words = ("--base-url", streaming.server.url, "--model", MODEL, "--continue")
    with ExitStack() as stack:
        argv = faulty(defect, *words) if defect else []
        start = partial(Terminal, *words, argv=argv, ready=streaming.ready)
        others = [stack.enter_context(start()) for _ in range(size)]
        for other in others:
            other.wait_for(f"w{SEEN}")
        yield others


def check_one_writes(streaming: Streaming, others: Sequence[Terminal]) -> None:
    """Everyone tries to write; what is on the disk is the reply and nothing else."""
    for other in others:
        other.keys("me too\r")
        other.wait_for("me too")
    streaming.gate.open()
    for terminal in (streaming.terminal, *others):
        terminal.wait_for("w300")
    assert questions() == 1, "a second program has written"
    assert last_reply()["text"] == WHOLE


def questions() -> int:
    """How many messages of the person the session holds, none of its records damaged."""
    (session,) = sessions()
    found = read(Library(folder()).path(session), live=True)
    assert found.damaged == 0
    return sum(record["t"] == "user" for record in found.records)


@pytest.mark.soak
@pytest.mark.gate("instances")
@pytest.mark.parametrize("_again", range(3))
def test_one_of_eight_writes_and_seven_are_told(
    streaming: Streaming, tally: Tally, _again: int
) -> None:
    with crowd(streaming, MORE) as others:
        for other in others:
            other.wait_for(READ_ONLY)
            tally.waited(1000 * other.echo("\u2801"))
            other.keys("\x7f")
        check_one_writes(streaming, others)
    tally.tried(1 + MORE)


@pytest.mark.twin("instances", "a lock that everybody gets")
def test_without_a_lock_a_second_program_writes_too(streaming: Streaming) -> None:
    with crowd(streaming, 1, "crowded") as (other,):
        other.keys("me too\r")
        other.wait_until(lambda: questions() > 1, "a second writer")

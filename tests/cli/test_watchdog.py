"""The thread between the signals and the loop, with the loop in the hands of the test."""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable

from hq_tui.runtime.watchdog import HEARD, KEY, Watchdog, WatchdogActions, WatchdogTimeouts

QUICK = WatchdogTimeouts(step=0.001, rescue=0.004, deaf=0.02, end=0.04, insisted=0.02, rest=0.001)


class Loop:
    """A loop that answers or does not, and everything that the watchdog did."""

    def __init__(self, *, answers: bool, is_ours: Callable[[int], bool] = lambda _: True) -> None:
        self.answers = answers
        self.happened: queue.Queue[str] = queue.Queue()
        self.asked: queue.Queue[int] = queue.Queue()
        self._over = threading.Event()
        self.dog = Watchdog(
            WatchdogActions(
                ask=self._ask,
                rescue=[lambda: self.happened.put("rescued")],
                end=self._end,
                is_ours=is_ours,
            ),
            QUICK,
        )
        self.thread = threading.Thread(target=self.dog._watch, daemon=True)
        self.thread.start()

    def _ask(self, number: int) -> None:
        if self._over.is_set():
            raise RuntimeError
        self.asked.put(number)
        if self.answers:
            self.dog.tell(HEARD)

    def _end(self, number: int) -> None:
        self.happened.put(f"ended by {number}")
        self._over.set()
        raise RuntimeError

    def over(self) -> list[str]:
        """Let the loop be over; all that was done."""
        self._over.set()
        self.dog.tell(KEY)
        self.thread.join(20)
        assert not self.thread.is_alive()
        return list(self.happened.queue)


def test_a_loop_that_answers_is_left_alone() -> None:
    loop = Loop(answers=True)
    loop.dog.tell(signal.SIGTERM)
    assert loop.asked.get(timeout=20) == signal.SIGTERM
    assert [loop.asked.get(timeout=20) for _ in range(50)] == [0] * 50, "it is asked while leaving"
    assert loop.over() == []


def test_a_loop_that_does_not_is_rescued_first_and_ended_then() -> None:
    loop = Loop(answers=False)
    loop.dog.tell(signal.SIGHUP)
    loop.dog.tell(signal.SIGHUP)
    assert loop.happened.get(timeout=20) == "rescued"
    assert loop.happened.get(timeout=20) == f"ended by {signal.SIGHUP:d}"


def test_the_last_signal_names_the_end() -> None:
    loop = Loop(answers=False)
    loop.dog.tell(signal.SIGHUP)
    loop.dog.tell(signal.SIGTERM)
    assert loop.happened.get(timeout=20) == "rescued"
    assert loop.happened.get(timeout=20) == f"ended by {signal.SIGTERM:d}"


def test_an_answer_that_comes_late_ends_the_waiting() -> None:
    loop = Loop(answers=False)
    loop.dog.tell(signal.SIGTERM)
    assert loop.happened.get(timeout=20) == "rescued"
    loop.answers = True
    loop.dog.tell(HEARD)
    assert loop.asked.get(timeout=20) == signal.SIGTERM
    assert [loop.asked.get(timeout=20) for _ in range(50)] == [0] * 50
    assert loop.over() == []


def test_what_is_no_business_of_ours_is_passed_over() -> None:
    loop = Loop(answers=False, is_ours=lambda number: number != signal.SIGINT)
    for number in (signal.SIGINT, signal.SIGWINCH, signal.SIGCHLD):
        loop.dog.tell(number)
    loop.dog.tell(signal.SIGUSR1)
    assert loop.asked.get(timeout=20) == signal.SIGUSR1
    assert loop.happened.get(timeout=20) == "rescued"


def test_one_key_asks_and_a_second_to_a_deaf_loop_ends_it() -> None:
    loop = Loop(answers=False)
    loop.dog.tell(KEY)
    assert loop.asked.get(timeout=20) == 0
    while loop.happened.empty():
        loop.dog.tell(KEY)
        loop.asked.get(timeout=20)
    assert loop.happened.get() == "rescued"
    assert loop.happened.get(timeout=20) == f"ended by {signal.SIGINT:d}"

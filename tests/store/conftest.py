"""What holds for every test of the store."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    after = set(threading.enumerate()) - before
    assert not [each for each in after if each.name.startswith("journal")]

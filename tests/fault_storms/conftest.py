"""Long storms have deadlines of their own; the general one would end them on a busy machine."""

from __future__ import annotations

import faulthandler

import pytest


@pytest.fixture(autouse=True)
def _own_deadlines(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("soak") is not None:
        faulthandler.cancel_dump_traceback_later()

"""The program on a real terminal, talking to a real server that says what a test wants."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hq_tui.rehearsal.server.models import Model
from tests.support.gate import KEY, MODEL
from tests.support.ready import Ready
from tests.support.scripted import Answer, scripted_thread
from tests.support.terminal import Terminal

Open = Callable[..., AbstractContextManager[Terminal]]


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch, ready: Ready) -> Open:
    """Opens the app, forked unless told otherwise, against a server that gives these replies."""

    @contextmanager
    def opened(
        *words: str,
        replies: tuple[Answer, ...] = ("What do you mean by that?",),
        size: tuple[int, int] = (100, 30),
        models: tuple[Model, ...] = (Model(id=MODEL, display_name="Some model"),),
        prefix: str = "/",
        forked: bool = True,
        **server: Any,
    ) -> Iterator[Terminal]:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        settings = Path(os.environ["HQ_TUI_CONFIG"])
        if not settings.exists():
            # On a busy machine a reply may take long enough to ring.
            settings.write_text('notify = "off"\n')
        with ExitStack() as stack:
            options = {"models": models, "token": KEY, **server}
            url = stack.enter_context(scripted_thread(replies, **options)).url
            args = ("--base-url", url + prefix, "--model", models[0].id, *words)
            source = ready if forked else None
            yield stack.enter_context(Terminal(*args, size=size, ready=source))

    return opened

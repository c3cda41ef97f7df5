"""The ground every test stands on: the same surroundings on every machine.

Textual reads its settings from the environment once, when it is imported, so they are
made here before anything imports it; that is also why the snapshot plugin is switched off
in `pyproject.toml` and loaded from here. Afterwards no test sees a key, a proxy, a colour
preference or a home folder of the person who runs it, and each test has a home of its own.
"""

from __future__ import annotations

import gc
import itertools
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

gc.set_threshold(10_000, 20, 20)  # a screen is 50,000 objects; a fifth of all time was collecting

assert "textual" not in sys.modules, "Textual was imported before its settings were made"

FOREIGN = re.compile(
    r"ANTHROPIC_.*|HQ_TUI_.*|TEXTUAL.*|XDG_.*|LC_.*|SSH_.*|TMUX.*|STY|COLUMNS|LINES|ESCDELAY"
    r"|NO_COLOR|FORCE_COLOR|CLICOLOR.*|VISUAL|EDITOR|PAGER|WAYLAND_DISPLAY|DISPLAY"
    r"|(all|http|https|no)_proxy|MAKE.*|MFLAGS|ARGS|VENV|PYTHON(DONTWRITEBYTECODE)?",
    re.IGNORECASE,
)
"""Settings of the person or the machine; none of them may decide a test."""

OWN = {
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "TERM": "xterm-256color",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TZ": "UTC",
}

KEPT = frozenset({"TEXTUAL_SNAPSHOT_TEMPDIR"})
"""How the snapshot plugin tells its folder to parallel workers."""


def _make_surroundings() -> None:
    for name in [name for name in os.environ if FOREIGN.fullmatch(name)]:
        if name not in KEPT:
            del os.environ[name]
    os.environ.update(OWN)
    time.tzset()


_make_surroundings()

pytest_plugins = ["pytest_textual_snapshot", "tests.support.gates"]

from tests.support.ready import Ready  # noqa: E402  # what it imports is not Textual

settings.register_profile("short", max_examples=50, deadline=None, derandomize=True, database=None)
settings.register_profile("few", settings.get_profile("short"), max_examples=5)
settings.register_profile(
    "soak", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


def pytest_configure() -> None:
    """Store pictures as `.svg`, under ids that stay the same when their content changes."""
    import pytest_textual_snapshot as plugin

    class SteadySvg(plugin.SVGImageExtension):  # type: ignore[misc]  # the plugin has no types
        """A picture whose style ids do not change with every character on screen."""

        file_extension = "svg"

        def serialize(self, data: Any, **options: Any) -> Any:
            """The picture with the one id that Rich derives from the content made constant."""
            return re.sub(r"terminal-\d+", "terminal-0", super().serialize(data, **options))

    plugin.SVGImageExtension = SteadySvg
    _parse_styles_once()


def _parse_styles_once() -> None:
    """Have apps share what Textual parsed of the same CSS with the same variables.

    Each app parses the styles of all its widgets, the same every time, a sixth of what a test
    of the screen costs; rules are only read once they are parsed.
    """
    from textual.css.model import RuleSet
    from textual.css.stylesheet import Stylesheet

    parse = Stylesheet._parse_rules
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}

    def parse_once(sheet: Stylesheet, *source: Any, **more: Any) -> list[RuleSet]:
        key = (*source, *more.items(), *sheet._variables.items())
        if key not in parsed:
            parsed[key] = parse(sheet, *source, **more)
        return parsed[key]

    Stylesheet._parse_rules = parse_once  # type: ignore[method-assign, assignment]


def pytest_collection_finish() -> None:
    """Keep what collecting made, some million objects, out of every garbage collection to come."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a new empty home at each call; counting is cheaper than asking the file system."""
    base = tmp_path_factory.mktemp("homes")
    number = itertools.count()

    def new_home() -> Path:
        home = base / str(next(number))
        home.mkdir(mode=0o700)
        return home

    return new_home


@pytest.fixture(scope="session")
def ready() -> Iterator[Ready]:
    """A process to fork the program from, for tests of anything but how it starts and ends."""
    with Ready() as one:
        yield one


@pytest.fixture(autouse=True)
def home(_homes: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own home; hq-tui's folders and settings lie below it and do not exist yet."""
    place = _homes()
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("HQ_TUI_DATA_DIR", str(place / "data"))
    monkeypatch.setenv("HQ_TUI_CACHE_DIR", str(place / "cache"))
    monkeypatch.setenv("HQ_TUI_CONFIG", str(place / "config.toml"))
    return place

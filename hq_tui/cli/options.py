"""What was asked for on the command line, as a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any

Run = Callable[["Options"], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for: a command's function, and its words."""

    run: Run
    words: SimpleNamespace

    def __getattr__(self, name: str) -> Any:
        return getattr(self.words, name)

    @property
    def chosen(self) -> dict[str, Any]:
        """The options that are settings too; None where nothing was said."""
        names = ("mode", "model", "base_url", "slow", "ascii")
        return {name: getattr(self.words, name, None) for name in names}


def late(module: str, function: str) -> Run:
    """A command whose module is imported when it runs."""

    def run(options: Options) -> int:
        code: int = getattr(import_module(f"hq_tui.cli.{module}"), function)(options)
        return code

    return run


def read_options(argv: Sequence[str]) -> Options:
    """What `argv` asks for. Raises UsageError; ends the program for --help and --version."""
    from hq_tui.cli.parser import parse

    return parse(argv)

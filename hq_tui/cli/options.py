"""What was asked for on the command line, as a value.

The parser is left alone where there is nothing to parse: the two ways in which most days
begin need none, and it takes its time to load.
"""

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
    if tuple(argv) in ((), ("--continue",)):
        return Options(run=late("screen", "screen"), words=_unsaid(go_on=bool(argv)))
    from hq_tui.cli.parser import parse

    return parse(argv)


def _unsaid(*, go_on: bool) -> SimpleNamespace:
    """The words of a command line that has none but, perhaps, --continue."""
    return SimpleNamespace(
        prompt=[],
        go_on=go_on,
        session=None,
        rehearse=None,
        mode=None,
        model=None,
        base_url=None,
        slow=None,
        ascii=None,
        plain=False,
    )

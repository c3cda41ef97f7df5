"""`hq-tui completions`: a script that lets a shell complete commands, options and files."""

from __future__ import annotations

from dataclasses import dataclass

import shtab

from hq_tui.cli.parser import whole_parser


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionsOptions:
    """Options of `completions`."""

    shell: str


def completions(options: CompletionsOptions) -> int:
    """Print the script for `options.shell`."""
    parser = whole_parser(complete_files=shtab.FILE)
    print(shtab.complete(parser, shell=options.shell))
    return 0

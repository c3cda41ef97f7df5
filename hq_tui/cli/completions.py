"""`hq-tui completions`: a script that lets a shell complete commands, options and files."""

from __future__ import annotations

import shtab

from hq_tui.cli.parser import whole_parser


def completions(*, shell: str) -> int:
    """Print the script for `shell`."""
    parser = whole_parser(complete_files=shtab.FILE)
    print(shtab.complete(parser, shell=shell))
    return 0

"""The command line: parses options, wires the parts together, runs, and returns an exit code.

Modules are imported when their command runs, so that `--version` is quick and the app can paint
before the SDK is loaded. Every error ends in words and an exit code, never in a traceback,
which could show what was typed.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

if sys.platform == "win32":
    sys.exit("hq-tui needs Linux or macOS. On Windows it runs inside WSL (wsl --install).")

from signal import SIGINT, SIGPIPE

from hq_tui.cli.configuration import environment
from hq_tui.errors import HqError


def main(argv: Sequence[str] | None = None) -> int:
    """Run hq-tui and return its exit code: 0, or the error's own."""
    os.umask(0o077)
    environment.put_right()
    environment.open_streams()
    _write_any_character()
    try:
        code = _command(sys.argv[1:] if argv is None else argv)()
        sys.stdout.flush()
    except HqError as error:
        return _explain(error)
    except BrokenPipeError:
        # The reader closed the pipe.
        from hq_tui.cli.output import let_go_of

        let_go_of(sys.stdout)
        return 128 + SIGPIPE
    except KeyboardInterrupt:
        return 128 + SIGINT
    except Exception as error:  # noqa: BLE001 - the last boundary: words, never a traceback
        return _confess(error)
    finally:
        _let_go_of_full_stderr()
    return code


def _command(argv: Sequence[str]) -> Callable[[], int]:
    """The command that is asked for, with its modules loaded.

    Modules stay, so the collector, which would go through them time and again, is held meanwhile.
    """
    gc.disable()
    try:
        if not argv:  # reading options takes a twentieth of the way to the first picture
            from hq_tui.cli.options import AppOptions
            from hq_tui.cli.run import screen

            return partial(screen, AppOptions())
        from hq_tui.cli.parser import parse

        return parse(argv)
    finally:
        gc.freeze()
        gc.enable()


def _write_any_character() -> None:
    """A character that the terminal's encoding lacks becomes a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _let_go_of_full_stderr() -> None:
    """Drop what stderr did not take: Python's own exit would turn it into the exit code 120."""
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        from hq_tui.cli.output import let_go_of

        let_go_of(sys.stderr)


def _confess(error: Exception) -> int:
    """Tell of a defect. Even where that fails there is an exit code and no traceback."""
    with suppress(Exception, KeyboardInterrupt):
        from hq_tui.cli import output
        from hq_tui.runtime import crash_report

        if why := isinstance(error, OSError) and output.trouble_with_stdout():
            output.let_go_of(sys.stdout)
            what = f"The output cannot be written: {why}."
            return _explain(HqError(what, hint="Make room, or send it elsewhere."))
        crash_report.say(crash_report.tell(error))
    return 1


def _explain(error: HqError) -> int:
    from hq_tui.core.text.sanitize import sanitise
    from hq_tui.runtime.crash_report import say

    say(sanitise(f"hq-tui: {error}\n{error.hint}"))
    return error.exit_code

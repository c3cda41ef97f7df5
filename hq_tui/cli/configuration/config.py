"""`hq-tui config`: where the settings are, what is in force, and a file to begin with."""

from __future__ import annotations

import os
from pathlib import Path

from hq_tui.cli.configuration.effective_settings import settings_for
from hq_tui.core.text import mode_file
from hq_tui.core.text.sanitize import redact
from hq_tui.errors import HqError, UsageError
from hq_tui.settings import EXAMPLE, as_lines, default_places, mode_path
from hq_tui.store.files import write_new


def config(*, what: str, mode: str | None) -> int:
    """Print the path, the settings in force, or write a settings or mode file to begin with."""
    if mode is not None and what != "init":
        raise UsageError("--mode goes with init.", hint="See: hq-tui config --help")
    if what == "show":
        print(redact("\n".join(as_lines(settings_for()))))
        return 0
    # Neither of these reads the file, so they help with one that cannot be read.
    path = Path(os.environ.get("HQ_TUI_CONFIG") or default_places()[2] / "config.toml")
    if what == "path":
        print(path)
        return 0
    example = EXAMPLE
    if mode is not None:
        path, example = mode_path(path.parent / "modes", mode), mode_file.EXAMPLE
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_new(path, example)
    except FileExistsError:
        raise HqError(f"{path} already exists.", hint="Edit it, or remove it first.") from None
    except OSError as error:
        raise HqError(
            f"The file cannot be written: {error.strerror}.", hint=f"Look at {path}."
        ) from error
    print(f"written to {path}")
    return 0

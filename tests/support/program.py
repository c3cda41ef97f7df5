"""The program itself, in a process of its own, as somebody's shell would start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 40.0
"""Seconds after which a process counts as stuck; far more than any takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a finished command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its stdout as JSON."""
        return json.loads(self.out)


def command(*words: str) -> list[str]:
    """How the program is started with these words."""
    return [sys.executable, "-m", "hq_tui", *words]


def surroundings(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of the test, from which the program can be imported, and `extra`."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "default", **extra}


def run(*words: str, stdin: str = "", env: Mapping[str, str] = os.environ) -> Ended:
    """Run the program to its end."""
    done = subprocess.run(
        command(*words),
        input=stdin.encode(),
        capture_output=True,
        env=surroundings(env),
        timeout=PATIENCE,
        check=False,
    )
    return Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def start(
    *words: str, env: Mapping[str, str] = os.environ, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start the program and come back while it runs."""
    return subprocess.Popen(
        command(*words),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=surroundings(env),
    )


def everything_in(folder: Path) -> bytes:
    """Every byte of every file below `folder`, names included."""
    paths: Sequence[Path] = sorted(folder.rglob("*")) if folder.exists() else ()
    return b"\n".join(
        str(path).encode() + (path.read_bytes() if path.is_file() else b"") for path in paths
    )

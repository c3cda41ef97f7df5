"""The program without the second that its imports take: a process that has them forks.

For tests of what it does once it runs. Each start is a process of its own, with its own
terminal and environment, that runs the module from the beginning; only the reading of what
that imports is behind it. Run as a script, this is the process that has them; `Ready` is
how a test speaks with it, and `Forked` is one program that it started.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import json
import os
import re
import runpy
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from tests.support.program import PATIENCE, Ended, command, run, surroundings

OWN = re.compile(
    "HOME|HQ_TUI_.*|ANTHROPIC_.*|PYTEST_.*|AWS_.*|CLOUD(SDK|_ML)_.*|GOOGLE_.*|NO_GCE_CHECK"
)
"""What the program or a client reads, each time; any other may have a say in what is imported."""


class Forked:
    """A program that was forked off; as much of a `Popen` as a terminal needs."""

    def __init__(self, ready: Ready, pid: int) -> None:
        self.pid = pid
        self._ready = ready
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        if self._code is None:
            self._code = self._ready.ask("poll", self.pid)
        return self._code

    def wait(self, timeout: float | None = PATIENCE) -> int:
        """Its exit code, when it has ended."""
        deadline = time.monotonic() + (timeout or PATIENCE)
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("hq-tui", PATIENCE)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)


class Ready:
    """The process that has imported everything. Use it as `with Ready() as ready`."""

    def __enter__(self) -> Self:
        environment = surroundings({})
        self._ground = _ground(environment)
        hear, self._tell = os.pipe()
        self._hear, tell = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.ready", str(hear), str(tell)],
            stdin=subprocess.DEVNULL,
            env=environment,
            pass_fds=(hear, tell),
        )
        os.close(hear)
        os.close(tell)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        os.close(self._tell)
        os.close(self._hear)
        self._process.wait(PATIENCE)

    def ask(self, what: str, *details: object) -> int | None:
        """Have it do something; the number it answers with."""
        with open(self._tell, "w", closefd=False) as line:
            line.write(json.dumps([what, *details]) + "\n")
        answer: int | None = json.loads(_line(self._hear))
        return answer

    def fits(self, environment: Mapping[str, str]) -> bool:
        """Whether a Python started in this environment would be as this one is."""
        return _ground(environment) == self._ground

    def start(
        self, streams: Sequence[str], argv: Sequence[str], environment: Mapping[str, str]
    ) -> Forked:
        """Do as `python -m module words` does; stdin, stdout and stderr are files or a terminal."""
        assert argv[:2] == [sys.executable, "-m"], argv
        pid = self.ask("start", streams, str(Path.cwd()), argv[2:], dict(environment))
        assert pid is not None
        return Forked(self, pid)

    def run(self, *words: str, env: Mapping[str, str], stdin: str = "") -> Ended:
        """Run the program to its end, in exactly this environment."""
        with TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("in", "out", "err")]
            for file, text in zip(files, (stdin, "", ""), strict=True):
                file.write_text(text, "utf-8")
            code = self.start([*map(str, files)], command(*words), env).wait()
            _in, out, err = (file.read_bytes().decode() for file in files)
        return Ended(code=code, out=out, err=err)

    def do(self, *words: str, stdin: str = "", env: Mapping[str, str] = os.environ) -> Ended:
        """The same as `program.run`, and that itself where the environment asks for it."""
        environment = surroundings(env)
        if not self.fits(environment):
            return run(*words, stdin=stdin, env=env)
        return self.run(*words, env=environment, stdin=stdin)


def _ground(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not OWN.fullmatch(name)}


def _line(number: int) -> bytes:
    """One line from a pipe, and nothing beyond it; empty at its end."""
    line = b""
    while not line.endswith(b"\n") and (byte := os.read(number, 1)):
        line += byte
    return line


def _import_everything() -> None:
    import hq_tui
    from hq_tui.claude.client import load_sdk
    from hq_tui.ui.transcript import load_parser

    for module in walk_packages(hq_tui.__path__, "hq_tui."):
        if module.name != "hq_tui.__main__":
            import_module(module.name)
    load_parser()
    load_sdk()
    gc.freeze()


def _poll(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _become(streams: list[str], folder: str, words: list[str], environment: dict[str, str]) -> None:
    """Be the program, in a session of its own."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(os.open(stream, os.O_RDWR), number)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.argv[:] = words
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        _end(int(ended.code or 0))


def _end(code: int) -> None:
    """End as Python does, but leave it to the kernel to take a million objects to pieces."""
    threading._shutdown()  # type: ignore[attr-defined]  # there is no public way
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def serve(hear: int, tell: int) -> int:
    """Start programs and tell of their ends until the line is closed."""
    _import_everything()
    while line := _line(hear):
        what, *details = json.loads(line)
        if what == "poll":
            answer = _poll(*details)
        elif (answer := os.fork()) == 0:
            os.close(hear)
            os.close(tell)
            _become(*details)
            return 0
        os.write(tell, json.dumps(answer).encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(serve(int(sys.argv[1]), int(sys.argv[2])))

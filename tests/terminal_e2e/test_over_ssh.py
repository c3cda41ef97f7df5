"""A session over ssh inside tmux, and where a copied reply is then to be found.

Everything is real: an ssh server of the test's own on a high port of this machine, the ssh
client on a terminal, tmux on the far side, hq-tui in it. The server takes one key, made for
the test, and ends with it.
"""

from __future__ import annotations

import base64
import getpass
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hq_tui.rehearsal.server.models import Model
from tests.support.gate import KEY, MODEL
from tests.support.program import REPOSITORY, command
from tests.support.scripted import scripted_thread
from tests.support.terminal import Terminal, wait_until

REPLY = "What do “you” mean by it: é, 世, `$HOME`?\n\n```sh\nprintf \"%s\" 'a b'\n```\n\nWhy?"
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
SSHD = shutil.which("sshd", path=PLACES) or ""
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not SSHD, reason="needs sshd (openssh-server)"),
    pytest.mark.skipif(not shutil.which("tmux"), reason="needs tmux"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Far:
    """The far side: how one gets there, and which tmux is there."""

    ssh: tuple[str, ...]
    tmux: tuple[str, ...]


@pytest.fixture
def far(home: Path) -> Iterator[Far]:
    """An ssh server of our own."""
    for name in ("host", "own"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / name)]
        subprocess.run(make, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (home / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nPidFile none\n"
        f"AuthorizedKeysFile {home}/own.pub\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
    )
    words = [SSHD, "-f", str(home / "sshd_config")]
    checked = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    if checked.returncode:
        pytest.skip(f"sshd will not run here: {checked.stderr.strip()}")
    server = subprocess.Popen([*words, "-D"], stderr=subprocess.DEVNULL)
    where = f"{getpass.getuser()}@127.0.0.1"
    options = [
        "StrictHostKeyChecking=no", f"UserKnownHostsFile={home}/known", "LogLevel=ERROR",
        "IdentitiesOnly=yes",
    ]  # fmt: skip
    ssh = ("ssh", "-p", str(port), "-i", str(home / "own"), *(f"-o{o}" for o in options), where)
    tmux = ("tmux", "-f", "/dev/null", "-S", str(home / "tmux"))
    try:
        yield Far(ssh=ssh, tmux=tmux)
    finally:
        subprocess.run([*tmux, "kill-server"], stderr=subprocess.DEVNULL, check=False)
        server.terminate()
        server.wait(10)


def on_the_far_side(home: Path, url: str) -> str:
    """The command line that starts hq-tui there; its surroundings are not ours."""
    names = {
        "ANTHROPIC_API_KEY": KEY,
        "HQ_TUI_DATA_DIR": str(home / "data"),
        "HQ_TUI_CACHE_DIR": str(home / "cache"),
        "HQ_TUI_CONFIG": str(home / "config.toml"),
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY.resolve()), *filter(None, sys.path[:1])]),
        "LANG": "C.UTF-8",
    }
    words = command("--base-url", url, "--model", MODEL, "why over ssh?")
    return shlex.join(["env", *(f"{name}={value}" for name, value in names.items()), *words])


def copies(written: bytes) -> list[str]:
    """What a terminal was asked to put into its clipboard."""
    found = re.findall(rb"\x1b\]52;[a-z]*;([\w+/=]+)(?:\x07|\x1b\\)", written)
    return [base64.b64decode(each).decode() for each in found]


def test_a_reply_copied_inside_tmux_over_ssh_is_the_reply(far: Far, home: Path) -> None:
    models = [Model(id=MODEL, display_name="Some model")]
    with scripted_thread((REPLY,), models=models, token=KEY) as server:
        there = shlex.join([*far.tmux, "new", "-x", "100", "-y", "30"])
        options = shlex.join(["set", "-s", "set-clipboard", "on"])
        line = f"{there} {shlex.quote(on_the_far_side(home, server.url))} \\; {options}"
        with Terminal(argv=[shutil.which("ssh") or "", "-tt", *far.ssh[1:], line]) as terminal:
            terminal.wait_for("your turn")
            terminal.keys("\x19")
            terminal.wait_for("copied to the tmux buffer")
            held = subprocess.run([*far.tmux, "show-buffer"], capture_output=True, check=True)
            assert held.stdout.decode() == REPLY
            wait_until(lambda: REPLY in copies(bytes(terminal.written)), "the clipboard here")
            terminal.keys("\x11")
            assert terminal.wait_for_end() == 0
            terminal.assert_as_found()
    print("over ssh in tmux: the buffer and the clipboard of the near terminal hold the reply")


def test_without_tmux_the_near_terminal_is_asked(far: Far, home: Path) -> None:
    models = [Model(id=MODEL, display_name="Some model")]
    with scripted_thread((REPLY,), models=models, token=KEY) as server:
        line = on_the_far_side(home, server.url)
        with Terminal(argv=[shutil.which("ssh") or "", "-tt", *far.ssh[1:], line]) as terminal:
            terminal.wait_for("your turn")
            terminal.keys("\x19")
            terminal.wait_for("sent to the terminal (OSC 52)")
            assert copies(bytes(terminal.written)) == [REPLY]
            terminal.keys("\x11")
            assert terminal.wait_for_end() == 0
            terminal.assert_as_found()
    print("over ssh: the clipboard of the near terminal was handed the reply")

"""In a shell with jobs, Ctrl+Z gives the terminal back and fg goes on where it was."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.support.program import command
from tests.support.ready import Ready
from tests.support.terminal import Terminal

SHELL = ("/bin/bash", "--norc", "--noprofile", "-i")


def test_ctrl_z_suspends_the_whole_job_and_fg_brings_the_draft_back(home: Path) -> None:
    with Terminal(argv=SHELL) as terminal:
        program = shlex.join(command("--rehearse"))
        # A job of two processes: a shell that was left waiting would never show its prompt.
        terminal.keys(f"PS1='shell: '; (trap '' INT; {program}; true)\r")
        terminal.wait_for("/mode changes")
        terminal.keys("a draft")
        terminal.wait_for("a draft")
        terminal.keys("\x1a")
        terminal.wait_for("Stopped")
        terminal.keys("echo one$((1 + 1))\r")
        terminal.wait_for("one2")
        assert 1049 not in terminal.modes, "its own screen is still up"
        terminal.keys("fg\r")
        terminal.wait_for("a draft")
        terminal.keys(" of mine")
        terminal.wait_for("a draft of mine")
        terminal.keys("\x11")
        terminal.wait_for("shell:")


def test_a_job_that_went_on_behind_the_shell_is_whole_again_after_fg(home: Path) -> None:
    with Terminal(argv=SHELL) as terminal:
        terminal.keys("PS1='shell: '; set -m\r")
        terminal.keys(f"{shlex.join(command('--rehearse'))}\r")
        terminal.wait_for("/mode changes")
        terminal.keys("a draft")
        terminal.wait_for("a draft")
        terminal.keys("\x1a")
        terminal.wait_for("Stopped")
        terminal.keys("bg; echo gone$((1 + 1))\r")
        terminal.wait_for("gone2")
        terminal.keys("jobs; echo two$((1 + 1))\r")
        terminal.wait_for("two2")
        terminal.keys("fg\r")
        terminal.wait_for("a draft")
        terminal.keys(" of mine")
        terminal.wait_for("a draft of mine")
        terminal.keys("\x11")
        terminal.wait_for("shell:")


def test_ctrl_l_draws_what_another_program_wrote_over(home: Path, ready: Ready) -> None:
    with Terminal("--rehearse", ready=ready) as terminal:
        terminal.wait_for("/mode changes")
        terminal.wipe()
        assert "/mode changes" not in terminal.text
        terminal.keys("\x0c")
        terminal.wait_for("/mode changes")

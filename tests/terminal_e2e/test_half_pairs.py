"""Half of a surrogate pair, or a byte that is no UTF-8, is marked and stops nothing."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from hq_tui.core.text.sanitize import REPLACEMENT
from hq_tui.terminal.notifications import Notification, encode
from tests.support import saved
from tests.support.program import everything_in, run
from tests.support.ready import Ready
from tests.terminal_e2e.conftest import Open
from tests.terminal_e2e.test_hostile import ended, leave

HALF = "a\ud800b"
"""Half a pair, as JSON can spell it."""
BYTES = "c\udcff\udcfed"
"""Bytes that are no UTF-8, as Python hands them over from the command line."""
MARKED = f"c{REPLACEMENT * 2}d"


def test_in_the_app_it_is_shown_and_kept_as_a_mark(open_app: Open, home: Path) -> None:
    with open_app(BYTES, replies=(HALF,), size=(100, 30)) as terminal:
        terminal.wait_until(ended, "the end of the reply")
        terminal.wait_for(f"a{REPLACEMENT}b")
        assert terminal.text.count(MARKED) > 1, "in the title and in the session"
        os.write(terminal.master, b"\x1b[200~pasted \xff\xed\xa0\x80 here\x1b[201~")
        terminal.wait_for(f"pasted {REPLACEMENT}")
        terminal.keys("\x19")
        terminal.wait_until(lambda: b"]52;c;" in terminal.written, "a copy")
        leave_out = re.sub(rb"\x1b\]52;c;[\w+/=]*\x07", b"", bytes(terminal.written))
        terminal.written[:] = leave_out
        leave(terminal)
    assert [turn["text"] for turn in saved.export()["turns"]] == [MARKED, f"a{REPLACEMENT}b"]
    everything_in(home / "data").decode()


def test_on_the_command_line_it_is_a_mark_in_words_and_itself_in_file_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ready: Ready
) -> None:
    monkeypatch.chdir(tmp_path)
    here = {"HQ_TUI_DATA_DIR": str(tmp_path / BYTES)}
    asked = run("ask", "--rehearse", "--json", "why", BYTES, env=here)
    assert asked.code == 0
    name = asked.json["session"]
    assert ready.do("rename", name, BYTES, env=here).out.count(MARKED) == 1
    assert MARKED in ready.do("search", BYTES, env=here).out
    for form in ("md", "html", "json", "jsonl"):
        assert (
            ready.do("export", name, "--format", form, "-o", f"{BYTES}.{form}", env=here).code == 0
        )
        assert MARKED in (tmp_path / f"{BYTES}.{form}").read_text("utf-8")
    assert ready.do("brief", name, "-o", f"{BYTES}.brief", env=here).code == 0
    assert ready.do("doctor", "--offline", env=here).code == 0
    for words in (["show", BYTES], ["import", BYTES], ["ask", "--mode", BYTES, "x"]):
        done = ready.do(*words, env=here)
        assert done.code in (1, 2)
        assert "\\udc" not in done.err
    commands = ["x\udcffy", f"/export {BYTES}.plain", f"/rename {BYTES}", "/find \udcff", "/quit"]
    typed = b"\n".join(os.fsencode(command) for command in commands)
    plain = ready.do("--plain", "--rehearse", stdin=typed.decode("utf-8", "replace"), env=here)
    assert (plain.code, plain.err) == (0, "")


def test_what_is_brought_in_from_json_is_marked(tmp_path: Path, ready: Ready) -> None:
    asked = ready.do("ask", "--rehearse", "--json", "why half").json["session"]
    told = json.loads(ready.do("export", asked, "--format", "json").out)
    told["title"] = HALF
    for turn in told["turns"]:
        turn["text"] = HALF
        for block in turn.get("blocks", ()):
            block["text"] = HALF
    (tmp_path / "half.json").write_text(json.dumps(told))
    brought = ready.do("import", str(tmp_path / "half.json"))
    assert brought.code == 0, brought.err
    shown = ready.do("show", brought.out.split()[0]).out
    assert f"a{REPLACEMENT}b" in shown


@pytest.mark.parametrize("way", [Notification.OSC9, Notification.OSC777])
def test_a_notice_holds_a_mark(way: Notification) -> None:
    assert f"a{REPLACEMENT}b".encode() in encode(way, "hq-tui", HALF).encode()

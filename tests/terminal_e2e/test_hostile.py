"""No string from outside commands the terminal, wherever it gets into the app."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hq_tui.core.text.sanitize import sanitise, storable
from hq_tui.rehearsal.server import reply as rehearsal_reply
from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart, ThinkingPart, ToolUsePart
from hq_tui.terminal.capabilities import QUESTIONS
from hq_tui.terminal.input_parser import END
from tests.support import saved
from tests.support.gate import MODEL
from tests.support.gates import Tally
from tests.support.ready import Ready
from tests.support.scripted import Answer
from tests.support.terminal import Terminal
from tests.terminal.hostile import corpus
from tests.terminal.test_driver import foreign
from tests.terminal_e2e.conftest import Open

WHOLE = "".join(f"{hostile.name}: {hostile.text}\n\n" for hostile in corpus())
SHORT = " ".join(hostile.text[:40] for hostile in corpus())
OBEYED = "\x1b]52;c;cHduZWQ=\x07\x1b[2J\x9b6n\x1b]0;pwned\x07\x1bP+q\x1b\\\x0e\x07\u202e"
DANGEROUS = OBEYED + " [@click=app.quit]x[/n]"
"""A little of everything, for places that hold a line."""
ANSWERED = re.compile(re.escape(QUESTIONS.decode()))
"""What the doctor asks a terminal."""


Record = Callable[[str, object], None]
COUNT = str(len(corpus()))
ALL_OF_THEM = storable("".join(hostile.text for hostile in corpus()).replace("\x00", ""))
"""For places that take what a person gives: no command line and no name can hold a NUL."""


def assert_nothing_foreign(terminal: Terminal) -> None:
    """Everything written is what Textual and the driver need, and text."""
    before, _, after = bytes(terminal.written).decode().partition("\x1b[?1049l")
    assert foreign(before) == []
    assert "]52" not in after
    assert "]0;" not in after


def leave(terminal: Terminal) -> None:
    """Quit, and find the terminal as it was."""
    terminal.keys("\x11")
    assert terminal.wait_for_end() == 0
    assert_nothing_foreign(terminal)
    terminal.assert_as_found()


def ended() -> bool:
    """Whether the one session on disk has a reply that is over."""
    turns = saved.export()["turns"] if saved.sessions() else []
    return bool(turns) and turns[-1].get("state") in {"complete", "failed", "refused", "cut"}


SINKS: dict[str, Answer] = {
    "text": WHOLE,
    "thinking": (ThinkingPart(thinking=WHOLE, signature="s"), TextPart(text="Why?")),
    "tool name": (ToolUsePart(id="t1", name=SHORT, input={}), TextPart(text="Why?")),
    "tool input": (
        ToolUsePart(id="t1", name="board_update", input={"ops": [WHOLE]}),
        TextPart(text="Why?"),
    ),
    "tool spelling": (
        ToolUsePart(id="t1", name="board_update", input={}, json_text=WHOLE),
        TextPart(text="Why?"),
    ),
    "stop reason": RehearsedReply(blocks=(TextPart(text="Why?"),), stop_reason=DANGEROUS),
    "refusal": RehearsedReply(
        blocks=(TextPart(text="Why?"),),
        stop_reason="refusal",
        stop_details={"explanation": DANGEROUS},
    ),
}


SHORT_RUN = ("thinking", "tool input", "refusal")
LONG = [sink if sink in SHORT_RUN else pytest.param(sink, marks=pytest.mark.soak) for sink in SINKS]


@pytest.mark.gate("hostile")
@pytest.mark.parametrize("sink", LONG)
def test_no_reply_commands_the_terminal(
    open_app: Open, tally: Tally, sink: str, record_property: Record
) -> None:
    tally.tried(1 if sink in ("stop reason", "refusal") else len(corpus()))
    tally.waited(hold_a_reply(open_app, SINKS[sink]))
    record_property("hostile", (sink, strings_in(sink), "whole", "0"))


@pytest.mark.soak
@pytest.mark.gate("hostile")
@pytest.mark.parametrize("sink", SINKS)
def test_no_reply_does_so_one_character_at_a_time(
    open_app: Open, sink: str, record_property: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal_reply, "_PIECE", re.compile(r"[\s\S]"))
    hold_a_reply(open_app, SINKS[sink])
    record_property("hostile", (sink, strings_in(sink), "one character at a time", "0"))


def strings_in(sink: str) -> str:
    """How many strings of the corpus are in a reply; a short one holds the worst of them."""
    return "the worst" if sink in ("stop reason", "refusal") else COUNT


def hold_a_reply(open_app: Open, answer: Answer) -> float:
    """Let a reply come, look at all of it, and leave; the milliseconds until an echo."""
    with open_app("why?", replies=(answer,), size=(110, 50)) as terminal:
        terminal.wait_until(ended, "the end of the reply")
        terminal.keys("\x0f")
        for _ in range(12):
            terminal.keys("\x1b[5~")
        echo = 1000 * terminal.echo("\u2801")
        leave(terminal)
    return echo


def shown_without_marks(terminal: Terminal) -> str:
    """All on screen, without spaces: lines are broken where the screen ends."""
    return re.sub(r"[\s│▌╌]", "", terminal.text)


@pytest.mark.gate("hostile")
@pytest.mark.parametrize(
    "single",
    [pytest.param(False, id="whole", marks=pytest.mark.soak), pytest.param(True, id="one by one")],
)
def test_what_must_be_seen_is_seen_and_kept(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, tally: Tally, single: bool
) -> None:
    tally.tried(len(corpus()))
    wanted = [hostile for hostile in corpus() if hostile.must_show]
    assert len(wanted) > 1
    text = "".join(
        f"{hostile.text}\n\n" for hostile in (wanted + corpus()[::9] if single else corpus())
    )
    if single:
        monkeypatch.setattr(rehearsal_reply, "_PIECE", re.compile(r"[\s\S]"))
    with open_app("why?", replies=(text,), size=(110, 600)) as terminal:
        terminal.wait_until(ended, "the end of the reply")
        terminal.wait_for("your turn")

        def is_all_seen() -> bool:
            # A long text is drawn in slices, the last of them behind the end of the reply.
            seen = shown_without_marks(terminal)
            return all(re.sub(r"\s", "", one.must_show) in seen for one in wanted)

        terminal.wait_until(is_all_seen, "what must be seen")
        leave(terminal)
    kept = saved.last_reply()["text"]
    assert kept == storable(text)


@pytest.mark.twin("hostile", "strings that were not made safe")
def test_a_stock_widget_would_have_let_it_through() -> None:
    """What the searcher above finds where nothing is made safe."""
    assert foreign(DANGEROUS) != []
    assert foreign(sanitise(DANGEROUS)) == []


@pytest.mark.gate("hostile")
def test_neither_a_prompt_nor_a_title_does(open_app: Open, ready: Ready) -> None:
    prompt = DANGEROUS.replace("\x1b[2J", "\x1b[2J first ")
    with open_app(prompt, size=(110, 40)) as terminal:
        terminal.wait_until(ended, "the end of the reply")
        terminal.wait_for("pwned")
        leave(terminal)
    (name,) = saved.sessions()
    assert ready.do("rename", name, "second " + DANGEROUS).code == 0
    read = (["sessions"], ["show", name], ["search", "first"], ["review", name])
    for command in (*read, *([*words, "--json"] for words in read)):
        with Terminal(*command, ready=ready) as listing:
            assert listing.wait_for_end() == 0
            assert foreign(bytes(listing.written).decode()) == []
    with open_app("--continue", size=(110, 40)) as terminal:
        terminal.wait_for("second")
        terminal.keys("\x1bOQ")
        terminal.wait_for("newest first")
        leave(terminal)


@pytest.mark.soak
@pytest.mark.gate("hostile")
def test_no_word_of_the_person_does(open_app: Open, record_property: Record, ready: Ready) -> None:
    """Every string as a message, as a title, as what is sought, and as a paste."""
    with open_app("first " + ALL_OF_THEM, size=(110, 40)) as terminal:
        terminal.wait_until(ended, "the end of the reply")
        terminal.wait_for("your turn")
        terminal.keys(f"\x1b[200~pasted {ALL_OF_THEM.replace(END, '')}\x1b[201~")
        terminal.wait_for("[paste 1")
        terminal.keys("/paste\r")
        terminal.wait_for("Pasted")
        terminal.keys("\x1b")
        leave(terminal)
    (name,) = saved.sessions()
    assert ready.do("rename", name, "second " + ALL_OF_THEM).code == 0
    for words in (["sessions"], ["search", ALL_OF_THEM], ["show", name], ["export", name]):
        with Terminal(*words, ready=ready) as listing:
            assert listing.wait_for_end() == 0
            shown = bytes(listing.written).decode()
            assert words[0] == "export" or foreign(shown) == []
    with open_app("--continue", size=(110, 40)) as terminal:
        terminal.wait_for("second")
        terminal.keys("\x1bOQ")
        terminal.wait_for("newest first")
        leave(terminal)
    for sink in ("message", "pasted text", "title, session list, search"):
        record_property("hostile", (sink, COUNT, "whole", "0"))


@pytest.mark.soak
@pytest.mark.gate("hostile")
def test_no_surroundings_do(
    open_app: Open, home: Path, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    """Every string in the environment, in the settings and in the name of a folder."""
    for name in ("LANG", "COLORTERM", "TERM_PROGRAM", "EDITOR", "ANTHROPIC_API_KEY", "DISPLAY"):
        monkeypatch.setenv(name, ALL_OF_THEM)
    folder = ("data " + DANGEROUS + ALL_OF_THEM).replace("/", "").encode()[:200]
    monkeypatch.setenv("HQ_TUI_DATA_DIR", os.fsdecode(os.fsencode(home) + b"/" + folder))
    (home / "config.toml").write_text(f"nonsense = {json.dumps(ALL_OF_THEM)}\n", "utf-8")
    for words in (["doctor", "--offline"], ["config", "show"], ["sessions"], ["ask", "x"]):
        with Terminal(*words) as terminal:
            terminal.wait_for_end()
            assert foreign(ANSWERED.sub("", bytes(terminal.written).decode())) == []
    (home / "config.toml").unlink()
    with Terminal("--rehearse", "why") as terminal:
        terminal.wait_for("your turn")
        leave(terminal)
    for sink in ("environment", "settings file", "folder name"):
        record_property("hostile", (sink, COUNT, "whole", "0"))


@pytest.mark.gate("hostile")
def test_neither_a_model_nor_an_error_does(open_app: Open, record_property: Record) -> None:
    models = (
        Model(id=MODEL, display_name=DANGEROUS),
        Model(id=f"x{DANGEROUS}", display_name=DANGEROUS),
    )
    with open_app("--model", f"y{DANGEROUS}", "why?", models=models, size=(110, 40)) as terminal:
        terminal.wait_until(ended, "the end of the reply")
        terminal.keys("/model\r")
        terminal.wait_for("Model")
        terminal.keys("\x1b")
        leave(terminal)
    record_property("hostile", ("model list, error", "the worst", "whole", "0"))


@pytest.mark.gate("hostile")
def test_neither_a_file_in_the_data_folder_nor_an_address_does(
    open_app: Open, home: Path, record_property: Record, ready: Ready
) -> None:
    folder = home / "data" / "sessions"
    folder.mkdir(parents=True, mode=0o700)
    (folder / (DANGEROUS.replace("/", "") + ".jsonl")).write_text(DANGEROUS)
    with open_app(size=(110, 40)) as terminal:
        terminal.wait_for("/mode changes")
        terminal.keys("/sessions\r")
        terminal.wait_for("newest first")
        terminal.keys("\x1b")
        terminal.wait_until(lambda: "newest first" not in terminal.text, "the end of the list")
        terminal.keys(f"\x1b[200~{DANGEROUS}\x1b[201~")
        terminal.wait_for("[paste 1")
        terminal.keys("/paste\r")
        terminal.wait_for("pwned")
        terminal.keys("\x1b")
        terminal.keys("/" + "x[@click=app.quit]y[/nope] z\r")
        leave(terminal)
    for words in (
        ["--base-url", "https://" + DANGEROUS],
        ["--session", DANGEROUS],
        ["show", DANGEROUS],
        ["--rehearse=" + DANGEROUS],
        ["--mode", DANGEROUS],
    ):
        with Terminal(*words, ready=ready) as terminal:
            assert terminal.wait_for_end() != 0
            assert foreign(bytes(terminal.written).decode()) == []
    record_property("hostile", ("file name, address, options", "the worst", "whole", "0"))

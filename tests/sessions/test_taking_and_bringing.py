"""Exports hold everything that they promise, imports make the same session again."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hq_tui.cli import main
from hq_tui.core.blocks import ThinkingBlock
from hq_tui.core.codec import to_record
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import (
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    GaveUp,
    MessageDelta,
    MessageEnded,
    MessageStarted,
    ReplyDiscarded,
    ReplyDone,
    ReplyStopped,
    ResumeMode,
    SessionStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    Titled,
    ToolInputArrived,
    UserActed,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.usage import Usage
from hq_tui.core.user_actions import read_action
from hq_tui.formats.export import session_as_json
from hq_tui.formats.html import session_as_html
from hq_tui.formats.importer import ImportDefaults, Imported, NotASession, sessions_in
from hq_tui.formats.pack import packed
from hq_tui.sessions.branches import branch_records
from hq_tui.sessions.manager import StoredSession
from hq_tui.sessions.session import replay
from tests.sessions.samples import asked, begun, conversation, replied, write
from tests.sessions.test_branches import life

SETTING = ImportDefaults(mode="examine", model="claude-x", systems={"examine": ("Ask.",)}, at=5.0)


@pytest.fixture
def folder(home: Path) -> Path:
    place = home / "data" / "sessions"
    write(
        place, conversation("one", "why <b>so</b> slow?", "What is **slow**? `x < 1`", "the needle")
    )
    return place


def hq(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


# From the command line


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_export_of_an_import_is_the_export(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    before = hq(capsys, "export", "one", "--format", form)
    path = tmp_path / "taken"
    path.write_text(before)
    hq(capsys, "delete", "one")
    assert hq(capsys, "import", str(path)).strip() == "one"
    assert hq(capsys, "export", "one", "--format", form) == before
    again = hq(capsys, "import", str(path)).strip()
    assert again != "one"
    if form == "json":
        taken = json.loads(hq(capsys, "export", again, "--format", form))
        assert {**taken, "id": "one"} == json.loads(before)


def test_a_copied_journal_can_be_brought_in_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = hq(capsys, "import", str(folder / "one.jsonl")).strip()
    assert "the needle" in hq(capsys, "show", name)


def test_a_file_that_is_no_session_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x"
    for text in ("", "hello", "{}", "[]", "[1]", '{"format":1,"turns":3}', '{"t":"user"}', "\0"):
        path.write_text(text)
        assert main(["import", str(path)]) == 2
        assert "no session" in capsys.readouterr().err


def test_searching_prints_where_the_words_stand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (hit,) = json.loads(hq(capsys, "search", "needle", "--json"))
    assert hit == {
        "id": "one", "title": "why <b>so</b> slow?", "turn": 2, "role": "user",
        "text": "the needle",
    }  # fmt: skip
    assert "2. you: the needle" in hq(capsys, "search", "need")
    assert json.loads(hq(capsys, "search", "nowhere", "--json")) == []


def test_pruning_says_first_and_deletes_only_what_is_old(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, conversation("old", "long ago"), at=1000.0)
    write(folder, conversation("gone", "thrown away"))
    hq(capsys, "delete", "gone")
    said = hq(capsys, "sessions", "--prune", "--older-than", "30", "--dry-run")
    assert said == "would delete old\n"
    assert (folder / "old.jsonl").exists()
    assert hq(capsys, "sessions", "--prune", "--older-than", "30") == "deleted old\n"
    assert sorted(path.stem for path in folder.rglob("*.jsonl")) == ["gone", "one"]
    assert hq(capsys, "sessions", "--prune") == "deleted gone from the trash\n"
    assert [path.stem for path in folder.rglob("*.jsonl")] == ["one"]
    assert main(["sessions", "--dry-run"]) == 2


def test_pruning_makes_room_by_deleting_the_oldest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4):
        write(folder, conversation(f"s{number}", "much " * 40_000), at=1000.0 + number)
    round_of_it = ("sessions", "--prune", "--down-to", "0.5")
    said = hq(capsys, *round_of_it, "--dry-run")
    assert said == "would delete s0\nwould delete s1\n"
    assert len(list(folder.glob("*.jsonl"))) == 5
    assert hq(capsys, *round_of_it) == "deleted s0\ndeleted s1\n"
    assert sorted(path.stem for path in folder.rglob("*.jsonl")) == ["one", "s2", "s3"]
    assert hq(capsys, *round_of_it) == ""
    assert hq(capsys, *round_of_it, "--older-than", "30") == "deleted s2\ndeleted s3\n"
    assert main(["sessions", "--down-to", "1"]) == 2
    assert main(["sessions", "--prune", "--down-to", "-1"]) == 2


# JSON and JSONL


def told(records: list[dict[str, Any]]) -> Conversation:
    """The conversation of these records, after a journal."""
    return replay(json.loads(json.dumps(records))).conversation


def only(export: object) -> Imported:
    """The one session that an import makes of a JSON value."""
    (brought,) = sessions_in(json.dumps(export).encode(), SETTING).sessions
    return brought


def again(export: object) -> dict[str, Any]:
    """The export of the import of an export."""
    brought = only(export)
    return session_as_json(told(list(brought.records)))


CUT = Failure(kind=FailureKind.CUT, retryable=True, message="cut")
THOUGHT = {"type": "thinking", "thinking": ""}
TOOL = {"type": "tool_use", "id": "toolu_1", "name": "board_update"}


def attempt(rng: Random, number: int, how: ResumeMode, words: str) -> list[Event]:
    """An attempt with thinking, words and a tool call, up to where it may break."""
    prompt = "Please go on." if how is ResumeMode.CONTINUE else ""
    events: list[Event] = [
        AttemptStarted(number=number, how=how, model="m", at=1.0, prompt=prompt),
        MessageStarted(message_id=f"m{number}", model="m", usage=Usage(input_tokens=7)),
    ]
    index = 0
    if rng.random() < 0.4:
        events += [
            BlockStarted(index=0, data=THOUGHT),
            ThinkingArrived(index=0, text="hm"),
            SignatureArrived(index=0, signature="s"),
            BlockEnded(index=0),
        ]
        index = 1
    events.append(BlockStarted(index=index, data={"type": "text", "text": ""}))
    events += [TextArrived(index=index, text=f"{word} ") for word in words.split()]
    return events


def whole(rng: Random, number: int, index: int) -> list[Event]:
    """The end of a reply that says how it ended."""
    events: list[Event] = [BlockEnded(index=index)]
    if rng.random() < 0.4:
        events += [
            BlockStarted(index=index + 1, data=TOOL),
            ToolInputArrived(index=index + 1, partial_json='{"ops": [1]}'),
            BlockEnded(index=index + 1),
        ]
    reason = rng.choice(["end_turn", "max_tokens", "tool_use"])
    counts = Usage(output_tokens=number + 20, cache_read_input_tokens=3)
    return [*events, MessageDelta(usage=counts, stop_reason=reason), MessageEnded(),
            ReplyDone(at=3.0)]  # fmt: skip


def lived(seed: int) -> list[Event]:
    """A session as the engine records one: faults, resumes, replies thrown away, stops, the end."""
    rng = Random(seed)
    events: list[Event] = [begun("root", at=100.25)]
    for turn in range(rng.randrange(1, 5)):
        events.append(asked(f"why {turn}", at=101.0 + turn))
        number, how = 1, ResumeMode.FRESH
        while rng.random() < 0.4 and number < 4:
            kind = rng.random()
            if kind < 0.2 and how is ResumeMode.FRESH:
                said = attempt(rng, number, how, "no")
                ended = whole(rng, number, said[-1].index) if kind < 0.1 else []  # type: ignore[union-attr]
                events += [*said, *ended, ReplyDiscarded(at=2.0)]
            elif kind < 0.6:
                failed = AttemptStarted(number=number, how=how, model="m", at=1.0)
                events += [failed, AttemptFailed(failure=CUT, at=2.0)]
            else:
                words = f"a{turn}{number} b{turn}{number}"
                events += [*attempt(rng, number, how, words), AttemptFailed(failure=CUT, at=2.0)]
                how = ResumeMode.CONTINUE
            number += 1
        events += attempt(rng, number, how, f"end{turn} it{turn}")
        index = max(e.index for e in events[-4:] if isinstance(e, TextArrived))
        ends: list[list[Event]] = [
            whole(rng, number, index),
            [ReplyStopped(at=3.0)],
            [GaveUp(failure=CUT, at=3.0)],
        ]
        events += rng.choice(ends)
    return events


@given(some.integers(0, 10**6))
def test_whatever_happened_the_export_of_an_import_is_the_export(seed: int) -> None:
    before = session_as_json(told([to_record(event) for event in lived(seed)]))
    brought = only(before)
    after = session_as_json(told(list(brought.records)))
    assert (after == before) == ("not known to the last detail" not in brought.left_out)
    thought_in_a_resumed_reply = any(
        len(row["attempts"]) > 1 and any(one["type"] == "thinking" for one in row["blocks"])
        for row in before["turns"][1::2]
    )
    assert after == before or thought_in_a_resumed_reply


@given(some.integers(0, 10**6))
def test_what_cannot_be_made_again_still_keeps_every_word(seed: int) -> None:
    before = session_as_json(told([to_record(event) for event in life(seed)]))
    after = again(before)
    assert [row["text"] for row in after["turns"]] == [row["text"] for row in before["turns"]]


def test_an_export_without_a_model_goes_on_with_the_one_that_is_set() -> None:
    asking = {"turn": 1, "role": "user", "text": "Sell the bakery?"}
    answer = {"turn": 1, "role": "assistant", "text": "Why?", "state": "complete", "blocks": []}
    made = told(list(only({"format": 1, "turns": [asking, answer]}).records))
    assert made.model == SETTING.model
    assert [one.model for one in made.reply.attempts] == [""], "who answered is not known"


def test_a_reply_that_was_thrown_away_comes_back_as_that() -> None:
    events = [begun("a"), asked("x"), *replied("no"), ReplyDiscarded(at=9.0), *replied("better")]
    before = session_as_json(told([to_record(event) for event in events]))
    assert again(before) == before
    assert [one["outcome"] for one in before["turns"][1]["attempts"]] == ["discarded", "complete"]


def test_a_reply_that_failed_and_a_title_come_back() -> None:
    failure = Failure(kind=FailureKind.OVERLOADED, message="busy", status=529)
    half = replied("half of it", whole=False)
    events = [begun("a"), asked("x"), *half, GaveUp(failure=failure, at=9.0), Titled(title="T")]
    before = session_as_json(told([to_record(event) for event in events]))
    assert again(before) == before
    assert before["turns"][1]["attempts"][0]["error"]["status"] == 529


@given(some.recursive(some.none() | some.integers() | some.text(), lambda inner: some.lists(
    inner) | some.dictionaries(some.sampled_from(
        ["format", "turns", "t", "type", "message", "prompt", "response", "role", "text"]), inner),
    max_leaves=12))  # fmt: skip
def test_no_json_is_a_crash(value: object) -> None:
    try:
        sessions_in(json.dumps(value).encode(), SETTING)
    except NotASession:
        return


def every_form(records: list[dict[str, Any]]) -> dict[str, bytes]:
    """The session in all formats, as they are written to files."""
    now = replay(json.loads(json.dumps(records)))
    found = StoredSession(
        conversation=now.conversation, acts=now.acts, damaged=0, records=tuple(records)
    )
    return {form: found.as_text(form).encode() for form in ("md", "html", "json", "jsonl")}


def brought_in(export: bytes) -> list[dict[str, Any]]:
    """The records that an import makes of a file."""
    (brought,) = sessions_in(export, SETTING).sessions
    assert brought.left_out == ""
    return [dict(record) for record in brought.records]


ACTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("board.add", {"kind": "claim", "text": "mine"}),
    ("board.retract", {"id": "c1", "why": "no"}),
    ("pace", {"to": "brisk"}),
    ("hint", {}),
)


def a_life(seed: int) -> list[dict[str, Any]]:
    """A session with faults, edits of the board and branches, as records."""
    rng = Random(seed)
    events = life(seed) if rng.random() < 0.5 else lived(seed)
    for what, detail in ACTS:
        place = rng.randrange(1, len(events) + 1)
        events.insert(place, UserActed(action=read_action(what, detail), at=7.0))
    records = [to_record(event) for event in events]
    for depth in range(rng.randrange(3)):
        turns = replay(records).conversation.turn_count
        turn = rng.randrange(turns + 1)
        records = branch_records(records, parent="p", turn=turn, branch=f"b{depth}", at=9.25)
        another = [event for event in life(seed + depth) if not isinstance(event, SessionStarted)]
        records += [to_record(event) for event in another]
    return [*records, {"t": "from the future", "odd": [1]}]


@given(some.integers(0, 10**6))
def test_export_import_export_is_the_same_to_the_byte_in_every_format(seed: int) -> None:
    before = every_form(a_life(seed))
    after = every_form(brought_in(before["json"]))
    assert {form: after[form] for form in ("json", "html", "md")} == {
        form: before[form] for form in ("json", "html", "md")
    }
    assert every_form(brought_in(before["jsonl"])) == before


def test_records_that_tell_something_else_than_the_turns_do_not_count() -> None:
    records = [to_record(event) for event in conversation("a", "why", "because")]
    export = json.loads(every_form(records)["json"])
    export["turns"][1]["text"] = export["turns"][1]["blocks"][0]["text"] = "Otherwise."
    brought = only(export)
    assert told(list(brought.records)).reply.text == "Otherwise."
    assert "notes to the model" in brought.left_out


@pytest.mark.parametrize("odd", [None, 3, [], [3], [{}], [{"t": "user"}], [{"t": "session"}]])
def test_odd_records_are_passed_over(odd: object) -> None:
    records = [to_record(event) for event in conversation("a", "why", "because")]
    export = {**json.loads(every_form(records)["json"]), "records": odd}
    brought = only(export)
    assert told(list(brought.records)).reply.text == "because "


def test_words_that_came_letter_by_letter_are_packed() -> None:
    events = conversation("a", "why", " ".join(["word"] * 50))
    assert len(packed([to_record(event) for event in events])) == len(events) - 49


# Other tools


def lines(*rows: object) -> bytes:
    """A file with a JSON value a line."""
    return "\n".join(map(json.dumps, rows)).encode()


def test_a_session_of_claude_code_gives_its_words() -> None:
    rows = [
        {"type": "summary", "summary": "Fix the parser"},
        {"type": "user", "sessionId": "s", "timestamp": "2026-01-02T03:04:05.000Z",
         "message": {"role": "user", "content": "why is it slow?"}},
        {"type": "assistant", "sessionId": "s", "message": {
            "model": "claude-opus-5", "content": [{"type": "thinking", "thinking": "hm"}]}},
        {"type": "assistant", "sessionId": "s", "message": {
            "model": "claude-opus-5", "content": [{"type": "text", "text": "Let me look."}]}},
        {"type": "assistant", "sessionId": "s", "message": {
            "content": [{"type": "tool_use", "id": "t", "name": "Read"}]}},
        {"type": "user", "sessionId": "s", "message": {"content": [
            {"type": "tool_result", "tool_use_id": "t", "content": "x"}]}},
        {"type": "assistant", "sessionId": "s", "message": {
            "model": "claude-opus-5", "content": [{"type": "text", "text": "It is the loop."}]}},
        {"type": "user", "isMeta": True, "sessionId": "s", "message": {"content": "caveat"}},
        {"type": "user", "sessionId": "s", "message": {"content": "<command-name>/x"}},
    ]  # fmt: skip
    (brought,) = sessions_in(lines(*rows), SETTING).sessions
    found = told(list(brought.records))
    assert [turn.asked.text for turn in found.turns] == ["why is it slow?"]
    assert found.reply.text == "Let me look.\n\nIt is the loop."
    assert (found.model, found.title) == ("claude-opus-5", "Fix the parser")
    assert [block.text for block in found.reply.shown if isinstance(block, ThinkingBlock)] == ["hm"]
    assert (
        brought.left_out == "1 tool call, 1 tool result, 1 note of the program, 1 line of a command"
    )


def test_the_log_of_llm_gives_each_conversation_in_order() -> None:
    rows = [
        {"conversation_id": "c", "prompt": "second", "response": "2", "model": "gpt-x",
         "datetime_utc": "2026-01-02T00:00:02", "conversation_name": "Named"},
        {"conversation_id": "c", "prompt": "first", "response": "1", "model": "gpt-x",
         "datetime_utc": "2026-01-02T00:00:01", "system": "be brief"},
        {"conversation_id": "d", "prompt": "other", "response": "", "model": "anthropic/claude-y",
         "datetime_utc": "2026-01-03T00:00:00"},
    ]  # fmt: skip
    found = sessions_in(json.dumps(rows).encode(), SETTING).sessions
    one, two = (told(list(each.records)) for each in found)
    assert [turn.asked.text for turn in one.turns] == ["first", "second"]
    assert (one.title, one.model, one.turn(1).reply.text) == ("Named", "claude-x", "1")
    assert (two.model, two.turn_count) == ("claude-y", 1)


# HTML


class Reader(HTMLParser):
    """Every tag, attribute and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


TAGS = set(
    "html head meta title style body header h1 h2 h3 h4 h5 h6 p div pre code ul ol li strong em s"
    " blockquote table thead tbody tr th td details summary span hr".split()
)


def page(*said: str) -> str:
    return session_as_html(told([to_record(event) for event in conversation("a", *said)]))


HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=y>', "`<b>`", "**<i>**",
    "```\n</code><script>",
    "# <h1 onclick=x>", "- <a href='http://x'>", "[x](javascript:1)", "&lt;", "\x1b[2J\x00\u202e",
    "</style><style>@import url(x)", "> <u>", "| <s> | b |\n|---|---|\n| <img> | `|` |",
    "7. <a>", "> > > > > <q>", "|-|",
)  # fmt: skip


@given(some.lists(some.sampled_from(HOSTILE) | some.text(max_size=40), min_size=1, max_size=8))
def test_nothing_that_was_said_becomes_a_tag(said: list[str]) -> None:
    text = page("\n".join(said), "\n".join(said))
    reader = Reader()
    reader.feed(text)
    assert reader.tags <= TAGS
    assert reader.attributes <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "dir",
        "value",
        "data-language",
        "style",
    }
    assert not re.search(r"\b(?:src|href|url)\s*[=(]\s*[\"']?https?:", text.split("</head>")[0])
    assert not set(text) & set("\x00\x1b\u202e")


def test_a_page_reads_like_the_reply() -> None:
    written = "## Head\n\n- one \n- two\n\n```py\nx < 1\n```\n\nSo **this** and `that`."
    reply = TextArrived(index=0, text=written)
    events = [begun("a"), asked("why?"), *replied("", whole=False), reply]
    text = session_as_html(told([to_record(event) for event in events]))
    for piece in ("Head", "<p>one</p>", "x &lt; 1", "<strong>this</strong>"):
        assert piece in text.split("Claude</h2>")[1]
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text

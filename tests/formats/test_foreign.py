"""What other programs wrote down becomes what was said, and nothing that nobody said."""

from __future__ import annotations

import html
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hq_tui.cli import main
from hq_tui.core.blocks import TextBlock, ThinkingBlock
from hq_tui.core.codec import to_record
from hq_tui.core.conversation import Conversation
from hq_tui.formats.export import session_as_markdown
from hq_tui.formats.html import session_as_html
from hq_tui.formats.importer import Contents, ImportDefaults, Imported, NotASession, sessions_in
from hq_tui.sessions.manager import StoredSession
from hq_tui.sessions.session import replay
from tests.formats.foreign_files import FILES
from tests.sessions.samples import asked, begun, conversation, replied, write

SETTING = ImportDefaults(mode="examine", model="claude-x", systems={"examine": ("Ask.",)}, at=5.0)
Rows = list[dict[str, Any]]


def read(*rows: dict[str, Any]) -> Contents:
    """What an import makes of a file with these objects, one a line."""
    return sessions_in("\n".join(map(json.dumps, rows)).encode(), SETTING)


def told(brought: Imported) -> Conversation:
    return replay(json.loads(json.dumps(brought.records))).conversation


def said(contents: Contents) -> list[tuple[str, str]]:
    """Question and answer of each turn of the only session."""
    (brought,) = contents.sessions
    return [(turn.asked.text, turn.reply.text) for turn in told(brought).turns]


# Claude Code


def line(name: str, parent: str | None, words: Any, **more: Any) -> dict[str, Any]:
    """A line of Claude Code; its name begins with u for the person and with a for the model."""
    is_person = name.startswith("u")
    message = {"role": "user", "content": words}
    if not is_person:
        message = {"id": f"msg_{name}", "role": "assistant", "model": "claude-opus-5",
                   "content": words if isinstance(words, list) else [text(words)]}  # fmt: skip
    return {"uuid": name, "parentUuid": parent, "isSidechain": False, "sessionId": "s",
            "type": "user" if is_person else "assistant", "message": message,
            "timestamp": "2026-09-01T10:00:00.000Z"} | more  # fmt: skip


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


BAKERY = [line("u1", None, "Sell the bakery?"), line("a1", "u1", "Why now?")]


def test_a_branch_that_was_left_is_not_the_talk() -> None:
    found = read(*BAKERY,
                 line("u2", "a1", "I hate mornings."), line("a2", "u2", "Mornings?"),
                 line("u3", "a1", "The rent doubles."), line("a3", "u3", "When?"))  # fmt: skip
    assert said(found) == [("Sell the bakery?", "Why now?"), ("The rent doubles.", "When?")]
    assert found.sessions[0].left_out == "2 messages of branches that were left"
    assert found.sessions[0].faults == ()


def test_going_back_to_the_very_beginning_leaves_all_of_it() -> None:
    found = read(*BAKERY, line("u2", None, "Rent a shop?"), line("a2", "u2", "Where?"))
    assert said(found) == [("Rent a shop?", "Where?")]
    assert found.sessions[0].left_out == "2 messages of branches that were left"


def test_going_back_twice_takes_the_last_way() -> None:
    found = read(*BAKERY, line("u2", "a1", "two"), line("u3", "a1", "three"),
                 line("u4", "a1", "four"), line("a4", "u4", "Four."))  # fmt: skip
    assert said(found)[1:] == [("four", "Four.")]


def test_what_comes_behind_a_compaction_belongs_to_what_was_before() -> None:
    boundary = {"type": "system", "subtype": "compact_boundary", "uuid": "b", "parentUuid": None,
                "logicalParentUuid": "a1", "sessionId": "s"}  # fmt: skip
    recap = line("u2", "b", "This is what was said.", isCompactSummary=True)
    for rows in ([boundary, recap], [recap], [line("u2", None, "x", isCompactSummary=True)]):
        found = read(*BAKERY, *rows, line("u3", "u2", "Go on."), line("a3", "u3", "With what?"))
        assert said(found) == [("Sell the bakery?", "Why now?"), ("Go on.", "With what?")]
        assert "1 recap of earlier messages" in found.sessions[0].left_out


def test_a_line_whose_parent_is_not_in_the_file_follows_the_one_above() -> None:
    found = read(*BAKERY, line("u2", "gone", "Go on."), line("a2", "gone too", "With what?"))
    assert said(found) == [("Sell the bakery?", "Why now?"), ("Go on.", "With what?")]


def test_tools_that_ran_beside_each_other_are_one_reply() -> None:
    call = {"type": "tool_use", "id": "t", "name": "Read", "input": {}}
    result = [{"type": "tool_result", "tool_use_id": "t", "content": "x"}]
    same = {"id": "msg", "role": "assistant", "model": "claude-opus-5"}
    found = read(
        *BAKERY,
        line("u2", "a1", "Look."),
        line("a2", "u2", "") | {"message": same | {"content": [text("I look.")]}},
        line("a3", "a2", "") | {"message": same | {"content": [call]}},
        line("a4", "a3", "") | {"message": same | {"content": [call, text("And there.")]}},
        line("u3", "a4", result), line("u4", "a3", result),
        line("a5", "u4", "Found."),
    )  # fmt: skip
    assert said(found)[1] == ("Look.", "I look.\n\nAnd there.\n\nFound.")
    assert found.sessions[0].left_out == "2 tool calls, 1 tool result"


@pytest.mark.parametrize(
    ("words", "more", "left_out"),
    [
        ("This session is being continued from a previous conversation that ran out.", {},
         "1 recap of earlier messages"),
        ("A summary.", {"isVisibleInTranscriptOnly": True}, "1 recap of earlier messages"),
        ("<task-notification>\n<status>completed</status></task-notification>", {},
         "1 notification"),
        ("An agent is done.", {"origin": {"kind": "task-notification"}}, "1 notification"),
        ("[Request interrupted by user]", {}, "1 notice of an interruption"),
        ("[Request interrupted by user for tool use]", {}, "1 notice of an interruption"),
        ("<command-name>/compact</command-name>", {}, "1 line of a command"),
        ("<bash-input>ls</bash-input>", {}, "1 line of a command"),
        ("<bash-stdout>x</bash-stdout>", {"origin": {"kind": "human"}}, "1 line of a command"),
        ("Stop hook feedback: no.", {"isMeta": True}, "1 note of the program"),
        ("Wake up.", {"promptSource": "system"}, "1 note of the program"),
        ("<system-reminder>be careful</system-reminder>", {}, "1 note of the program"),
        ("<ide_selection>line 1</ide_selection>\n<stop-hook>no</stop-hook>", {},
         "2 notes of the program"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [str, lambda words: [text(words)]], ids=["text", "blocks"])
def test_what_the_program_wrote_is_not_the_persons(
    words: str, more: dict[str, Any], left_out: str, form: Callable[[str], Any]
) -> None:
    found = read(*BAKERY, line("u2", "a1", form(words), **more), line("a2", "u2", "Yes?"))
    assert said(found) == [("Sell the bakery?", "Why now?\n\nYes?")]
    assert found.sessions[0].left_out == left_out


def test_a_part_of_a_message_that_the_program_wrote_goes_alone() -> None:
    mixed = [text("[Request interrupted by user]"), text("No, the other oven.")]
    found = read(*BAKERY, line("u2", "a1", mixed), line("a2", "u2", "Which?"))
    assert said(found)[1] == ("No, the other oven.", "Which?")
    assert str(told(found.sessions[0]).turn(1).reply.phase) == "stopped"


NOTE = "<ide_opened_file>a.py is open</ide_opened_file>"


@pytest.mark.parametrize("words", [f"{NOTE}\n No?", f"No?\n\n{NOTE}\n", f"{NOTE}{NOTE} No? {NOTE}"])
def test_notes_round_the_persons_words_are_not_theirs(words: str) -> None:
    found = read(*BAKERY, line("u2", "a1", words), line("a2", "u2", "Which?"))
    assert said(found)[1] == ("No?", "Which?")
    assert str(words.count(NOTE)) in found.sessions[0].left_out


@pytest.mark.parametrize(
    "words",
    [
        "Why does it say [Request interrupted by user] and <task-notification> there?",
        f" What does {NOTE} mean? ",
        "<ide_opened_file> is never closed",
    ],
)
def test_the_persons_words_about_such_things_stay(words: str) -> None:
    found = read(*BAKERY, line("u2", "a1", words), line("a2", "u2", "Where?"))
    assert said(found)[1] == (words, "Where?")


def test_errors_and_made_up_replies_are_not_the_models() -> None:
    found = read(
        *BAKERY,
        line("u2", "a1", "Go on."),
        line("a2", "u2", "API Error: 529 Overloaded.", isApiErrorMessage=True),
        line("u3", "a2", "Again."),
        line("a3", "u3", "") | {"message": {"role": "assistant", "model": "<synthetic>",
                                            "content": [text("No response requested.")]}},
        line("a4", "a3", "At last."),
    )  # fmt: skip
    assert said(found)[1:] == [("Go on.", ""), ("Again.", "At last.")]
    assert found.sessions[0].left_out == "2 notices in place of replies"


def test_what_sub_agents_said_is_not_the_talk() -> None:
    side = [line("u8", None, "SUBTASK", isSidechain=True), line("a8", "u8", "42", isSidechain=True)]
    found = read(*BAKERY, *side, line("u2", "a1", "And?"), line("a2", "u2", "Well."), *side)
    assert said(found) == [("Sell the bakery?", "Why now?"), ("And?", "Well.")]
    assert found.sessions[0].left_out.startswith("2 doubled lines, 2 lines of sub-agents")


def test_a_line_that_is_there_twice_was_said_once() -> None:
    rows = [*BAKERY, line("u2", "a1", "And?"), line("a2", "u2", "Well.")]
    for again in (rows, [{k: v for k, v in row.items() if k != "uuid"} for row in rows]):
        doubled = [row for row in again for _ in range(2)]
        found = read(*doubled)
        assert said(found) == [("Sell the bakery?", "Why now?"), ("And?", "Well.")]
        assert found.sessions[0].left_out == "4 doubled lines"


def test_a_line_that_was_copied_under_another_name_was_said_once() -> None:
    asked_again = line("u2", "a1", "And?") | {"uuid": "u8", "parentUuid": "a9"}
    copied = line("a1", "u1", "Why now?") | {"uuid": "a9", "parentUuid": "a1"}
    rows = [*BAKERY, copied, line("u2", "a9", "And?"), asked_again | {"parentUuid": "u2"}]
    found = read(*rows, line("a2", "u8", "Well."))
    assert said(found) == [("Sell the bakery?", "Why now?"), ("And?", "Well.")]
    assert found.sessions[0].left_out == "2 doubled lines"
    beside = read(*BAKERY, copied | {"parentUuid": "u1"}, line("u2", "a9", "And?"))
    assert said(beside) == [("Sell the bakery?", "Why now?"), ("And?", "")]


def test_a_streamed_log_is_read_without_what_sub_agents_said() -> None:
    rows = [*BAKERY, line("a7", "a1", "SUBTASK", parent_tool_use_id="toolu_1")]
    found = read(*rows, line("u2", "a1", "And?"))
    assert said(found) == [("Sell the bakery?", "Why now?"), ("And?", "")]
    assert found.sessions[0].left_out == "1 line of a sub-agent"


def test_what_was_written_while_a_reply_came_is_the_persons() -> None:
    def queued(words: str, **more: Any) -> dict[str, Any]:
        attachment = {"type": "queued_command", "prompt": words, **more}
        return {"type": "attachment", "uuid": f"q{words}", "parentUuid": "a1", "sessionId": "s",
                "attachment": attachment}  # fmt: skip

    found = read(*BAKERY, queued("Wait.", commandMode="prompt"),
                 line("a2", "qWait.", "I wait."))  # fmt: skip
    assert said(found)[1] == ("Wait.", "I wait.")
    found = read(*BAKERY, queued("done", commandMode="task-notification"),
                 line("a2", "qdone", "Good."))  # fmt: skip
    assert said(found) == [("Sell the bakery?", "Why now?\n\nGood.")]


def test_thinking_is_kept_where_it_was_thought() -> None:
    hm = {"type": "thinking", "thinking": "hm", "signature": "s"}
    found = read(line("u1", None, "Why?"), line("a1", "u1", [text("One."), hm, text("Two.")]))
    blocks = told(found.sessions[0]).reply.shown
    assert [(type(block), getattr(block, "text", "")) for block in blocks] == [
        (TextBlock, "One."), (ThinkingBlock, "hm"), (TextBlock, "\n\nTwo."),
    ]  # fmt: skip


def test_lines_end_at_a_line_feed_alone() -> None:
    words = "by the\u2028door\u2029and\x85so\x0b\x0c\x1c\x1d\x1eon"
    rows = [*BAKERY, line("u2", "a1", words), line("a2", "u2", words)]
    plain = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    for data in (plain.encode(), b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode(),
                 plain.encode("utf-16")):  # fmt: skip
        found = sessions_in(data, SETTING)
        assert said(found)[1] == (words, words)
        assert found.faults == found.sessions[0].faults == ()


# What cannot be read


def test_each_line_that_cannot_be_read_is_named() -> None:
    rows = [json.dumps(row).encode() for row in (*BAKERY, line("u2", "a1", "And?"))]
    broken = json.dumps(line("a2", "u2", 7)).encode()
    broken_part = json.dumps(line("a3", "u2", [text("Well."), {"type": "text", "text": 7}]))
    data = b"\n".join(
        [rows[0], b"{torn", rows[1], b"[1]", rows[2], broken, broken_part.encode(), b"\xff"]
    )
    found = sessions_in(data, SETTING)
    assert [fault.split(":")[0] for fault in found.faults] == [
        "line 8",
        "line 2",
        "line 4",
        "line 8",
    ]
    assert found.sessions[0].faults == ("line 7: a part of the message cannot be read",)


def test_losing_something_is_not_success(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    path.write_text("\n".join(map(json.dumps, [*BAKERY, line("u2", "a1", "And?")])) + "\n{torn")
    assert main(["import", str(path)]) == 1
    shown = capsys.readouterr()
    assert "line 4: is not JSON" in shown.err
    assert "2 turns from Claude Code" in shown.err
    assert "And?" in hq(capsys, "show", shown.out.strip())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'[{"chat_messages": [}', "is not JSON"),
        (b'{"format": 2, "turns": []}', "is not of format 1"),
        (b'{"t": "text", "index": 0, "text": "x"}', "whose beginning is not in the file"),
        (b'[{"chat_messages": 3}]', "its chat_messages are no list"),
        (b"[" * 5000, "is nested too deeply"),
    ],
)
def test_a_refused_file_is_told_why(data: bytes, why: str) -> None:
    with pytest.raises(NotASession, match=why):
        sessions_in(data, SETTING)


# llm, claude.ai, ChatGPT


def test_the_reasoning_of_llm_is_kept_as_thinking() -> None:
    found = read({"prompt": "hi", "response": "Hello.", "reasoning": "Greet.", "model": "claude-y"})
    first, second = told(found.sessions[0]).reply.shown
    assert isinstance(first, ThinkingBlock)
    assert (first.text, getattr(second, "text", "")) == ("Greet.", "Hello.")


def message(name: str, parent: str, words: str, **more: Any) -> dict[str, Any]:
    """A message of claude.ai; its name begins with h for the person."""
    return {"uuid": name, "parent_message_uuid": parent, "text": "",
            "sender": "human" if name.startswith("h") else "assistant",
            "created_at": "2026-09-01T10:00:00.000000Z", "attachments": [], "files": [],
            "content": [text(words)] if words else []} | more  # fmt: skip


ROOT = "00000000-0000-4000-8000-000000000000"


def test_claude_ai_gives_each_conversation_and_its_last_branch() -> None:
    tool = {"type": "tool_use", "name": "artifacts", "input": {}}
    think = {"type": "thinking", "thinking": "hm"}
    rows = [
        {"uuid": "1", "name": "Bakery", "chat_messages": [
            message("h1", ROOT, "Sell?"), message("a1", "h1", "Why?"),
            message("h2", "a1", "Old."), message("a2", "h2", "Old answer."),
            message("h3", "a1", "New."),
            message("a3", "h3", "", content=[think, text("One."), tool, text("Two.")])]},
        {"uuid": "2", "name": "", "chat_messages": []},
        {"uuid": "4", "name": "Spoken", "chat_messages": [
            message("h1", ROOT, "", content=[{"type": "voice_note", "text": "Aloud."}])]},
        {"uuid": "3", "name": "Paste", "chat_messages": [
            message("h1", ROOT, "", attachments=[{"file_name": "", "extracted_content": "long"}],
                    files=[{"file_name": "a.png"}]),
            message("a1", "h1", "", content=[], text="Read.")]},
    ]  # fmt: skip
    found = sessions_in(json.dumps(rows).encode(), SETTING)
    one, spoken, two = found.sessions
    assert [turn.asked.text for turn in told(spoken).turns] == ["Aloud."]
    first = told(one)
    assert [turn.asked.text for turn in first.turns] == ["Sell?", "New."]
    assert first.reply.text == "One.\n\nTwo."
    assert (first.title, one.source) == ("Bakery", "claude.ai")
    assert one.left_out == "2 messages of branches that were left, 1 tool call"
    assert [(turn.asked.text, turn.reply.text) for turn in told(two).turns] == [("long", "Read.")]
    assert two.left_out == "1 file"
    assert found.left_out == "1 conversation without a message"


def test_claude_ai_without_parents_is_a_list() -> None:
    rows = [{"name": "x", "chat_messages": [
        {"sender": "human", "text": "Sell?", "content": [text("Sell?")]},
        {"sender": "assistant", "text": "Why?"},
        {"sender": "nobody", "text": "x"}]}]  # fmt: skip
    found = sessions_in(json.dumps(rows).encode(), SETTING)
    assert said(found) == [("Sell?", "Why?")]
    assert found.sessions[0].faults == ("item 1, message 3: it is not said who sent it",)


def node(name: str, parent: str | None, words: str | None, **more: Any) -> dict[str, Any]:
    """A node of ChatGPT; its name begins with u for the person."""
    inner: dict[str, Any] = {
        "author": {"role": "user" if name.startswith("u") else "assistant"},
        "content": {"content_type": "text", "parts": [words]},
        "create_time": 1.7e9 + int(name[1:] or 0), "recipient": "all", "metadata": {},
    } | more  # fmt: skip
    return {"id": name, "parent": parent, "children": [],
            "message": None if words is None else inner}  # fmt: skip


def chat(*nodes: dict[str, Any], **more: Any) -> Contents:
    mapping = {each["id"]: each for each in nodes}
    row = {"title": "Bakery", "mapping": mapping, "current_node": nodes[-1]["id"]} | more
    return sessions_in(json.dumps([row]).encode(), SETTING)


def test_chatgpt_gives_the_branch_that_is_shown() -> None:
    found = chat(
        node("n0", None, None),
        node("a1", "n0", "Be nice.", author={"role": "system"}),
        node("u2", "a1", "x", content={"content_type": "user_editable_context"}),
        node("u3", "u2", "Sell?"),
        node("a9", "u3", "Old answer"),
        node("a4", "u3", "", content={"content_type": "thoughts", "thoughts": [
            {"summary": "Think", "content": "about it"}]}),
        node("a5", "a4", "search(x)", recipient="web"),
        node("a6", "a5", "x", author={"role": "tool"}),
        node("a7", "a6", "Why \ue200cite\ue202x\ue201?", metadata={"model_slug": "gpt-4o"}),
        node("u8", "a7", "", content={"content_type": "multimodal_text", "parts": [
            {"content_type": "image_asset_pointer"}, "Look."]}),
    )  # fmt: skip
    assert said(found) == [("Sell?", "Why?"), ("Look.", "")]
    brought = found.sessions[0]
    turn = told(brought).turn(1)
    assert [type(block) for block in turn.reply.shown] == [ThinkingBlock, TextBlock]
    assert turn.reply.attempts[0].model == "gpt-4o"
    assert brought.faults == ()
    assert brought.left_out == (
        "2 instructions, 1 tool call, 1 tool result, 1 mark of a citation, 1 picture or file,"
        " 1 message of a branch that was left"
    )


def test_chatgpt_without_a_current_node_ends_at_its_newest_end() -> None:
    nodes = (node("u1", None, "Sell?"), node("a3", "u1", "New."), node("a2", "u1", "Old."))
    assert said(chat(*nodes, current_node=None)) == [("Sell?", "New.")]
    found = chat(*nodes, current_node="gone")
    assert found.sessions[0].faults == ("item 1: its current_node is not in the file",)


def test_a_chat_whose_way_leads_in_a_circle_or_nowhere_ends() -> None:
    assert said(chat(node("u1", "a2", "Sell?"), node("a2", "u1", "Why?"))) == [("Sell?", "Why?")]
    found = chat(node("u1", None, "Sell?"), node("a2", "gone", "Why?"))
    assert found.sessions[0].faults == ("item 1, message a2: what it answers is not in the file",)


# Our own


HOSTILE = [
    json.loads(row)["text"]
    for row in (Path(__file__).parents[1] / "data" / "hostile.jsonl").read_bytes().split(b"\n")
    if row
]


def hq(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_every_hostile_text_comes_back_to_the_byte() -> None:
    for words in HOSTILE:
        events = [begun("one"), asked(words), *replied("half", whole=False)]
        records = [to_record(event) for event in events]
        records.append({"t": "text", "index": 0, "text": words})
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records)
        data = data.encode("utf-8", "replace").decode()
        (brought,) = sessions_in(data.encode(), SETTING).sessions
        found = StoredSession(
            conversation=told(brought), acts=(), damaged=0, records=brought.records
        )
        assert found.as_text("jsonl") == data
        assert (brought.left_out, brought.faults) == ("", ())


def test_exporting_into_an_import_is_exact_for_all_of_them_at_once(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    write(home / "data" / "sessions", [begun("one"), *map(asked, HOSTILE)])
    assert main(["export", "one", "--format", "jsonl"]) == 0
    before = capfdbinary.readouterr().out
    assert main(["delete", "one"]) == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(before)))
    assert main(["import", "-"]) == 0
    capfdbinary.readouterr()
    assert main(["export", "one", "--format", "jsonl"]) == 0
    assert capfdbinary.readouterr().out == before
    assert before.count(b"\n") == len(HOSTILE) + 1


def test_an_export_is_utf_8_whatever_the_terminal_speaks(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "data" / "sessions", conversation("one", "日本 ö", "ja"))
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, encoding="ascii"))
    assert main(["export", "one", "--format", "jsonl"]) == 0
    assert "日本 ö".encode() in pipe.getvalue()


def test_sessions_behind_each_other_are_as_many() -> None:
    rows = [
        to_record(event) for name in "ab" for event in conversation(name, f"why {name}", "because")
    ]
    found = read(*rows)
    assert [one.id for one in found.sessions] == ["a", "b"]
    assert [told(one).turn_count for one in found.sessions] == [1, 1]


def test_a_flipped_bit_in_a_copied_journal_is_named_with_its_line() -> None:
    sound = FILES["our journal"]
    assert sessions_in(sound, SETTING).sessions[0].faults == ()
    (brought,) = sessions_in(sound.replace(b"word1x", b"word1y"), SETTING).sessions
    assert brought.faults == ("line 2: was changed since it was written, or is damaged",)


# Who spoke


@pytest.mark.parametrize(
    ("kind", "found", "model", "speaker"),
    [
        ("claude.ai", None, "Claude (model unknown)", "Claude"),
        ("claude.ai", "claude-opus-4-8", "claude-opus-4-8", "Claude"),
        ("ChatGPT", None, "ChatGPT", "ChatGPT"),
        ("ChatGPT", "gpt-4o", "gpt-4o", "gpt-4o"),
        ("llm", None, "model unknown", "model unknown"),
        ("llm", "openrouter/<b>tiny", "<b>tiny", "\\<b>tiny"),
        ("llm", "anthropic/claude-opus-4-8", "claude-opus-4-8", "Claude"),
        ("Claude Code", None, "Claude (model unknown)", "Claude"),
    ],
)
def test_a_reply_is_headed_with_who_gave_it_by_the_file(
    kind: str, found: str | None, model: str, speaker: str
) -> None:
    rows = {
        "claude.ai": {"model": found, "chat_messages": [
            {"sender": "human", "text": "Why?"}, {"sender": "assistant", "text": "So."}]},
        "ChatGPT": {"current_node": "b", "mapping": {
            "a": {"message": {"author": {"role": "user"},
                              "content": {"content_type": "text", "parts": ["Why?"]}}},
            "b": {"parent": "a", "message": {
                "author": {"role": "assistant"}, "metadata": {"model_slug": found},
                "content": {"content_type": "text", "parts": ["So."]}}}}},
        "llm": {"id": "1", "model": found, "prompt": "Why?", "response": "So."},
    }  # fmt: skip
    log = [
        {"type": "user", "uuid": "u", "message": {"role": "user", "content": "Why?"}},
        {"type": "assistant", "uuid": "a", "parentUuid": "u",
         "message": {"role": "assistant", "content": "So."}},
    ]  # fmt: skip
    (brought,) = read(*([rows[kind]] if kind in rows else log)).sessions
    conversation = told(brought)
    assert conversation.reply.attempts[0].model == model
    assert f"\n## 1. {speaker}\n\nSo." in session_as_markdown(conversation)
    assert html.escape(speaker.lstrip("\\")) + "</h2>" in session_as_html(conversation)
    for page in (session_as_markdown(conversation), session_as_html(conversation)):
        assert SETTING.model not in page


# Archives


def archive(*names: str, text: bytes = FILES["ChatGPT"]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, text)
    return made.getvalue()


def imported(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[str], str]:
    """Exit code, sessions and notices of an import."""
    path = tmp_path / "export.zip"
    path.write_bytes(data)
    code = main(["import", str(path)])
    shown = capsys.readouterr()
    return code, shown.out.split(), shown.err


@pytest.mark.parametrize(
    ("names", "sessions"),
    [
        (("user.json", "conversations.json"), 1),
        (("a/b/conversations.json",), 1),
        (("conversations-000.json", "conversations-001.json", "chat.html"), 2),
    ],
)
def test_the_archive_that_a_site_gives_out_is_imported(
    names: tuple[str, ...], sessions: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found, notices = imported(archive(*names), tmp_path, capsys)
    assert (code, len(found)) == (0, sessions)
    assert notices.count("turns from ChatGPT") == sessions


def test_an_archive_that_cannot_be_taken_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = archive("conversations.json")
    monkeypatch.setattr("hq_tui.cli.import_sessions.LARGEST", 10_000_000)
    for data, why in (
        (archive("chat.html"), "is a zip archive without a conversations.json."),
        (whole[: len(whole) // 2], "cannot be unpacked: File is not a zip file."),
        (whole[:60] + bytes(30) + whole[90:], "cannot be unpacked: "),
        (archive("conversations.json", text=b"[" * 20_000_000), "unpacks to more than 10 MB."),
        (archive("conversations.json", text=b"no JSON"), "holds no session in a format that"),
    ):
        code, found, notices = imported(data, tmp_path, capsys)
        assert (code, found) == (2, [])
        assert why in notices.split("\n")[0]
        assert notices.count("\n") == 2


def test_a_model_with_a_hostile_name_is_one_short_safe_line() -> None:
    name = "\x1b[31m\n## 2. You " + "m" * 100_000
    (brought,) = read({"id": "1", "model": name, "prompt": "Why?", "response": "So."}).sessions
    for page in (session_as_markdown(told(brought)), session_as_html(told(brought))):
        assert "\x1b" not in page
        assert "\n## 2. You" not in page
        assert "m" * 90 not in page

"""Attached files as blocks: the same ones always, within what the server takes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import (
    AttachedFile,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    CitationArrived,
    MessageDelta,
    MessageSent,
    MessageStarted,
    ReplyDone,
    ResumeMode,
    SessionStarted,
    TextArrived,
)
from hq_tui.core.models import ModelInfo
from hq_tui.core.reducer import apply
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import build
from hq_tui.core.usage import NO_USAGE
from hq_tui.rehearsal.server.models import CONTINUES
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.validation.request import check
from tests.support.files import PDF, png

DATA = {"a.md": b"A plan.", "a.pdf": PDF, "a.png": png(4, 3), 'odd"<&.md': b"Odd."}
MEDIA = {"md": "text/plain", "pdf": "application/pdf", "png": "image/png"}
CONTENTS = {hashlib.sha256(data).hexdigest(): data for data in DATA.values()}
FACTS = ModelInfo(id="rehearsal-1", cache=True, tools=True, documents=True, max_output=64_000)


def file(name: str) -> AttachedFile:
    data = DATA[name]
    media = MEDIA[name.rpartition(".")[2]]
    sha256 = hashlib.sha256(data).hexdigest()
    return AttachedFile(name=name, media=media, size=len(data), sha256=sha256)


def session(*turns: tuple[str, ...]) -> Conversation:
    """A session with these files in its messages; all but the last are answered."""
    events: list[Any] = [
        SessionStarted(id="s", mode="examine", model="rehearsal-1", at=1.0, system=("Ask.",))
    ]
    for number, names in enumerate(turns, 1):
        if number > 1:
            events += [
                AttemptStarted(number=1, how=ResumeMode.FRESH, model="rehearsal-1", at=1.0),
                MessageStarted(message_id=f"m{number}", model="rehearsal-1", usage=NO_USAGE),
                BlockStarted(index=0, data={"type": "text", "text": ""}),
                TextArrived(index=0, text="Why?"),
                BlockEnded(index=0),
                MessageDelta(stop_reason="end_turn"),
                ReplyDone(at=1.0),
            ]
        files = tuple(map(file, names))
        events.append(MessageSent(text=f"Message {number}.", at=1.0, files=files))
    conversation = EMPTY
    for event in events:
        conversation = apply(conversation, event)
    return conversation


def params(conversation: Conversation, facts: ModelInfo = FACTS, **more: Any) -> dict[str, Any]:
    """The request for a session, which the API would take."""
    made = dict(build(conversation, facts, RequestOptions(), read=CONTENTS.get, **more).params)
    refused = check(json.loads(json.dumps(made)), CONTINUES, SentSignatures())
    assert refused is None, refused
    return made


def test_each_later_request_begins_with_the_one_before_and_has_no_more_than_four_marks() -> None:
    turns = [("a.md",), ("a.pdf", "a.png"), (), ("a.md", "a.png"), ("a.pdf",)]
    before, made = "[", dict[str, Any]()
    for count in range(1, len(turns) + 1):
        made = params(session(*turns[:count]))
        messages = json.dumps(made["messages"])
        assert messages.startswith(before)
        before = messages[:-1]
        assert json.dumps(made).count("cache_control") <= 4
    first = made["messages"][0]["content"]
    assert [one["type"] for one in first] == ["document", "text"]
    assert first[0]["cache_control"] == {"type": "ephemeral"}


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({}, ["document", "document", "text", "image"]),
        ({"documents": False}, ["text", "document", "text", "image"]),
        ({"documents": False, "pdf": False}, ["text", "text", "text", "image"]),
        ({"images": False}, ["document", "document", "text"]),
        ({"cache": False}, ["document", "document", "text", "image"]),
    ],
)
def test_what_a_server_does_not_take_is_text(facts: dict[str, bool], kinds: list[str]) -> None:
    given = ModelInfo(**{"id": "rehearsal-1", "documents": True, "cache": True, **facts})  # type: ignore[arg-type]  # they are its fields
    made = params(session(("a.md", "a.pdf", "a.png")), given)
    *content, question = made["messages"][0]["content"]
    assert [one["type"] for one in content] == kinds
    assert question["text"] == "Message 1."
    cites = [one["citations"]["enabled"] for one in content if "citations" in one]
    assert cites == [True] * kinds.count("document") * given.documents
    assert ("cache_control" in content[-1]) is given.cache


def test_a_name_cannot_leave_its_tag_and_missing_contents_are_named() -> None:
    plain = ModelInfo(id="rehearsal-1")
    made = params(session(('odd"<&.md',)), plain)
    assert made["messages"][0]["content"][0]["text"] == (
        '<file name="odd&quot;&lt;&amp;.md">\nOdd.\n</file>'
    )
    request = build(session(("a.md", "a.png")), FACTS, RequestOptions())
    texts = [one["text"] for one in request.params["messages"][0]["content"]]
    assert [one.partition("\n")[0] for one in texts[:2]] == [
        '<file name="a.md">',
        '<file name="a.png">',
    ]
    assert all("no longer on this machine" in one for one in texts[:2])


def test_a_message_of_files_alone_is_sent() -> None:
    conversation = apply(session(("a.md",)), MessageSent(text="", at=2.0, files=(file("a.png"),)))
    assert params(conversation)["messages"][-1]["content"][-1]["type"] == "image"


def test_citations_go_back_only_while_every_document_is_there() -> None:
    place = {"type": "char_location", "cited_text": "A plan.", "document_index": 0}
    link = {"type": "web_search_result_location", "url": "https://a.example"}
    conversation = session(("a.md",), ("a.png",))
    before = session(("a.md",))
    events: list[Any] = [
        AttemptStarted(number=1, how=ResumeMode.FRESH, model="rehearsal-1", at=1.0),
        MessageStarted(message_id="m", model="rehearsal-1", usage=NO_USAGE),
        BlockStarted(index=0, data={"type": "text", "text": ""}),
        TextArrived(index=0, text="A plan?"),
        CitationArrived(index=0, citation=place),
        CitationArrived(index=0, citation=link),
        BlockEnded(index=0),
        MessageDelta(stop_reason="end_turn"),
        ReplyDone(at=1.0),
        MessageSent(text="Yes.", at=1.0),
    ]
    for event in events:
        before = apply(before, event)
    assert params(before)["messages"][1]["content"][0]["citations"] == [place, link]
    lacking = build(before, FACTS, RequestOptions()).params["messages"]
    assert lacking[1]["content"] == [{"type": "text", "text": "A plan?", "citations": [link]}]
    plain = params(before, ModelInfo(id="rehearsal-1"))["messages"]
    assert plain[1]["content"][0]["citations"] == [link]
    assert params(conversation)["messages"][0]["content"][0]["type"] == "document"


def test_the_bytes_of_a_picture_leave_the_room_for_a_reply_as_it_is() -> None:
    small = ModelInfo(id="rehearsal-1", window=20_000)
    bytes_of_it = b"\x89PNG\r\n\x1a\n" + bytes(300_000)
    picture = AttachedFile(
        name="a.png", media="image/png", size=len(bytes_of_it), sha256="0" * 64, tokens=1_500
    )
    conversation = apply(EMPTY, SessionStarted(id="s", mode="examine", model="m", at=1.0))
    asked = apply(conversation, MessageSent(text="Why?", at=1.0, files=(picture,)))
    made = build(asked, small, RequestOptions(), read=lambda _: bytes_of_it)
    assert made.params["max_tokens"] == 10_000


@pytest.mark.parametrize(
    ("name", "media", "data"),
    [
        ("", "text/plain", b"A plan."),
        ("x" * 900 + "\x1b\n", "text/plain", b"A plan."),
        ("a.md", "text/plain", b" \n"),
        ("a.md", "text/plain", b""),
        ("a.html", "text/html", b"<p>"),
        ("a.png", "image/tiff", b"II*"),
    ],
)
def test_whatever_an_imported_journal_names_makes_a_request_that_is_taken(
    name: str, media: str, data: bytes
) -> None:
    odd = AttachedFile(name=name, media=media, size=len(data), sha256="0" * 64)
    conversation = apply(session(()), MessageSent(text="And?", at=2.0, files=(odd,)))
    for facts in (FACTS, ModelInfo(id="rehearsal-1")):
        made = build(conversation, facts, RequestOptions(), read=lambda _: data)
        request = json.loads(json.dumps(dict(made.params)))
        assert check(request, CONTINUES, SentSignatures()) is None

"""Journals of the first version open, show every word, are exported whole, and go on."""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hq_tui.claude.credentials import Credentials, CredentialsKind
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core.codec import from_record, to_record
from hq_tui.core.conversation import Phase
from hq_tui.engine import SystemClock
from hq_tui.formats.importer import ImportDefaults, sessions_in
from hq_tui.rehearsal.server.models import Model
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.partner_router import PartnerFactories, PartnerRouter
from hq_tui.settings import Settings
from hq_tui.ui import transcript_entries as view
from hq_tui.ui.transcript import Prose, Thought
from tests.support.scripted import scripted_server

DATA = Path(__file__).parent.parent / "data"
JOURNALS = sorted([*(DATA / "sessions").glob("*.jsonl"), *(DATA / "journals").glob("*.jsonl")])
FORMS = ("json", "md", "html", "jsonl")

BOARDS = {
    "h55u": (
        "c1:open x1:refined k1:open k2:open k3:open c2:open x2:open T1:refined k4:open c3:open "
        "e1:open T2:contested c4:open c5:open e2:open c6:open T3:refined x3:open e3:open c7:open "
        "o1:answered T4:refined c8:open c9:answered c10:open x4:rejected x5:retracted k5:open "
        "x6:open x7:open c11:open p1:accepted T5:retracted d1:accepted x8:open c12:open c13:open "
        "T6:contested c14:open o2:answered c15:open x9:open c16:open c17:open x10:open c18:open "
        "d2:accepted x11:open c19:open c20:open p2:open c21:open x12:open c22:open c23:open "
        "s1:open o3:open"
    ),
    "hgpm": (
        "c1:open k1:open k2:refined o1:answered c2:retracted e1:open a1:open T1:retracted c3:open "
        "c4:open c5:open a2:open e2:open k3:open e3:open c6:open o2:open s1:open c7:open a3:open "
        "e4:open s2:open T2:refined i1:open k4:open s3:open p1:open c8:open e5:open i2:open "
        "s4:open o3:answered d1:accepted k5:open e6:open s5:open i3:open o4:answered d2:accepted "
        "d3:accepted s6:open w1:open i4:open"
    ),
    "x527": (
        "e1:open e2:retracted h1:rejected h2:open h3:open e3:open e4:open h4:rejected e5:open "
        "s1:open s2:answered p1:open e6:open s3:answered e7:open e8:open h5:confirmed s4:answered "
        "T1:retracted i1:open e9:open s5:answered e10:open c1:open i2:open d1:accepted s6:open "
        "s7:open"
    ),
    "a3hs": ("c1:open h1:rejected i1:open i2:open i3:open i4:open i5:open"),
    "ct2s": ("c1:retracted c2:open e1:open"),
    "cuq9": (
        "x1:open o1:answered c1:open c2:open c3:open a1:open a2:rejected c4:open "
        "k1:retracted T1:retracted e1:open a3:open e2:open c5:open T2:open p1:open c6:open "
        "T3:open i1:open T4:open x2:open p2:open d1:accepted s1:open o2:open"
    ),
    "fenc": "",
    "je39": ("c1:open"),
    "m2m9": (
        "e1:open e2:open e3:open e4:open h1:confirmed e5:open e6:open c1:open T1:open e7:open "
        "i1:open"
    ),
    "tefs": (
        "c1:open w1:answered w2:open c2:open e1:open c3:open k1:open e2:open c4:open "
        "k2:open o1:answered s1:open"
    ),
    "wfw6": (
        "c1:open x1:open x2:open x3:open k1:open a1:open e1:open k2:open T1:open T2:open "
        "a2:rejected p1:open a3:open d1:open e2:open o1:open s1:open"
    ),
    "yf9j": (
        "c1:retracted c2:open T1:contested c3:open T2:refined o1:answered a1:rejected "
        "e1:open e2:open d1:accepted c4:open c5:open"
    ),
    "zwv7": ("c1:open a1:open e1:open k1:open T1:contested p1:open"),
}
"""Every item and what became of it, by the rules of now: no call is lost for a missing field, and
only the person ends a contradiction. Of `ct2s` and `fenc` what tools had filed, for fences and
rules are gone."""

every_journal = pytest.mark.parametrize("journal", JOURNALS, ids=lambda path: path.stem[-4:])


def rows(journal: Path) -> list[dict[str, Any]]:
    """The records as they stand in the file, read without the program."""
    return [json.loads(line) for line in journal.read_text("utf-8").splitlines()]


def said(journal: Path) -> list[str]:
    """Every message, and every text and thought block of every reply, in pieces that came."""
    found: list[str] = []
    opened: dict[int, int] = {}
    for row in rows(journal):
        match row["t"]:
            case "user":
                found.append(row["text"])
            case "attempt":
                opened.clear()
            case "text" | "think":
                place = opened.get(row["index"])
                if place is None:
                    opened[row["index"]] = len(found)
                    found.append(row["text"])
                else:
                    found[place] += row["text"]
            case _:
                pass
    return [text for text in found if text.strip()]


def desk_on(home: Path, journal: Path, partner: ClaudePartner | None = None) -> SessionManager:
    """A session manager whose only session is a copy of `journal`."""
    settings = Settings(data_dir=home / "data", cache_dir=home / "cache", attempts=1)
    settings.sessions_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = settings.sessions_dir / journal.name
    shutil.copyfile(journal, copy)
    copy.chmod(0o600)

    async def rehearsal() -> tuple[ClaudePartner | None, object]:
        async def stop() -> None:
            return

        return partner, stop

    return SessionManager(
        settings,
        partners=PartnerRouter(PartnerFactories(claude=lambda _: partner, rehearsal=rehearsal)),
        clock=SystemClock(),
        rng=Random(1),
        model="claude-sonnet-5-5",
    )


def shown(manager: SessionManager, name: str) -> str:
    """Everything that the transcript holds of a session."""
    parts = [
        part for entry in view.entries(manager.read(name).conversation) for part in entry.parts
    ]
    texts = (part.text for part in parts if isinstance(part, Prose | Thought))
    return "\n".join(texts)


def test_what_is_gone_was_used_in_these_journals() -> None:
    acts = {row["what"] for path in JOURNALS for row in rows(path) if row["t"] == "control"}
    gone = {"pace", "budget", "phase", "tier", "predict.start", "predict", "predict.after"}
    assert acts >= gone | {"checkpoint", "board.contest", "board.refine", "board.retract"}
    tiers = {row["detail"]["to"] for path in JOURNALS for row in rows(path) if _is_tier(row)}
    assert tiers == {"tools", "fence", "rules", "off"}


@every_journal
def test_every_act_of_an_old_session_is_written_as_it_was_read(journal: Path) -> None:
    for row in rows(journal):
        if row["t"] == "control":
            kept = {name: value for name, value in row.items() if name not in {"v", "seq", "crc"}}
            assert to_record(from_record(row)) == kept


def _is_tier(row: Mapping[str, Any]) -> bool:
    return bool(row["t"] == "control" and row["what"] == "tier")


@every_journal
def test_every_word_of_an_old_session_is_shown(home: Path, journal: Path) -> None:
    words = shown(desk_on(home, journal), journal.stem)
    for text in said(journal):
        assert text.strip() in words


@every_journal
def test_the_board_of_an_old_session_is_what_the_tools_and_the_person_made_it(
    home: Path, journal: Path
) -> None:
    board = desk_on(home, journal).read(journal.stem).inquiry.board
    assert " ".join(f"{item.id}:{item.status}" for item in board.items) == BOARDS[journal.stem[-4:]]


@every_journal
@pytest.mark.parametrize("form", FORMS)
def test_an_old_session_is_exported_with_every_message(
    home: Path, journal: Path, form: str
) -> None:
    found = desk_on(home, journal).read(journal.stem)
    assert found.damaged == 0
    text = found.as_text(form)
    messages = [row["text"].splitlines()[0] for row in rows(journal) if row["t"] == "user"]
    for words in messages:
        if form in {"json", "jsonl"}:
            assert json.dumps(words, ensure_ascii=False)[1:-1] in text
        else:
            assert words in (html.unescape(text) if form == "html" else text)


@every_journal
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_an_exported_session_holds_every_record_of_the_journal(
    home: Path, journal: Path, form: str
) -> None:
    text = desk_on(home, journal).read(journal.stem).as_text(form)
    setting = ImportDefaults(at=0.0, mode="examine", model="claude-sonnet-5-5", systems={})
    (brought,) = sessions_in(text.encode(), setting).sessions
    assert list(together(brought.records)) == list(together(map(_bare, rows(journal))))


def together(records: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Records with neighbouring pieces of one block as one: an export packs them."""
    last: dict[str, Any] = {}
    for row in records:
        key = {"input": "partial_json"}.get(row["t"], "text")
        same = row["t"] in {"text", "think", "input"} and {**last, key: ""} == {**row, key: ""}
        if same:
            last[key] += row[key]
            continue
        if last:
            yield last
        last = dict(row)
    yield last


def _bare(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in {"seq", "crc", "v"}}


@pytest.fixture
def model(journal: Path) -> str:
    """The model that a session speaks with when it is opened."""
    names = [row["model"] for row in rows(journal) if row["t"] in {"session", "change"}]
    return str(names[-1])


@pytest.mark.filterwarnings("ignore:The model .* is deprecated:DeprecationWarning")
@every_journal
async def test_an_old_session_goes_on(home: Path, journal: Path, model: str) -> None:
    offered = Model(
        id=model, display_name=model, thinking=frozenset({"adaptive", "enabled", "disabled"})
    )
    async with scripted_server(["Going on. What changed?"], models=[offered]) as server:
        key = Credentials(kind=CredentialsKind.API_KEY, source="test", secret=server.token)
        manager = desk_on(home, journal, ClaudePartner(key, base_url=server.url))
        before = (manager.settings.sessions_dir / journal.name).read_bytes()
        session = manager.open(journal.stem)
        turns = session.conversation.turn_count
        session.ask("And now?")
        await session.engine.wait_idle()
        assert session.conversation.reply.phase is Phase.COMPLETE, (
            session.conversation.reply.failure
        )
        assert session.conversation.reply.text == "Going on. What changed?"
        assert session.conversation.turn_count == turns + 1
        await session.close()
        await manager.close()
    after = (manager.settings.sessions_dir / journal.name).read_bytes()
    assert after.startswith(before)

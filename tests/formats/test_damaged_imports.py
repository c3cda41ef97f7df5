"""Whatever is wrong with a file, an import gives sessions that work or says what is wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from hq_tui.cli import main
from hq_tui.core.requests.request import history
from hq_tui.formats import import_own, importer
from hq_tui.formats.importer import Contents, ImportDefaults, Imported, NotASession, sessions_in
from hq_tui.formats.losses import Losses
from hq_tui.sessions.manager import StoredSession
from hq_tui.sessions.session import replay
from hq_tui.store.record import encode
from tests.formats.damage import KINDS, damaged
from tests.formats.foreign_files import FILES, WORDS
from tests.support.gates import Tally, part

SETTING = ImportDefaults(mode="examine", model="claude-x", systems={"examine": ("Ask.",)}, at=5.0)
_PLACE = re.compile(r"(?:line|item|message) \S+|the session")


def works(brought: Imported) -> str:
    """The session as JSON, after everything that the program does with one was done."""
    for number, record in enumerate(brought.records):
        json.dumps(record, allow_nan=False)
        encode(number, record)
    records = [json.loads(json.dumps(record)) for record in brought.records]
    told = replay(records)
    found = StoredSession(
        conversation=told.conversation, acts=told.acts, damaged=0, records=tuple(records)
    )
    history(told.conversation, context="c")
    for form in ("md", "html", "jsonl"):
        found.as_text(form).encode()
    return found.as_text("json")


def wrong_with(data: bytes, kind: str) -> str:
    """What an import of this file does that it must not; empty for nothing.

    Where two values were exchanged, a word may stand where nobody looks for one.
    """
    try:
        contents = sessions_in(data, SETTING)
    except NotASession:
        return ""
    arrived = "".join(map(works, contents.sessions))
    lost = [word for word in WORDS if word not in arrived and is_in(word, data)]
    if lost and kind != "two exchanged" and not told_of(contents):
        return f"{lost} are gone without a word"
    faults = [*contents.faults, *(fault for one in contents.sessions for fault in one.faults)]
    nowhere = [fault for fault in faults if not _PLACE.match(fault)]
    return f"{nowhere} name no place" if nowhere else ""


def is_in(word: str, data: bytes) -> bool:
    """Whether the damaged file still holds a word."""
    return any(word.encode(form) in data for form in ("utf-8", "utf-16-le"))


def told_of(contents: Contents) -> bool:
    """Whether the import says that something is missing."""
    told: list[Contents | Imported] = [contents, *contents.sessions]
    return any(one.faults or one.left_out for one in told)


def sweep(
    rounds: int, seed: int, names: Iterable[str] = FILES
) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Damage every file in every way so many times; what was tried, and what went wrong."""
    tried: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for name in names:
        for kind in KINDS:
            for number in range(rounds):
                case = f"{name}, {kind}, {seed}/{number}"
                tried[name, kind] += 1
                try:
                    fault = wrong_with(damaged(FILES[name], kind, Random(case)), kind)
                except Exception as error:  # noqa: BLE001 - what is looked for
                    fault = repr(error)[:200]
                if fault:
                    wrong.append(f"{case}: {fault}")
    return tried, wrong


@pytest.mark.parametrize("name", FILES)
def test_a_sound_file_of_every_format_arrives_whole(name: str) -> None:
    (brought,) = sessions_in(FILES[name], SETTING).sessions
    arrived = works(brought)
    assert [word for word in WORDS if word not in arrived] == []
    assert brought.faults == ()
    texts = [row["text"] for row in json.loads(arrived)["turns"]]
    assert [next(filter(text.__contains__, WORDS), "") for text in texts] == list(WORDS)


def test_every_way_to_damage_every_format_is_borne() -> None:
    tried, wrong = sweep(1, seed=1)
    assert wrong == []
    assert len(tried) == len(FILES) * len(KINDS)


@pytest.mark.gate("imports")
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 104))
def test_twenty_thousand_damaged_files_are_borne(seed: int, tally: Tally) -> None:
    tried, wrong = sweep(part(25), seed)
    for kind in KINDS:
        tally.at_most(f"files damaged by “{kind}” in one part", sum(
            count for (_, done), count in tried.items() if done == kind
        ))  # fmt: skip
    tally.tried(tried.total())
    assert wrong == []


@pytest.mark.twin("imports", "no look at the shape of our own JSON")
def test_an_import_that_looks_at_no_shape_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_own, "fault_in", lambda *_: "")
    assert any("Error" in wrong for wrong in sweep(6, 2, ["our JSON, no records"])[1])


@pytest.mark.twin("imports", "losses that nobody counts")
def test_an_import_that_counts_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Losses, "lose", lambda *_: None)
    monkeypatch.setattr(Losses, "leave_out", lambda *_, **__: None)
    monkeypatch.setattr(importer, "_NOT_IN_JSON", "")
    assert any("without a word" in wrong for wrong in sweep(3, 3, ["Claude Code"])[1])


def test_the_command_bears_them_too(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    for number, kind in enumerate(KINDS):
        name = list(FILES)[number % len(FILES)]
        path.write_bytes(damaged(FILES[name], kind, Random(number)))
        code = main(["import", str(path)])
        said = capsys.readouterr().err
        assert code in (0, 1, 2), (name, kind)
        assert ".py" not in said, (name, kind, said)
        assert (code == 1) == ("could not be read" in said), (name, kind, said)
    assert main(["sessions"]) == 0
    assert main(["search", WORDS[0]]) == 0


def test_a_device_which_may_never_end_is_not_read(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "/dev/null"]) == 1
    assert "/dev/null is a device, not a file." in capsys.readouterr().err

"""What each slash word about the board and the inquiry leaves in the journal."""

from __future__ import annotations

import json
from pathlib import Path

from tests.ui.conftest import Playing

TYPED = [
    ("/add claim Python is slow", "board.add", {"kind": "claim", "text": "Python is slow"}),
    ("/add it is slow", "board.add", {"kind": "claim", "text": "it is slow"}),
    ("/add option wait", "board.add", {"kind": "option", "text": "wait"}),
    ("/edit c1 Rust is fast", "board.edit", {"id": "c1", "text": "Rust is fast"}),
    ("/pin c1", "board.pin", {"id": "c1", "text": ""}),
    ("/pin C1", "board.unpin", {"id": "C1", "text": ""}),
    ("/refine c1 for batches", "board.refine", {"id": "c1", "text": "for batches"}),
    ("/contest c2 says who", "board.contest", {"id": "c2", "why": "says who"}),
    ("/answer c2", "board.answer", {"id": "c2", "why": ""}),
    ("/retract c2 overstated", "board.retract", {"id": "c2", "why": "overstated"}),
    ("/decide we measure", "board.decide", {"text": "we measure"}),
    ("/decide x1", "board.decide", {"id": "x1", "text": ""}),
    ("/mode debug", "mode", {"mode": "debug", "from": "examine"}),
]
SAID = [
    "board: added", "board: added", "board: added", "c1: changed", "c1: pinned", "C1: unpinned",
    "c1: put differently", "c2: contested", "c2: answered", "c2: dropped", "board: decided",
    "x1: decided",
]  # fmt: skip


async def test_each_slash_word_leaves_its_record_and_says_what_was_done(
    playing: Playing, home: Path
) -> None:
    async with playing() as stage:
        await stage.talks("hello", "What then?")
        said: list[str] = []
        for typed, _, _ in TYPED:
            stage.app.view.commands.submit(typed)
            await stage.settled()
            said.append(stage.banner)
        assert said[: len(SAID)] == SAID
        stage.app.view.commands.submit("/retract c9")
        await stage.settled()
        assert stage.banner == "There is no c9 on the board; Tab shows it."
        stage.app.view.commands.submit("/summary")
        await stage.settled()
    (journal,) = (home / "data" / "sessions").glob("*.jsonl")
    rows = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    acts = [(row["what"], row["detail"]) for row in rows if row["t"] == "control"]
    *before, (what, detail) = acts
    assert before == [(what, detail) for _, what, detail in TYPED]
    assert what == "summary"
    assert all(set(line) == {"quote", "turn"} for line in detail["lines"])

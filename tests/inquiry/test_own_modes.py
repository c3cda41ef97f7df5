"""Modes of the user's own in the fold: their budget, their end, and what a journal may say."""

from __future__ import annotations

import pytest

from hq_tui.core.codec import from_record, to_record
from hq_tui.core.events import SessionChanged, SessionStarted
from hq_tui.core.text.mode_file import EXAMPLE
from hq_tui.core.user_actions import ChangeMode
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.fold import inquiry_of
from hq_tui.inquiry.modes import MODES
from hq_tui.inquiry.state import Inquiry, StopReason
from tests.inquiry.inquiry_session import Sitting, add

OWN = (
    "---\npurpose: look back\nopening: What broke?\nbudget: 4\nsections: Break, Guard\n---\nAsk.\n"
)


def change(sitting: Sitting, mode: str, file: str = "") -> None:
    """What `/mode` does, by way of the journal's records."""
    act = ChangeMode(mode=mode, before=sitting.conversation.mode)
    sitting.acts.append(Act(turn=sitting.conversation.turn_count, action=act))
    event = SessionChanged(mode=mode, model="rehearsal-1", system=("c", "m"), mode_file=file)
    sitting._happen(from_record(to_record(event)))


def replayed(sitting: Sitting) -> Inquiry:
    return inquiry_of(sitting.conversation, sitting.acts)


def test_a_session_goes_into_an_own_mode_and_out_of_it_live_as_replayed() -> None:
    sitting = Sitting("examine")
    for said in ("It broke at noon", "In May"):
        assert sitting.turn(said, "How?").mode is MODES["examine"]
    change(sitting, "wreck", OWN)
    assert sitting.inquiry.mode.purpose == "look back"
    sitting.turn("We had no guard", "Why?", [add("n1", "claim", "no guard", turn=3)])
    change(sitting, "debug")
    change(sitting, "wreck", OWN.replace("look back", "look away"))
    assert sitting.inquiry.mode.purpose == "look back"
    assert sitting.inquiry == replayed(sitting)
    assert not sitting.inquiry.offers
    inquiry = sitting.turn("It is three", "And?")
    assert [offer.reason for offer in inquiry.offers] == [StopReason.BUDGET]
    assert inquiry.offers[0].text.startswith("4 turns are spent.")
    assert inquiry == replayed(sitting)


def test_the_end_is_offered_once_each_section_has_a_line_in_the_words_of_the_user() -> None:
    sitting = Sitting("examine")
    change(sitting, "wreck", OWN)
    sitting.turn("it broke", "How?", [add("n1", "claim", "Break: it broke", "it broke")])
    sitting.turn("a fuse", "Why?", [add("n1", "claim", "guard: a fuse")])
    assert sitting.inquiry.offers == ()
    sitting = Sitting("examine")
    change(sitting, "wreck", OWN)
    sitting.turn("it broke", "How?", [add("n1", "claim", "Break: it broke", "it broke")])
    fuse = add("n1", "claim", "guard: a fuse", "a fuse", turn=2)
    inquiry = sitting.turn("a fuse", "Why?", [fuse])
    assert [offer.reason for offer in inquiry.offers] == [StopReason.DONE]


@pytest.mark.parametrize("file", ["", "nonsense", OWN + "\x1b[2J", OWN.replace("budget", "x")])
def test_a_journal_with_a_mode_that_cannot_be_read_is_in_the_default_one(file: str) -> None:
    sitting = Sitting("examine")
    first = SessionStarted(id="s", mode="wreck", model="m", at=1.0, mode_file=file)
    sitting._happen(from_record(to_record(first)))
    assert sitting.inquiry.mode is MODES["examine"]


@pytest.mark.parametrize("file", [7, ["---"], None])
def test_a_record_whose_mode_is_no_text_is_kept_and_not_believed(file: object) -> None:
    record = {"t": "session", "id": "s", "mode": "w", "model": "m", "at": 1.0, "mode_file": file}
    assert to_record(from_record(record)) == record


def test_a_mode_of_a_built_in_name_is_the_built_in_one() -> None:
    sitting = Sitting("examine")
    change(sitting, "review", EXAMPLE)
    assert sitting.inquiry.mode is MODES["review"]

"""The six modes as data: what each is for, how it opens, and what is left at its end.

A mode decides the instructions, the lines that its page needs and when enough has been
said. It decides nothing about the screen and nothing about
the wire; a session may change its mode at any turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from hq_tui.core import DEFAULT_MODE
from hq_tui.core.text.mode_file import BUDGET, ModeFileError, read_mode_file
from hq_tui.inquiry import prompts

ModeFiles = tuple[tuple[str, str], ...]
"""Modes of the user's own: the name and the text of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way of working.

    `labels` are the lines that its page needs, as items begin with them; `stop` says in
    words when it is done, `artefact` what its page is called. `budget` is in turns.
    """

    name: str
    purpose: str
    opening: str
    stop: str
    artefact: str
    title: str
    prompt: str
    labels: tuple[str, ...] = ()
    talk_goal: int = 60
    budget: int = BUDGET


_ALL = (
    Mode(
        name="brief",
        purpose="turn a vague wish into one page someone could act on",
        opening="What would a good answer let you do that you cannot do now?",
        stop="six lines in your words",
        artefact="brief.md",
        title="Brief",
        prompt=prompts.BRIEF,
        labels=("Outcome", "For whom", "Why now", "Success", "Limit", "Out of scope"),
    ),
    Mode(
        name="examine",
        purpose="examine a belief or a decision",
        opening="What is the one sentence that you want to put to the test?",
        stop="you have decided, and no contradiction is open",
        artefact="decision.md",
        title="Decision record",
        prompt=prompts.EXAMINE,
        talk_goal=50,
    ),
    Mode(
        name="tutor",
        purpose="learn a topic by being asked",
        opening="What do you already believe about it, in your own words?",
        stop="you have restated it and solved a new case unaided",
        artefact="notes.md",
        title="Learning notes",
        prompt=prompts.TUTOR,
        labels=("Restated", "New case"),
    ),
    Mode(
        name="review",
        purpose="find what a design depends on",
        opening="What is it for, and what is it deliberately not for?",
        stop="each load-bearing choice has a reason, a risk and a signal",
        artefact="review.md",
        title="Design review",
        prompt=prompts.REVIEW,
        labels=("Reason", "Risk", "Signal"),
    ),
    Mode(
        name="debug",
        purpose="find a fault, as with a rubber duck",
        opening="What did you expect, what happened, and when did it last work?",
        stop="the cause predicts everything that was observed",
        artefact="incident.md",
        title="Incident note",
        prompt=prompts.DEBUG,
        labels=("Expected", "Happened", "Last worked"),
    ),
    Mode(
        name="interview",
        purpose="be interviewed until there is a spec",
        opening="Who does what, and at which moment, when they need this?",
        stop="every part of the spec is covered",
        artefact="spec.md",
        title="Spec",
        prompt=prompts.INTERVIEW,
        labels=(
            "Actor",
            "Workaround",
            "Rule",
            "Errors",
            "Numbers",
            "Out of scope",
            "Accepted by",
        ),
        talk_goal=35,
    ),
)

MODES: Mapping[str, Mode] = {mode.name: mode for mode in _ALL}
"""Every mode by its name, in the order in which they are offered."""


def mode_of(name: str, files: ModeFiles = ()) -> Mode:
    """The mode called `name`, built in or one of `files`; the default one where there is none."""
    found = MODES.get(name) or _own(name, dict(files).get(name, ""))
    return found or MODES[DEFAULT_MODE]


@lru_cache
def _own(name: str, text: str) -> Mode | None:
    """The mode that the text of a file describes; None where it is none."""
    try:
        told = read_mode_file(text)
    except ModeFileError:
        return None
    labels = ", ".join(f'"{one}:"' for one in told.sections)
    return Mode(
        name=name,
        purpose=told.purpose,
        opening=told.opening,
        stop="each section has a line in your words",
        artefact=f"{name}.md",
        title=name.replace("-", " ").replace("_", " ").capitalize(),
        prompt=prompts.OWN_MODE.format(name=name, purpose=told.purpose, body=told.body)
        + (prompts.OWN_LABELS.format(labels=labels) if labels else ""),
        labels=told.sections,
        budget=told.budget,
    )


def system_prompt(mode: str, file: str = "", instructions: str = "") -> tuple[str, ...]:
    """The instructions in blocks: the core, the same for all, the user's own, and those of `mode`.

    `file` is the text of a mode of the user's own.
    """
    own = (prompts.OWN + instructions.strip() + "\n",) if instructions.strip() else ()
    return (prompts.CORE, *own, mode_of(mode, ((mode, file),)).prompt)

"""Scenario folders: users with hidden beliefs, consistent users, and noise.

A folder holds any of `scenarios.json`, `controls.json` and `noise.json`, each a
list of objects. Reading one gives frozen values, or says in which file, on which
line and in which field something is wrong; a field that this version does not
know is passed over.

scenarios.json
    id, opening         text; the opening is the user's first message
    mode                one of the six modes; "examine" when absent
    flaws               what the user believes and does not say unasked:
        kind            what it is (term, assumption, evidence, viewpoint, consequence,
                        contradiction, or any other name; the table has a row for each)
        topic           beginnings of words; empty when any topic will do
        accepts         the types of question that draw it out: clarify, assume, evidence,
                        view, imply, meta, tension
        says            the wordings of what the user then says, one after the other
        lexical         for contradictions: whether words clash (true) or only the meaning
    fillers             what the user says when a question does not fit
    contradiction_pair  the two statements that clash; null or absent: the opening and the
                        first wording of the contradiction
    commits             what the user answers, honestly, when a question asks for a yes or no
                        or a place on a scale and quotes both of these statements
controls.json
    id, mode, opening   as above
    turns               consistent messages
    commits             the answer to such a question about any two of them ("Yes." when absent)
noise.json
    text                one awkward message, put in at a random turn
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from hq_tui.errors import HqError

from .fields import Field, read_entries

MODES = ("brief", "examine", "tutor", "review", "debug", "interview")
TYPES = ("clarify", "assume", "evidence", "view", "imply", "meta", "tension")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One hidden belief: what draws it out, and the wordings in which it comes."""

    kind: str
    topic: tuple[str, ...]
    accepts: frozenset[str]
    says: tuple[str, ...]
    lexical: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A user with hidden beliefs."""

    id: str
    mode: str
    opening: str
    flaws: tuple[Flaw, ...]
    fillers: tuple[str, ...]
    pair: tuple[str, str] | None = None
    commits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A user who is consistent: any tension raised here is a false accusation."""

    id: str
    mode: str
    opening: str
    turns: tuple[str, ...]
    commits: tuple[str, ...] = ("Yes.",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenarios:
    """Everything one folder holds."""

    scenarios: tuple[Scenario, ...] = ()
    controls: tuple[Control, ...] = ()
    noise: tuple[str, ...] = ()


def read_folder(folder: Path) -> Scenarios:
    """The scenarios in `folder`; HqError when there are none or an entry is malformed."""
    names = ("scenarios.json", "controls.json", "noise.json")
    texts = {name: _text(folder / name) for name in names if (folder / name).is_file()}
    if not texts:
        raise HqError(
            f"No scenarios in {folder}.",
            hint="A scenario folder holds scenarios.json, controls.json or noise.json.",
        )
    return parse(texts)


def open_scenarios() -> Scenarios:
    """The scenarios that ship with the package."""
    folder = resources.files(__package__).joinpath("data")
    names = ("scenarios.json", "controls.json", "noise.json")
    return parse({name: folder.joinpath(name).read_text(encoding="utf-8") for name in names})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HqError(f"Cannot read {path}.", hint=str(error)) from error


def parse(texts: Mapping[str, str]) -> Scenarios:
    """The scenarios in the three texts, by file name; HqError names the line and the field."""
    entries = {name: read_entries(name, text) for name, text in texts.items()}
    return Scenarios(
        scenarios=tuple(map(_scenario, entries.get("scenarios.json", ()))),
        controls=tuple(map(_control, entries.get("controls.json", ()))),
        noise=tuple(_noise(entry) for entry in entries.get("noise.json", ())),
    )


def _noise(entry: Field) -> str:
    text = entry.child("text").value
    if not isinstance(text, str):
        raise entry.child("text").wrong("a text is needed here")
    return text


def _scenario(entry: Field) -> Scenario:
    flaws = tuple(_flaw(each) for each in entry.child("flaws").items(1))
    opening = entry.child("opening").text()
    clash = next((flaw for flaw in flaws if flaw.kind == "contradiction"), None)
    pair = (opening, clash.says[0]) if clash else None
    if entry.has("contradiction_pair"):
        one, other, *_ = *entry.child("contradiction_pair").texts(2), ""
        pair = (one, other)
    return Scenario(
        id=entry.child("id").text(),
        mode=entry.child("mode", "examine").one_of(MODES),
        opening=opening,
        flaws=flaws,
        fillers=entry.child("fillers", ["I would have to look that up."]).texts(1),
        pair=pair,
        commits=entry.child("commits", []).texts(),
    )


def _flaw(entry: Field) -> Flaw:
    return Flaw(
        kind=entry.child("kind").text(),
        topic=tuple(topic.lower() for topic in entry.child("topic", []).texts()),
        accepts=frozenset(each.one_of(TYPES) for each in entry.child("accepts").items(1)),
        says=entry.child("says").texts(1),
        lexical=entry.child("lexical", True).flag(),
    )


def _control(entry: Field) -> Control:
    return Control(
        id=entry.child("id").text(),
        mode=entry.child("mode", "examine").one_of(MODES),
        opening=entry.child("opening").text(),
        turns=entry.child("turns").texts(),
        commits=entry.child("commits", ["Yes."]).texts(1),
    )

"""Scenario folders: users with hidden beliefs, consistent users, and noise.

A folder holds any of `scenarios.json`, `controls.json` and `noise.json`. Reading
one gives frozen values or says which entry is wrong; a scenario with a field
that this version does not know is read all the same.

A flaw is something the user believes and does not say until a question of the
right type, about the right thing, draws it out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from hq_tui.errors import HqError


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A user who is consistent: any tension raised here is a false accusation."""

    id: str
    mode: str
    opening: str
    turns: tuple[str, ...]


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
    """The scenarios in the three texts, by file name; HqError names the entry that is wrong."""
    return Scenarios(
        scenarios=tuple(_scenario(entry) for entry in _entries(texts, "scenarios.json")),
        controls=tuple(_control(entry) for entry in _entries(texts, "controls.json")),
        noise=tuple(str(entry.get("text", "")) for entry in _entries(texts, "noise.json")),
    )


def _entries(texts: Mapping[str, str], name: str) -> list[Mapping[str, Any]]:
    try:
        data = json.loads(texts.get(name, "[]"))
    except ValueError as error:
        raise HqError(f"{name} is not JSON.", hint=str(error)) from error
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise HqError(f"{name} is not a list of objects.", hint="See the open scenarios.")
    return data


def _scenario(entry: Mapping[str, Any]) -> Scenario:
    try:
        pair = entry.get("contradiction_pair")
        return Scenario(
            id=str(entry["id"]),
            mode=str(entry.get("mode", "examine")),
            opening=str(entry["opening"]),
            flaws=tuple(_flaw(flaw) for flaw in entry["flaws"]),
            fillers=_strings(entry.get("fillers") or ["I would have to look that up."]),
            pair=(str(pair[0]), str(pair[1])) if pair else None,
        )
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise _malformed("scenarios.json", entry, error) from error


def _flaw(entry: Mapping[str, Any]) -> Flaw:
    return Flaw(
        kind=str(entry["kind"]),
        topic=tuple(topic.lower() for topic in _strings(entry.get("topic", []))),
        accepts=frozenset(_strings(entry["accepts"])),
        says=_strings(entry["says"]),
        lexical=bool(entry.get("lexical", True)),
    )


def _control(entry: Mapping[str, Any]) -> Control:
    try:
        return Control(
            id=str(entry["id"]),
            mode=str(entry.get("mode", "examine")),
            opening=str(entry["opening"]),
            turns=_strings(entry["turns"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _malformed("controls.json", entry, error) from error


def _strings(value: Sequence[object]) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError("a list of strings is needed where a string stands")
    return tuple(str(each) for each in value)


def _malformed(name: str, entry: Mapping[str, Any], error: Exception) -> HqError:
    which = entry.get("id", "an entry without id")
    return HqError(f"{name}: {which} is malformed ({error!r}).", hint="See the open scenarios.")

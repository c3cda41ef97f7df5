"""Names that were given up for standard ones are not taken up again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.survey import FOLDERS, ROOT, python_files

MODULES = """
    alone answers artefact asking at_once beginning boarding branching brush bringing canvas careful
    catalogue choosing citizen comparing copying crash cuts desk direct echo failures filing finding
    following gathering glimpse gleaning growing guard hearing holding indexing inquiring intake
    keeping leaving looking looking_at making manners meant means mounts named narrowing notice
    opening opposing pace packing paint pairing papers partners paste pausing pen people
    places printing reaching reading replaying replying safe_text scanning scribe seam
    searching sentences settings_in_force shelf signs sitting sittings situating situation stage
    standing storms strokes taking tamper threads trip unseen warming watched wishes wording
""".split()
"""Files and folders, and the `test_` files of each."""
CLASSES = """
    Alone Aloud Asked Beginning Boarding Book Brush Canvas Citizen Commands Controlled Covered Desk
    Doing Doubt Echo Face Flow Found Front Gathering Guard Heard Helpers IndexRefreshed Ink
    Inquiring Joint Keeper
    LateFile Leaving Line Listed Looking Makers Manner Manners Means ModelFacts OpenFile
    OpeningApp Partners Past Patience Pen Pinged PlainDriver QuietDriver Renewed Replier
    Replying SafeParser Scribe Setting SharedFile Shelf Situating Situation Spot Stage Standing
    Stretch Stroke Taken Taker Taking Tint Torn WatchedApp Wishes
""".split()
WORDS = """
    anew brush build_desk canvas desk fold_aside gleaning glimpse go_without hand_out ink joint
    look_at_session named_by
    manners pausing pen scribe shelf situating standing strokes tint turn_panel wary warming
    with_early_card
""".split()
"""What no variable, function or attribute is called.

Left out of both lists, though they name something else now, are words that are right for other
things (`line`, `reply`, `view`, `words`, `fold`, `session`), and `stage`, by which tests hold
the app that they drive.
"""


def old_names(source: str) -> Iterator[str]:
    """The old names that a file of Python defines or uses."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef(name=name) if name in CLASSES:
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield from {name.lstrip("_")} & set(WORDS)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield from {name.lstrip("_")} & set(WORDS)
            case ast.alias(asname=str() as name):
                yield from {name} & {*MODULES, *WORDS}


def is_old(path: Path) -> bool:
    """Whether a file or folder has the name of a module that is called otherwise now."""
    return any(re.sub(r"^test_|\.py$", "", part) in MODULES for part in path.parts)


def test_no_old_name_is_left() -> None:
    for path in python_files(ROOT, FOLDERS):
        name = path.relative_to(ROOT)
        assert not is_old(name), name
        assert list(old_names(path.read_text("utf-8"))) == [], name


@pytest.mark.parametrize(
    "source",
    ["class Desk: pass", "def f(scribe): pass", "a._pen = 1", "from hq_tui import x as guard"],
)
def test_an_old_name_is_noticed(source: str) -> None:
    assert list(old_names(source))


@pytest.mark.parametrize("name", ["hq_tui/core/seam.py", "tests/desk/a.py", "test_glimpse.py"])
def test_an_old_file_is_noticed(name: str) -> None:
    assert is_old(Path(name))

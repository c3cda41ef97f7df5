"""The pictures of the README are what the program shows, and its piece of a page is of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tools.screenshots import FOLDER, draw
from tools.show import RECORDED

ROOT = FOLDER.parent
HOW = "run `make screenshots`, look at the pictures, and keep them"


def out_of_date(pictures: Mapping[str, str], folder: Path) -> list[str]:
    """The pictures of `folder` that are missing, too many, or not as they are drawn now."""
    kept = {path.stem: path.read_text("utf-8") for path in folder.glob("*.svg")}
    names = pictures.keys() | kept.keys()
    return sorted(name for name in names if pictures.get(name) != kept.get(name))


def test_the_pictures_are_what_the_program_shows() -> None:
    assert out_of_date(draw(), FOLDER) == [], HOW


def test_a_picture_that_is_missing_changed_or_left_over_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "same.svg").write_text("as drawn", "utf-8")
    (tmp_path / "changed.svg").write_text("before", "utf-8")
    (tmp_path / "old.svg").write_text("nobody draws it", "utf-8")
    drawn = {"same": "as drawn", "changed": "now", "new": "never kept"}
    assert out_of_date(drawn, tmp_path) == ["changed", "new", "old"]


def test_the_readme_shows_the_page_of_the_session_in_its_first_picture() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(r"^```markdown\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    page = (ROOT / "tests/data/pages" / RECORDED.name).with_suffix(".md").read_text("utf-8")
    assert shown, "there is no piece of a page"
    assert [each for each in shown if each not in page] == []
    assert re.findall(r"\(screenshots/(\w+)\.svg\)", readme)[0] == "contradiction"

"""From what was written to the files that are meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.attachments import completions, dropped, find, meant, reference
from hq_tui.core.text.mentions import mentions
from hq_tui.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "src").mkdir()
    for name in ("a.md", "b.md", "two words.md", "odd[1].md", ".hidden.md", "src/c.py", "bob"):
        (tmp_path / name).write_text("words")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.md", ["a.md"]),
        ("~/a.md", ["a.md"]),
        ("*.md", ["a.md", "b.md", "odd[1].md", "two words.md"]),
        ("src/*", ["src/c.py"]),
        ("odd[1].md", ["odd[1].md"]),
        ("missing.md", ["missing.md"]),
    ],
)
def test_a_name_means_a_file_before_it_is_a_pattern(
    name: str, found: list[str], folder: Path
) -> None:
    assert find(name, folder) == [folder / one for one in found]


def test_a_file_address_is_a_path_of_this_machine(folder: Path) -> None:
    assert find(f"file://{folder}/two%20words.md", folder) == [folder / "two words.md"]
    with pytest.raises(UsageError, match="is on another machine"):
        find("file://elsewhere/a.md", folder)


@pytest.mark.parametrize("name", ["*.nothing", "~nobody-at-all/a.md", "a\0b"])
def test_a_name_that_can_mean_nothing_is_refused(name: str, folder: Path) -> None:
    with pytest.raises(UsageError):
        find(name, folder)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("look at @a.md, please", ["a.md"]),
        ('(@a.md) and @"two words.md"', ["a.md", "two words.md"]),
        ("@src/c.py: why? @missing.md.", ["src/c.py", "missing.md"]),
        ("@bob is a file, @alice is a person", ["bob"]),
        ("me@a.md is an address, @a.md twice: @a.md", ["a.md"]),
        ("@property def x, @dataclass(frozen=True), @@ -1,3 +1,4 @@", []),
    ],
)
def test_an_at_sign_means_a_file_where_it_looks_like_one_or_is_there(
    text: str, names: list[str], folder: Path
) -> None:
    assert meant(mentions(text), folder) == names


def test_a_reference_leads_back_to_the_file(folder: Path) -> None:
    for path in (folder / "a.md", folder / "two words.md", folder / "src" / "c.py"):
        for place in (folder, folder / "src", Path("/nowhere")):
            (name,) = meant(mentions(reference(path, place)), place)
            assert [one.resolve() for one in find(name, place)] == [path]


APART = [
    "'",
    '"',
    "'\"",
    "\\",
    "\\\\n",
    '\\"',
    " ",
    "\t",
    "\n",
    "\u00a0",
    "\u3000",
    "@",
    "~",
    "[",
    "]",
]
APART += ["*", "?", "#", ",", ".", "`", "“", "’", "a\u0301", "🦀", "-", "$", "%", "(", ")", "&"]


@pytest.mark.parametrize("apart", APART, ids=ascii)
def test_a_reference_leads_back_whatever_the_name_holds(apart: str, folder: Path) -> None:
    for name in (f"it{apart}is.md", f"{apart}is.md", f"it{apart}", f"x{apart}/b{apart} \"'s.md"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("words")
        for place in (folder, Path("/nowhere")):
            named = mentions(f"see {reference(path, place)}, please (or 'not' as \"before\")")
            assert meant(named, place) == [one.name for one in named]
            assert [find(one.name, place) for one in named] == [[path]], name


def test_a_quote_that_is_escaped_by_hand_belongs_to_the_name() -> None:
    names = [one.name for one in mentions(r'''@"a\"b.md" @'c"d.md' @"e\\f.md" @"g\h.md"''')]
    assert names == ['a"b.md', 'c"d.md', "e\\f.md", "g\\h.md"]


def test_a_drop_is_taken_in_every_form_that_terminals_paste_it(folder: Path) -> None:
    spaced, plain = folder / "two words.md", folder / "a.md"
    for text in (f"'{spaced}'", f"{folder}/two\\ words.md", f"file://{folder}/two%20words.md"):
        assert dropped(f"{text} ") == [spaced], text
    assert dropped(str(spaced)) == [spaced]
    assert dropped(f"'{spaced}' {plain}") == [spaced, plain]
    for text in ("/etc is a folder", f"see {plain}", "/missing/file", f"{plain} and more", ""):
        assert dropped(text) == [], text


def test_completions_are_files_and_folders_that_begin_so(folder: Path) -> None:
    assert completions("", folder) == ["a.md", "b.md", "bob", "odd[1].md", "src/", "two words.md"]
    assert completions("B", folder) == ["b.md", "bob"]
    assert completions("src/", folder) == ["src/c.py"]
    assert completions("~/sr", Path("/")) == ["~/src/"]
    assert completions(".h", folder) == [".hidden.md"]
    assert completions("missing/x", folder) == []

"""Textual has every private part that is used, as it is used, and no other is used."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest
from textual.app import App
from textual.driver import Driver
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

from hq_tui.ui.rendering import textual_private
from hq_tui.ui.rendering.textual_private import INHERITED, MODULES
from tools.survey import ROOT, python_files

OWNER = {"app": App, "driver": Driver, "pump": MessagePump, "screen": Screen, "widget": Widget}
"""What the parameters of the functions in the module are."""
OTHERS = {
    "_auth._get_session", "client._make_sse_decoder", "entry_list._views", "one._actions",
    "server._make_app", "sys._current_frames",
}  # fmt: skip
"""Private names that are used and are not Textual's."""
PRIVATE = re.compile(r"_[a-z]\w*")


@cache
def source_of(owner: type) -> str:
    """The source of a class."""
    return inspect.getsource(owner)


def has(owner: type, name: str) -> bool:
    """Whether a class has this attribute, or its instances do."""
    sources = (source_of(base) for base in owner.__mro__ if base is not object)
    return hasattr(owner, name) or any(
        re.search(rf"self\.{name}\b[^=()\n]*=", text) for text in sources
    )


def missing(inherited: dict[str, dict[str, str]]) -> list[str]:
    """What Textual does not have, or has with other parameters."""
    found = []
    for place, names in inherited.items():
        module, _, name = place.partition(":")
        owner = getattr(import_module(module), name)
        for private, parameters in names.items():
            member = inspect.getattr_static(owner, private, None)
            if isinstance(member, property):
                member = member.fget
            there = ", ".join(inspect.signature(member).parameters) if callable(member) else ""
            if not has(owner, private) or there != parameters:
                found.append(f"{name}.{private}({there})")
    return found


def used_of_others(source: str) -> Iterator[tuple[type, str, int | None]]:
    """Each private name of a parameter in `source`: owner, name, and the arguments of a call."""
    tree = ast.parse(source)
    calls = {id(one.func): len(one.args) for one in ast.walk(tree) if isinstance(one, ast.Call)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Attribute) and PRIVATE.fullmatch(one.attr):
            of = one.value.attr if isinstance(one.value, ast.Attribute) else one.value.id  # type: ignore[attr-defined]
            yield OWNER[of], one.attr, calls.get(id(one))


def known_to(owner: type) -> set[str]:
    """The private names that Textual's part of a class has, but for what every subclass gets."""
    bases = [base for base in owner.__mro__ if base.__module__.startswith("textual")]
    given = set(vars(type("Probe", (bases[0],), {})))
    names = {name for base in bases for name in vars(base)}
    for base in bases:
        names |= set(re.findall(r"self\.(_\w+)\b[^=()\n]*=", source_of(base)))
    return {name for name in names if PRIVATE.fullmatch(name)} - given


def shared(ours: type) -> set[str]:
    """The private names of Textual that a class of ours defines or uses of itself."""
    used = set()
    for base in ours.__mro__:
        if not base.__module__.startswith(("hq_tui", "tests")):
            continue
        used |= set(vars(base))
        for one in ast.walk(ast.parse(dedent(source_of(base)))):
            if isinstance(one, ast.Attribute):
                of = one.value.func if isinstance(one.value, ast.Call) else one.value
                used |= {one.attr} if getattr(of, "id", "") in {"self", "super"} else set()
    return used & known_to(ours)


def listed(ours: type) -> set[str]:
    """What the table has for the classes that one of ours comes of."""
    names = set()
    for place, private in INHERITED.items():
        module, _, name = place.partition(":")
        if getattr(import_module(module), name) in ours.__mro__:
            names |= set(private)
    return names


def our_classes() -> list[type]:
    """Every class of hq-tui that comes of one of Textual's."""
    found = []
    for path in python_files(ROOT, ["hq_tui"]):
        if path.name == "__main__.py" or "textual" not in path.read_text("utf-8"):
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = import_module(name)
        for one in vars(module).values():
            is_ours = inspect.isclass(one) and one.__module__ == name
            if is_ours and any(base.__module__.startswith("textual") for base in one.__mro__):
                found.append(one)
    return found


def private_imports(source: str) -> set[str]:
    """The private modules of Textual that `source` imports."""
    return set(re.findall(r"(?:from|import) (textual(?:\.\w+)*\._\w+)", source))


def test_textual_has_everything_that_is_inherited() -> None:
    assert missing({place: dict(names) for place, names in INHERITED.items()}) == []


def test_textual_has_everything_that_is_used_of_other_objects() -> None:
    used = list(used_of_others(Path(textual_private.__file__).read_text("utf-8")))
    assert len(used) > 15
    for owner, name, arguments in used:
        assert has(owner, name), f"{owner.__name__}.{name}"
        if arguments is not None:
            inspect.signature(getattr(owner, name)).bind(None, *range(arguments))


def test_the_private_modules_have_what_is_taken_from_them() -> None:
    assert all(hasattr(import_module(module), name) for module, name in MODULES.items())


def test_nothing_private_of_textual_is_used_anywhere_else() -> None:
    for path in python_files(ROOT, ["hq_tui"]):
        source = path.read_text("utf-8")
        if path.name == "textual_private.py":
            continue
        for line in source.splitlines():
            if "SLF001" in line:
                assert any(other in line for other in OTHERS), f"{path}: {line}"
        assert private_imports(source) <= set(MODULES), path


@pytest.mark.parametrize("ours", our_classes(), ids=lambda ours: ours.__name__)
def test_a_class_of_ours_shares_only_the_private_names_that_are_listed(ours: type) -> None:
    assert shared(ours) <= listed(ours)


class _Hiding(App[None]):
    """Overrides something of Textual's without meaning to."""

    def _detach(self) -> None:
        self._exit = True


def test_what_is_not_there_or_not_listed_is_noticed() -> None:
    """The checks above can fail."""
    assert shared(_Hiding) - listed(_Hiding) == {"_detach"}
    wrong = {"_exit": "", "_handle_exception": "self", "_is_gone": ""}
    assert len(missing({"textual.app:App": wrong})) == 2
    assert private_imports("from textual.document._edit import Edit") == {"textual.document._edit"}

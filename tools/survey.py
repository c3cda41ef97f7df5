"""How large the parts of the code have become, and what they import.

Code rots from its largest parts: the file, function or class that every change meets.
So size has limits, and a part that reaches one is split before it grows on. What a part
imports is read from its source, so that a module can be judged without running it.

Everything here works on any folder of Python files; the tests hold the project's own
folders against the limits, and `python -m tools.survey` prints the largest of each kind.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("hq_tui", "tools")
"""What the limits hold for. Tests are tables of cases and may be long."""

LIMITS = {"file": 400, "function": 60, "class": 25}
"""Lines of a file, lines of a function from `def` to its end, and methods of a class."""

FILE_LIMITS = {"hq_tui/app/app.py": 300}
"""Files with a limit of their own: the app joins the parts and does nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large one file, function or class is."""

    kind: str
    where: str
    amount: int
    limit: int

    def __str__(self) -> str:
        unit = "methods" if self.kind == "class" else "lines"
        return f"{self.amount:>5} of {self.limit:>3} {unit:<7}  {self.kind:<8}  {self.where}"


def python_files(root: Path, folders: Iterable[str] = FOLDERS) -> Iterator[Path]:
    """Every Python file below `folders` of `root`, in a steady order."""
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


def sizes(source: str, name: str) -> Iterator[Size]:
    """The sizes of everything in the file called `name` (relative to the project)."""
    limit = FILE_LIMITS.get(name, LIMITS["file"])
    yield Size(kind="file", where=name, amount=len(source.splitlines()), limit=limit)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                kind = "function"
                amount = (node.end_lineno or node.lineno) - node.lineno + 1
            case ast.ClassDef():
                kind = "class"
                functions = (ast.FunctionDef, ast.AsyncFunctionDef)
                amount = sum(isinstance(part, functions) for part in node.body)
            case _:
                continue
        where = f"{name}:{node.lineno} {node.name}"
        yield Size(kind=kind, where=where, amount=amount, limit=LIMITS[kind])


def survey(root: Path, folders: Iterable[str] = FOLDERS) -> list[Size]:
    """The sizes of everything below `folders`, the nearest to its limit first."""
    found = [
        size
        for path in python_files(root, folders)
        for size in sizes(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    ]
    return sorted(found, key=lambda size: size.amount / size.limit, reverse=True)


def too_large(found: Iterable[Size]) -> list[Size]:
    """What is over its limit."""
    return [size for size in found if size.amount > size.limit]


def imported_modules(source: str, package: str) -> set[str]:
    """The dotted names of all modules that `source` imports, wherever in it the import stands.

    `package` is the package the source belongs to; relative imports are resolved against it.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: 1 - node.level or None] if node.level else []
            names.add(".".join([*parents, *([node.module] if node.module else [])]))
    return names


def imports_beyond(root: Path, folder: str, allowed: Iterable[str]) -> list[str]:
    """What the files below `folder` import beyond the `allowed` packages and `folder` itself."""
    homes = (folder.replace("/", "."), *allowed)
    return [
        f"{name.as_posix()} imports {module}"
        for path in python_files(root, [folder])
        for name in [path.relative_to(root)]
        for module in sorted(
            imported_modules(path.read_text(encoding="utf-8"), ".".join(name.parent.parts))
        )
        if not any(module == home or module.startswith(f"{home}.") for home in homes)
    ]


def main() -> int:
    """Print the largest of each kind; fail when one is over its limit."""
    found = survey(ROOT)
    for kind in LIMITS:
        print(f"The largest {kind} sizes")
        for size in [size for size in found if size.kind == kind][:5]:
            print(f"  {size}")
    return 1 if too_large(found) else 0


if __name__ == "__main__":
    sys.exit(main())

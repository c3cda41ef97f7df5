"""After every frame the terminal shows what it would show if all of it were drawn anew.

Three terminals are asked, none of which is part of the program and each with widths of its
own: pyte with Rich's, tmux, and an emulator with Python's.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from hq_tui.terminal.screen import ambiguous_width as careful
from hq_tui.terminal.screen import cell_grid as grid
from hq_tui.terminal.screen import cells
from hq_tui.terminal.screen import paint_plan as ops
from hq_tui.terminal.screen.differ import Differ
from tests.support.gates import Tally, part
from tests.support.tmux import Pane, panes
from tests.support.vt import VirtualTerminal
from tests.support.xterm import Window, windows
from tests.terminal import frames
from tests.terminal.emulator import Emulator
from tests.terminal.frames import (
    BESIDE,
    HEIGHT,
    INKS,
    KINDS,
    SCENES,
    WIDTH,
    Coverage,
    Sheet,
    at,
    played,
    sessions,
)

BEGIN = "\x1b[?1049h\x1b[?7l\x1b[?25l"
MARGINS = "\x1b[?69h"
NEXT_TO = (*BESIDE, "across the border")
MARKED_BLANK = re.compile(" [\u0300-\u036f\u05c1\u0ac7\u0e49]+")
needs_xterm = pytest.mark.skipif(
    shutil.which("xterm") is None or shutil.which("Xvfb") is None,
    reason="xterm or Xvfb is not installed",
)
needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


@dataclass(frozen=True, slots=True)
class Session:
    """A terminal that follows a session, and a fresh one that is given one picture."""

    feed: Callable[[str], None]
    seen: Callable[[], Any]
    redrawn: Callable[[str], Any]


def on_pyte() -> Session:
    """The emulator with Rich's widths."""

    def seen(emulator: Emulator) -> Any:
        return emulator.picture(), emulator.cursor

    def redrawn(picture: str) -> Any:
        fresh = Emulator(WIDTH, HEIGHT)
        fresh.feed(picture)
        return seen(fresh)

    emulator = Emulator(WIDTH, HEIGHT)
    return Session(emulator.feed, lambda: seen(emulator), redrawn)


def on_vt(*, has_margins: bool = False) -> Session:
    """The emulator with Python's widths, and with left and right margins or without."""

    def seen(terminal: VirtualTerminal) -> Any:
        return terminal.picture(), terminal.cursor

    def redrawn(picture: str) -> Any:
        fresh = VirtualTerminal(WIDTH, HEIGHT)
        fresh.feed(picture)
        return seen(fresh)

    terminal = VirtualTerminal(WIDTH, HEIGHT, has_margins=has_margins)
    return Session(terminal.feed, lambda: seen(terminal), redrawn)


with_margins = partial(on_vt, has_margins=True)


def on_tmux(following: Pane, fresh: Pane) -> Session:
    """A pane that was cleared, and another one for whole pictures."""

    def seen(pane: Pane) -> Any:
        return looks(pane.rows()), pane.cursor

    def redrawn(picture: str) -> Any:
        fresh.feed("\x1b[?1049l\x1bc\x1b[?1049h" + picture)
        return seen(fresh)

    following.feed("\x1b[?1049l\x1bc")
    return Session(following.feed, lambda: seen(following), redrawn)


def on_xterm(following: Window, fresh: Window) -> Session:
    """A window that was cleared, and another one for whole pictures."""

    def redrawn(picture: str) -> Any:
        fresh.feed("\x1b[?1049l\x1bc\x1b[?1049h" + picture)
        return fresh.seen()

    following.feed("\x1b[?1049l\x1bc")
    return Session(following.feed, following.seen, redrawn)


def looks(rows: Sequence[str]) -> Any:
    """What tmux told as a picture. It tells no colour of blanks that nothing comes after.

    In the last column it puts a mark on the character before it, which may be a blank.
    """
    told = VirtualTerminal(3 * WIDTH, HEIGHT)
    told.feed(MARKED_BLANK.sub(" ", "\n".join(rows)))
    picture = told.picture()
    for row in picture:
        while row and row[-1][0] == " ":
            row.pop()
    return picture


def frames_until_wrong(
    session: Session,
    name: tuple[str, str, str],
    seed: int,
    count: int,
    sheet: Sheet,
    coverage: Coverage,
    *,
    margins: bool,
) -> int:
    """Play the session `name` through a differ; how many of its frames were right."""
    differ = Differ(WIDTH, HEIGHT, erases_in_colour=seed % 4 != 3)
    differ.use_margins(may=margins)
    differ.feed(BEGIN + at(0, 0) + "\n".join([" " * WIDTH] * HEIGHT))
    for number, frame in enumerate(played(*name, seed, sheet, count)):
        differ.feed(frame)
        if number % 5 == 3:
            continue  # the next frame overtakes it
        if number % 11 == 6:
            differ.resize(WIDTH, HEIGHT)
        out = differ.passing() + differ.paint()
        coverage.parted[name[0], name[2]] += MARGINS in out
        session.feed(out)
        if session.seen() != session.redrawn(sheet.redrawn()):
            return number
    return count


def sweep(
    make: Callable[[], Session],
    seed: int,
    count: int,
    *,
    margins: bool = False,
    scenes: Container[str] = tuple(SCENES),
) -> tuple[list[str], Coverage]:
    """Play every session for `count` frames; those that went wrong, and what was covered."""
    wrong, coverage = [], Coverage()
    for name in sessions():
        if name[2] not in scenes:
            continue
        sheet = Sheet()
        right = frames_until_wrong(make(), name, seed, count, sheet, coverage, margins=margins)
        coverage.note(*name, right, sheet)
        if right < count:
            wrong.append(f"{', '.join(name)}: frame {right}")
    return wrong, coverage


def test_no_kind_of_row_is_missing_from_what_is_tried() -> None:
    coverage = frames.survey(12)
    assert coverage.missing() == []
    assert set(coverage.frames.values()) == {12}


def test_a_kind_that_is_not_tried_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    coverage = frames.survey(12)
    del coverage.frames["wide", "one pen", "composed"]
    del coverage.covered["wide"]["wide over wide, same pen"]
    assert coverage.missing() == ["wide, one pen, composed", "wide: wide over wide, same pen"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_row_is_drawn_apart(kind: str) -> None:
    alphabet = {cluster for glyphs in KINDS[kind] for cluster, _ in glyphs} | {"", " "}
    for ink in INKS:
        for scene in SCENES:
            sheet = Sheet()
            for _frame in played(kind, ink, scene, 0, sheet, 4):
                assert {cluster for row in sheet.cells for cluster, _ in row} <= alphabet


def test_the_glyphs_are_as_wide_as_the_layout_takes_them_to_be() -> None:
    glyphs = {glyph for alphabets in KINDS.values() for glyphs in alphabets for glyph in glyphs}
    assert {cluster for cluster, size in glyphs if cell_len(cluster) != size} == set()


def test_every_kind_of_row_is_as_if_drawn_anew_on_pyte() -> None:
    assert sweep(on_pyte, 0, 3)[0] == []


def test_every_kind_of_row_is_as_if_drawn_anew_where_widths_are_python_s() -> None:
    assert sweep(on_vt, 1, 5)[0] == []


def test_every_kind_of_row_is_as_if_drawn_anew_where_nothing_is_erased_in_colour() -> None:
    assert sweep(on_vt, 3, 3)[0] == []


def test_every_kind_of_row_is_as_if_drawn_anew_where_a_part_of_each_row_is_scrolled() -> None:
    wrong, coverage = sweep(with_margins, 4, 40, margins=True, scenes=NEXT_TO)
    assert wrong == []
    assert coverage.never_parted() == []


@needs_xterm
def test_every_kind_of_row_is_as_if_drawn_anew_on_xterm_where_a_part_is_scrolled(
    tmp_path: Path,
) -> None:
    with windows(tmp_path, WIDTH, HEIGHT) as (following, fresh):
        wrong, coverage = sweep(
            lambda: on_xterm(following, fresh), 500, 12, margins=True, scenes=(*NEXT_TO, "in panes")
        )
    assert wrong == []
    assert coverage.parted.total() > 50


def test_a_terminal_that_has_not_said_so_is_given_no_margins() -> None:
    wrong, coverage = sweep(on_vt, 4, 20, scenes=NEXT_TO)
    assert wrong == []
    assert coverage.parted.total() == 0


@needs_tmux
def test_every_kind_of_row_is_as_if_drawn_anew_on_tmux(tmp_path: Path) -> None:
    with panes(tmp_path, WIDTH, HEIGHT) as (following, fresh):
        assert sweep(lambda: on_tmux(following, fresh), 2, 3)[0] == []


def long_sweep(
    make: Callable[[], Session], seed: int, tally: Tally, *, margins: bool = False
) -> None:
    """Play every session for long, and print what was covered."""
    wrong, coverage = sweep(make, seed, part(40), margins=margins)
    tally.tried(coverage.frames.total())
    print("\n".join(coverage.lines()))
    assert wrong == []


@pytest.mark.soak
@pytest.mark.gate("redraw")
@pytest.mark.parametrize("seed", range(100, 103))
def test_long_sessions_are_as_if_drawn_anew_on_pyte(seed: int, tally: Tally) -> None:
    long_sweep(on_pyte, seed, tally)


@pytest.mark.soak
@pytest.mark.gate("redraw")
@pytest.mark.parametrize("seed", range(200, 206))
def test_long_sessions_are_as_if_drawn_anew_where_widths_are_python_s(
    seed: int, tally: Tally
) -> None:
    long_sweep(on_vt, seed, tally)


@pytest.mark.soak
@pytest.mark.gate("redraw")
@pytest.mark.parametrize("seed", range(400, 406))
def test_long_sessions_are_as_if_drawn_anew_where_a_part_of_each_row_is_scrolled(
    seed: int, tally: Tally
) -> None:
    long_sweep(with_margins, seed, tally, margins=True)


@needs_tmux
@pytest.mark.soak
@pytest.mark.gate("redraw")
@pytest.mark.parametrize("seed", range(300, 303))
def test_long_sessions_are_as_if_drawn_anew_on_tmux(
    seed: int, tally: Tally, tmp_path: Path
) -> None:
    with panes(tmp_path, WIDTH, HEIGHT) as (following, fresh):
        long_sweep(lambda: on_tmux(following, fresh), seed, tally)


@pytest.mark.twin("redraw", "a second half counted only where it changed")
def test_a_differ_that_takes_the_cursor_from_what_changed_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check above can fail: here a wide letter over another one moves the cursor by one."""
    right, is_wide = ops.strokes_of, ops.is_wide

    def wrong(y: int, old: ops.Cells, new: ops.Cells, eraser: ops.Eraser) -> list[ops.PaintOp]:
        def changed(cells: ops.Cells, x: int) -> bool:
            return is_wide(cells, x) and old[x + 1] != cells[x + 1]

        monkeypatch.setattr(ops, "is_wide", changed)
        return right(y, old, new, eraser)

    monkeypatch.setattr(grid, "strokes_of", wrong)
    failed = {name.split(",")[0] for name in sweep(on_vt, 0, 5)[0]}
    assert "wide" in failed
    assert failed.isdisjoint({"narrow", "emoji", "combining"})


@pytest.mark.twin("redraw", "a column that a narrow emoji leaves not blanked")
def test_a_differ_that_trusts_the_width_of_emoji_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(careful, "is_wide", lambda *_: False)
    assert {name.split(",")[0] for name in sweep(on_vt, 0, 3)[0]} >= {"emoji", "unsure", "mixed"}


@pytest.mark.twin("redraw", "letters across a margin torn")
def test_a_differ_that_tears_what_lies_across_a_margin_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells.CellRow, "parts_at", lambda *_: True)
    wrong, _ = sweep(with_margins, 4, 40, margins=True, scenes=NEXT_TO)
    failed = {name.split(",")[0] for name in wrong}
    assert "wide" in failed
    assert "narrow" not in failed


@needs_xterm
@pytest.mark.soak
@pytest.mark.gate("redraw")
@pytest.mark.parametrize("seed", range(500, 503))
def test_long_sessions_are_as_if_drawn_anew_on_xterm(
    seed: int, tally: Tally, tmp_path: Path
) -> None:
    with windows(tmp_path, WIDTH, HEIGHT) as (following, fresh):
        long_sweep(lambda: on_xterm(following, fresh), seed, tally, margins=True)


@pytest.mark.twin("redraw", "margins given to a terminal that has none")
def test_a_differ_that_gives_margins_to_any_terminal_is_found_out() -> None:
    wrong, _ = sweep(on_vt, 4, 8, margins=True, scenes=NEXT_TO)
    assert {name.rpartition(", ")[2].partition(":")[0] for name in wrong} >= set(BESIDE)


def half_erased_is_shown_well(folder: Path) -> bool:
    """Whether tmux shows a row of wide letters well whose first half is erased at an odd column."""
    with panes(folder, WIDTH, HEIGHT) as (following, fresh):
        session, sheet, differ = on_tmux(following, fresh), Sheet(), Differ(WIDTH, HEIGHT)
        differ.feed(BEGIN)
        for line in ([("世", 2, "44")] * (WIDTH // 2), [*[(" ", 1, "44")] * 11, ("x", 1, "31;44")]):
            sheet.write(0, 0, line)
            differ.feed(sheet.taken())
            session.feed(differ.passing() + differ.paint())
        return bool(session.seen() == session.redrawn(sheet.redrawn()))


@needs_tmux
def test_a_wide_letter_is_never_erased_by_half(tmp_path: Path) -> None:
    assert half_erased_is_shown_well(tmp_path)


@needs_tmux
@pytest.mark.twin("redraw", "wide letters erased by half")
def test_a_differ_that_erases_half_a_wide_letter_is_found_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ops, "_whole", lambda end, _: end)
    assert not half_erased_is_shown_well(tmp_path)

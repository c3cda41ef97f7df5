"""The terminal shows what Textual drew, whatever was left out on the way."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from hq_tui.terminal.screen import cell_grid as grid
from hq_tui.terminal.screen import cells
from hq_tui.terminal.screen import cursor as cursor_writer
from hq_tui.terminal.screen import paint_plan as ops
from hq_tui.terminal.screen.cells import clusters
from hq_tui.terminal.screen.differ import Differ
from hq_tui.terminal.screen.style import PLAIN, after_sgr, transition
from tests.support.gates import Tally, part
from tests.terminal.emulator import Emulator

BEGIN = "\x1b[?1049h\x1b[?7l\x1b[?25l"
WIDTH, HEIGHT, PANEL = 40, 14, 8

PLAIN_GLYPHS = ["a", "b", "w", "x", " ", " ", " "]
GLYPHS = [
    *PLAIN_GLYPHS,
    "e\u0301",
    "世",
    "界",
    "😀",
    "👨\u200d👩\u200d👧",
    "❤\ufe0f",
    "🇬🇧",
    "…",
    "─",
]
FOREGROUNDS = ["", "", "31", "97", "38;5;9", "38;2;1;2;3"]
BACKGROUNDS = ["", "", "44", "103", "48;5;7", "48;2;3;2;1"]
ATTRIBUTES = ["1", "2", "3", "4", "7", "8", "9", "21", "53"]


@dataclass
class Screens:
    """The same output, once as it is and once through a differ."""

    width: int = WIDTH
    height: int = HEIGHT
    differ: Differ = field(init=False)
    written: int = 0

    def __post_init__(self) -> None:
        self.intended = Emulator(self.width, self.height)
        self.actual = Emulator(self.width, self.height)
        self.differ = Differ(self.width, self.height)
        self.show(BEGIN)

    def show(self, data: str, *, paint: bool = True) -> str:
        """Send `data` to both, and give back what the differ made of it."""
        self.intended.feed(data)
        self.differ.feed(data)
        out = self.differ.passing()
        if paint:
            out += self.differ.paint()
        self.actual.feed(out)
        self.written += len(out)
        return out

    def agree(self) -> bool:
        """Whether both show the same, styles, links and cursor included."""
        same_cursor = self.intended.cursor == self.actual.cursor
        return same_cursor and self.intended.picture() == self.actual.picture()


def styled(rng: random.Random, width: int) -> str:
    """Random runs of styled text that fill `width` cells."""
    out = []
    while width > 0:
        codes = [code for code in ATTRIBUTES if rng.random() < 0.08]
        codes += [code for code in (rng.choice(FOREGROUNDS), rng.choice(BACKGROUNDS)) if code]
        glyphs = GLYPHS if rng.random() < 0.3 else PLAIN_GLYPHS if rng.random() < 0.7 else [" "]
        text = ""
        for _ in range(rng.randint(1, 20)):
            glyph = rng.choice(glyphs)
            size = len(clusters(glyph))
            if size > width:
                break
            text += glyph
            width -= size
        run = f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if codes else text
        if rng.random() < 0.1:
            run = f"\x1b]8;id=1;https://x.invalid/{rng.randrange(3)}\x1b\\{run}\x1b]8;;\x1b\\"
        out.append(run)
    return "".join(out)


def test_what_is_taken_for_narrow_without_a_look_is_narrow() -> None:
    taken = [one for one in map(chr, range(0x11_0000)) if cells._NARROW.fullmatch(one)]
    assert len(taken) > 1_000
    assert {get_character_cell_size(one) for one in taken} == {1}


def at(x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


def session(rng: random.Random) -> Iterator[str]:
    """Frames as an app may write them: scrolling beside a panel, edits, whole repaints."""
    pane = WIDTH - PANEL
    text = [styled(rng, pane) for _ in range(3 * HEIGHT)]
    side = [styled(rng, PANEL) for _ in range(HEIGHT)]
    top = 0
    cursor = at(0, 0)
    while True:
        kind = rng.random()
        frame = ""
        if kind < 0.45:
            top = min(max(0, top + rng.choice([1, 1, 1, 2, 3, -1, -2])), 2 * HEIGHT)
            if top == 2 * HEIGHT:
                text = text[HEIGHT:] + [styled(rng, pane) for _ in range(HEIGHT)]
                top = HEIGHT
            for y in range(HEIGHT):
                frame += at(0, y) + text[top + y]
                frame += at(pane, y) + side[y] if rng.random() < 0.5 else ""
        elif kind < 0.7:
            y = rng.randrange(HEIGHT)
            text[top + y] = styled(rng, pane)
            frame = at(0, y) + text[top + y]
        elif kind < 0.9:
            x = rng.randrange(WIDTH)
            frame = at(x, rng.randrange(HEIGHT)) + styled(rng, rng.randint(1, WIDTH - x))
        else:
            rows = [at(0, y) + styled(rng, WIDTH) for y in range(HEIGHT)]
            frame = "\n".join(rows)
        if rng.random() < 0.3:
            cursor = at(rng.randrange(WIDTH), rng.randrange(HEIGHT))
        yield frame + cursor


def frames_until_wrong(screens: Screens, seed: int, frames: int) -> int:
    """Play a session; how many frames were right."""
    rng = random.Random(seed)
    play = session(rng)
    for number in range(frames):
        paint = rng.random() < 0.8
        screens.show(next(play), paint=paint)
        if paint and not screens.agree():
            return number
    return frames


@pytest.mark.parametrize("seed", range(3))
def test_every_frame_is_shown_as_it_was_meant(seed: int) -> None:
    assert frames_until_wrong(Screens(), seed, 80) == 80


@pytest.mark.soak
@pytest.mark.gate("emulator")
@pytest.mark.parametrize("seed", range(100, 110))
def test_every_one_of_ten_thousand_frames_is_shown_as_it_was_meant(seed: int, tally: Tally) -> None:
    tally.tried(part(1000))
    assert frames_until_wrong(Screens(), seed, part(1000)) == part(1000)


@pytest.mark.twin("emulator", "rows believed to have moved")
def test_a_differ_that_forgets_nothing_after_a_scroll_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check above can fail: here rows are believed to have moved the other way."""
    right = grid.CellGrid._shift

    def wrong(self: grid.CellGrid, changed: list[int]) -> tuple[int, list[int]]:
        shift, moved = right(self, changed)
        if shift:
            self._shown = self._shown[1:] + self._shown[:1]
        return shift, moved

    monkeypatch.setattr(grid.CellGrid, "_shift", wrong)
    assert frames_until_wrong(Screens(), 0, 120) < 120


@pytest.mark.twin("emulator", "colours left out")
def test_a_differ_that_loses_colours_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor_writer, "transition", lambda *_: "")
    assert frames_until_wrong(Screens(), 0, 120) < 120


@pytest.mark.twin("emulator", "a place that was never kept")
def test_a_differ_that_goes_back_to_what_it_did_not_keep_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cursor_writer, "SAVE", "")
    assert frames_until_wrong(Screens(), 0, 120) < 120


@pytest.mark.twin("emulator", "letters drawn with the pen of others")
def test_a_differ_that_orders_strokes_and_keeps_the_pen_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ops, "_is_near", lambda *_: True)
    monkeypatch.setattr(cursor_writer.CursorWriter, "set_style", lambda *_: None)
    assert frames_until_wrong(Screens(), 0, 120) < 120


def test_scrolling_text_costs_little_more_than_the_new_lines() -> None:
    screens = Screens(100, 30)
    rng = random.Random(1)
    lines = ["".join(rng.choices("some letters", k=80)) for _ in range(70)]
    base = "\x1b[38;2;9;9;9;48;2;1;1;1m"

    def frame(top: int) -> str:
        rows = [f"{at(0, y)}{base}{lines[top + y]:<100}\x1b[0m" for y in range(30)]
        return "".join(rows) + at(0, 29)

    screens.show(frame(0))
    screens.written = raw = 0
    for top in range(1, 41):
        raw += len(frame(top))
        screens.show(frame(top))
    assert screens.agree()
    text = sum(len(line) for line in lines[30:])
    assert screens.written < 1.6 * text
    assert raw > 30 * text


def test_text_that_grows_sends_what_was_added() -> None:
    screens = Screens()
    screens.show(f"{at(0, 3)}\x1b[31mthe first\x1b[0m{' ' * 31}{at(9, 3)}")
    out = screens.show(f"{at(0, 3)}\x1b[31mthe first word\x1b[0m{' ' * 26}{at(14, 3)}")
    assert out == " word", "the pen in use is kept where nothing shows the difference"
    assert screens.agree()


def test_a_row_that_moves_and_grows_is_moved_and_not_sent_again() -> None:
    screens = Screens(60, 12)
    rng = random.Random(1)
    lines = ["".join(rng.choices("some letters", k=50)) for _ in range(20)]

    def frame(top: int, last: str) -> str:
        rows = [*lines[top : top + 9], last]
        shown = "".join(f"{at(0, y)}{row:<60}" for y, row in enumerate(rows))
        return f"{shown}{at(0, 10)}{'what stays':<60}{at(0, 11)}{'as it is':<60}{at(0, 11)}"

    screens.show(frame(0, lines[9][:20]))
    out = screens.show(frame(1, "the words that came after it"))
    assert screens.agree()
    assert not any(line[:20] in out for line in lines)
    assert lines[9][20:].rstrip() in out
    assert "what stays" not in out


BASE = "\x1b[38;2;224;224;224;48;2;18;18;18m"
CODE = "\x1b[38;2;255;196;115;48;2;30;30;30m"


def test_what_one_pen_draws_is_sent_before_the_pen_is_changed() -> None:
    screens = Screens()
    rows = [f"{at(0, y)}{BASE}say {CODE}it(){BASE} and {CODE}that(){BASE} too" for y in range(3)]
    out = screens.show("".join(rows) + at(0, 13))
    assert screens.agree()
    assert out.count("38;2;224;224;224") == 1
    assert out.count("38;2;255;196;115") == 1


def test_attributes_are_changed_where_they_stand() -> None:
    screens = Screens()
    out = screens.show(f"{at(0, 0)}{BASE}one \x1b[1mtwo\x1b[22m three{at(0, 13)}")
    assert "one \x1b[1mtwo \x1b[22mthree" in out
    assert screens.agree()


def test_the_cursor_goes_back_to_its_place_and_pen_in_two_bytes() -> None:
    screens = Screens()
    sent = [
        screens.show(f"{at(4 * n, 2)}{BASE}word{CODE}{at(4 * n, 3)}code\x1b[0m{at(7, 9)}")
        for n in range(6)
    ]
    assert sent[-1].endswith("\x1b8")
    assert sent[-1].count("38;2") == 1, "the pen of the other word came back with the place"
    assert screens.agree()


def test_a_place_that_was_kept_is_kept_anew_after_somebody_else_wrote() -> None:
    screens = Screens()
    frames = [f"{at(0, n)}{BASE}row {n}\x1b[0m{at(7, 12)}" for n in range(6)]
    assert "\x1b8" in [screens.show(frame) for frame in frames][-1]
    screens.differ.resize(WIDTH, HEIGHT)
    assert "\x1b8" not in screens.show(f"{at(0, 7)}{BASE}row{at(7, 12)}")
    assert screens.agree()


def test_half_a_screen_that_moves_is_moved_although_what_was_there_must_be_erased() -> None:
    screens = Screens(100, 20)
    rng = random.Random(1)
    lines = ["".join(rng.choices("some letters", k=70)) for _ in range(18)]
    screens.show("".join(f"{at(0, y)}{row:<100}" for y, row in enumerate(lines)) + at(0, 19))
    moved = [*lines[8:], *[""] * 8]
    out = screens.show("".join(f"{at(0, y)}{row:<100}" for y, row in enumerate(moved)) + at(0, 19))
    assert screens.agree()
    assert len(out) < 100


SPOTS = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))


@given(st.none() | SPOTS, SPOTS)
def test_every_way_leads_where_it_should_and_is_no_longer_than_the_plain_one(
    start: tuple[int, int] | None, end: tuple[int, int]
) -> None:
    emulator = Emulator(WIDTH, HEIGHT)
    emulator.feed(at(*(start or (3, 3))))
    way = cursor_writer._way(start, end)
    emulator.feed(way)
    assert emulator.cursor == end
    assert len(way.replace("\n", "\r\n")) <= len(at(*end))


def test_two_changes_of_the_pen_around_a_blank_are_sent_as_one() -> None:
    screens = Screens()
    out = screens.show(f"{at(0, 0)}\x1b[31;44mab\x1b[0m \x1b[32mcd\x1b[0m{at(0, 5)}")
    assert "\x1b[31;44mab\x1b[;32m cd" in out
    assert screens.agree()


def test_a_blank_end_of_a_row_is_erased() -> None:
    screens = Screens()
    screens.show(at(0, 0) + "x" * WIDTH + at(0, 0))
    out = screens.show(at(0, 0) + "\x1b[44m" + " " * WIDTH + "\x1b[0m" + at(0, 0))
    assert out == "\x1b[44m\x1b[K"
    assert screens.agree()


def test_a_terminal_that_cannot_erase_in_colour_gets_spaces() -> None:
    differ = Differ(WIDTH, HEIGHT, erases_in_colour=False)
    differ.feed(BEGIN + at(0, 0) + "\x1b[44m" + " " * WIDTH + "\x1b[0m")
    assert " " * WIDTH in differ.paint()


def test_nothing_is_sent_when_nothing_changed() -> None:
    screens = Screens()
    frame = at(0, 0) + "\x1b[1mbold\x1b[0m" + at(2, 2)
    screens.show(frame)
    assert screens.show(frame) == ""
    assert screens.show("\x1b[?2026h\x1b[?2026l") == ""
    assert screens.show("\x1b[?2026h" + frame + "\x1b[?2026l") == ""


def test_sync_markers_are_sent_around_what_could_tear() -> None:
    differ = Differ(WIDTH, HEIGHT)
    differ.feed(BEGIN + "\x1b[?2026h")
    differ.feed("".join(f"{at(0, y)}row {y}" for y in range(HEIGHT)))
    assert re.fullmatch(r"\x1b\[\?2026h.*\x1b\[\?2026l", differ.paint(), re.DOTALL)
    differ.feed(at(0, 0) + "one")
    assert "2026" not in differ.paint()


def test_frames_that_were_overtaken_are_never_sent() -> None:
    screens = Screens()
    sent = "".join(screens.show(f"{at(0, 0)}frame {n}", paint=False) for n in range(9))
    assert sent == ""
    assert "frame 9" in screens.show(at(0, 0) + "frame 9" + at(0, 0))
    assert screens.agree()


@pytest.mark.parametrize(
    "passed",
    [
        *("\x07", "\x1b]0;title\x07", "\x1b]52;c;YQ==\x07", "\x1b[?25h", "\x1b[?1003l", "\x1b[6n"),
        *("\x1b[?2026$p", "\x1b[>25u", "\x1b[<u", "\x1b[2 q"),
        *("\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\", "\x1bP\x1b]52;c;YQ==\x07\x1b\\"),
    ],
)
def test_what_draws_nothing_passes_and_changes_nothing(passed: str) -> None:
    screens = Screens()
    frame = at(0, 0) + "text" + at(0, 5)
    screens.show(frame)
    differ = screens.differ
    differ.feed(passed)
    assert differ.passing() == passed
    assert not differ.needs_repaint
    assert screens.show(frame) == ""


@pytest.mark.parametrize(
    "unknown", ["\x1b[2J", "\x1b[3;5r", "\x1bc", "\x1bM", "\x1b[4:3m", "\x1b[73m", "\x1b[2;5X"]
)
def test_what_is_not_understood_passes_and_everything_is_drawn_anew(unknown: str) -> None:
    differ = Differ(WIDTH, HEIGHT)
    differ.feed(BEGIN + at(0, 0) + "text" + at(0, 5))
    differ.passing()
    differ.paint()
    differ.feed(unknown)
    assert unknown in differ.passing()
    assert differ.needs_repaint
    differ.feed(at(0, 0) + "text" + at(0, 5))
    assert "text" in differ.paint()


def test_a_sequence_split_between_two_writes_is_one() -> None:
    whole, pieces = Screens(), Screens()
    data = f"{at(1, 1)}\x1b[1;31mred\x1b[0m\x1b]8;id=1;https://x.invalid\x1b\\link\x1b]8;;\x1b\\"
    whole.show(data)
    for character in data:
        pieces.differ.feed(character)
    pieces.actual.feed(pieces.differ.passing() + pieces.differ.paint())
    assert pieces.actual.picture() == whole.actual.picture()
    assert not pieces.differ.needs_repaint


@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (50, 9)])
def test_after_a_resize_everything_is_sent_again(size: tuple[int, int]) -> None:
    screens = Screens()
    frame = at(0, 0) + "text" + at(0, 5)
    screens.show(frame)
    screens.differ.resize(*size)
    assert screens.differ.size == size
    assert "text" in screens.show(frame)


def test_a_size_that_came_and_went_is_drawn_over_by_the_app() -> None:
    screens = Screens()
    screens.show(at(0, 0) + "text" + at(0, 5))
    screens.differ.resize(50, 9)
    screens.differ.resize(WIDTH, HEIGHT)
    assert "text" not in screens.differ.paint()
    assert screens.differ.needs_repaint


def test_the_same_size_reported_again_needs_no_help_from_the_app() -> None:
    screens = Screens()
    screens.show(at(0, 0) + "text" + at(0, 5))
    screens.differ.resize(WIDTH, HEIGHT)
    assert "text" in screens.differ.paint()


def test_after_coming_back_everything_is_sent_again() -> None:
    screens = Screens()
    screens.show(at(0, 0) + "\x1b[31mtext\x1b[0m" + at(0, 5))
    left = screens.show("\x1b[?1049l")
    assert left == "\x1b[m\x1b[?1049l", "the pen is laid down before the shell comes back"
    assert screens.show("$ make\r\n") == "$ make\r\n", "outside everything passes"
    screens.show("\x1b[?1049h")
    assert "text" in screens.show(at(0, 0) + "\x1b[31mtext\x1b[0m" + at(0, 5))


def test_control_characters_in_text_are_not_sent() -> None:
    screens = Screens()
    out = screens.show(at(0, 0) + "a\x0e\x08\x00\x9b31mb" + at(0, 0))
    assert "a31mb" in out
    assert not re.search("[\x00-\x1a\x7f-\x9f]", out.replace("\r", ""))


def test_half_a_wide_character_is_never_left() -> None:
    screens = Screens()
    screens.show(at(0, 0) + "a世界b" + at(0, 0))
    screens.show(at(2, 0) + "x" + at(0, 0))
    assert screens.actual.text()[0].startswith("a x界b")
    screens.show(at(WIDTH - 1, 0) + "世" + at(0, 0))
    assert screens.actual.text()[0].endswith(" ")


def test_wide_letters_over_wide_letters_are_written_side_by_side() -> None:
    screens = Screens()
    screens.show(at(0, 0) + "问题风险。" + at(0, 0))
    assert screens.show(at(0, 0) + "早晨邻居。" + at(0, 0)).startswith("早晨邻居\r")
    assert screens.show(at(0, 0) + "오븐빵집, x" + at(0, 0)).startswith("오븐빵집, x\x1b8")
    assert screens.agree()


def test_a_row_with_emoji_that_grows_sends_what_was_added() -> None:
    screens = Screens()
    screens.show(at(0, 0) + "well 😀 done" + at(12, 0))
    assert screens.show(at(0, 0) + "well 😀 done 🎉 then" + at(20, 0)).startswith("   \x1b[2D🎉")
    assert screens.agree()


PENS = st.lists(
    st.sampled_from([*ATTRIBUTES, *filter(None, FOREGROUNDS), *filter(None, BACKGROUNDS)])
    | st.sampled_from(["0", "22", "24", "27", "39", "49", "54", "55", ""]),
    max_size=5,
).map(";".join)


@given(PENS, PENS)
def test_every_pen_can_become_every_other(before: str, after: str) -> None:
    old, new = after_sgr(PLAIN, before), after_sgr(PLAIN, after)
    assert old is not None
    assert new is not None
    change = transition(old, new)
    assert (change == "") == (old is new)
    assert after_sgr(old, change[2:-1]) is new if change else old is new


@pytest.mark.parametrize("parameters", ["38", "38;5", "38;2;1;2", "38;7;1", "73", "4:3"])
def test_a_colour_that_is_not_whole_is_not_guessed(parameters: str) -> None:
    assert after_sgr(PLAIN, parameters) is None

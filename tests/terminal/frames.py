"""Frames of every kind of row, each kind apart, with the picture that they should leave.

A frame is written as Textual writes: whole runs at places. Beside it a `LayoutContext` keeps the
picture cell by cell. Widths come with the glyphs, so no code that is tested has a part in it.
`python -m tests.terminal.frames` prints how many frames of which kind are made.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

WIDTH, HEIGHT = 26, 8

Glyph = tuple[str, int]
"""A cluster, and how many columns it takes."""

WIDE = [(one, 2) for one in "问题风险早晨邻居、。早晨のパンを焼く「」오븐빵집질문"]
NARROW = [(one, 1) for one in "abwx.,é─"]
EMOJI = [
    (one, 2)
    for one in (
        "😀",
        "🎉",
        "✅",
        "👨\u200d👩\u200d👧",
        "❤\ufe0f",
        "🇬🇧",
        "👍\U0001f3fd",
        "1\ufe0f\u20e3",
    )
]
COMBINING = [
    *((one, 1) for one in ("e\u0301", "n\u0303", "a\u0308\u0323", "\u05e9\u05c1", "\u0e19\u0e49")),
    ("\u1112\u1161\u11ab", 2),
    ("\u304b\u3099", 2),
]
VOWEL_SIGNS = [(one, 1) for one in ("का", "की", "நி", "গো", "ને")]
"""One column by Rich and more on a terminal: no row is right, but each is as if drawn anew."""
UNSURE = [("\u4dc0", 2), ("\u2630", 2), ("\u268a", 2)]
BLANK = (" ", 1)

KINDS: dict[str, list[list[Glyph]]] = {
    "narrow": [[*NARROW, BLANK, BLANK]],
    "wide": [WIDE],
    "wide, blanks": [[*WIDE, BLANK, BLANK, BLANK]],
    "wide, narrow": [[*WIDE, *NARROW, BLANK]],
    "emoji": [[*EMOJI, BLANK]],
    "combining": [[*COMBINING, BLANK]],
    "vowel signs": [[*VOWEL_SIGNS, ("a", 1), BLANK, BLANK]],
    "unsure": [[*UNSURE, BLANK]],
    "mixed": [[*NARROW, *WIDE, *EMOJI, *COMBINING, *UNSURE, BLANK]],
    "row by row": [[*NARROW, BLANK], WIDE, EMOJI, COMBINING, [*UNSURE, BLANK]],
}
"""What the rows of a session are made of; of several alphabets, each row takes one."""

INKS = {
    "one pen": ["38;2;224;224;224;48;2;18;18;18"],
    "many pens": ["", "1", "31", "3;32", "44", "38;5;9;48;5;7", "4", "7;36", "38;2;1;2;3", "2;9"],
}
"""The pens of a session: SGR parameters."""

Line = list[tuple[str, int, str]]
"""Glyphs that follow each other: a cluster, its columns, its pen."""


@dataclass
class Sheet:
    """The picture that is wanted: for each cell a cluster and its pen, "" in a second half."""

    width: int = WIDTH
    height: int = HEIGHT
    cursor: tuple[int, int] = (0, 0)
    covered: Counter[str] = field(default_factory=Counter)
    """What was drawn over what, and how often."""

    def __post_init__(self) -> None:
        self.cells = [[(" ", "")] * self.width for _ in range(self.height)]
        self._written: list[str] = []

    def write(self, x: int, y: int, line: Line) -> None:
        """Draw `line` at column `x` of row `y`."""
        self._written.append(at(x, y))
        for cluster, size, cell_style in line:
            self._note(x, y, cluster, size, cell_style)
            self._cut(x, y)
            self._cut(x + size, y)
            self.cells[y][x : x + size] = [(cluster, cell_style), ("", cell_style)][:size]
            self._written.append(f"\x1b[{cell_style}m{cluster}\x1b[0m")
            x += size

    def taken(self) -> str:
        """The frame that was written since the last call."""
        frame = "".join(self._written) + at(*self.cursor)
        self._written.clear()
        return frame

    def redrawn(self) -> str:
        """The whole picture, cell by cell, for a screen on which nothing is."""
        out, used = ["\x1b[?7l"], ""
        for y, row in enumerate(self.cells):
            out.append(at(0, y))
            for x, (cluster, cell_style) in enumerate(row):
                if not cluster:
                    continue
                out.append(f"\x1b[0;{cell_style}m" if cell_style != used else "")
                used = cell_style
                if cluster.isascii():
                    out.append(cluster)
                else:
                    is_wide = x + 1 < self.width and not row[x + 1][0]
                    out += ["  " if is_wide else " ", at(x, y), cluster, at(x + 1 + is_wide, y)]
        return "".join(out) + "\x1b[m" + at(*self.cursor)

    def halves(self) -> list[tuple[int, int]]:
        """The places of all second halves."""
        rows = enumerate(self.cells)
        return [(x, y) for y, row in rows for x, (cluster, _) in enumerate(row) if not cluster]

    def _cut(self, x: int, y: int) -> None:
        """Blank the wide character that column `x` begins the second half of."""
        row = self.cells[y]
        if 0 < x < self.width and row[x][0] == "":
            row[x - 1], row[x] = (" ", row[x - 1][1]), (" ", row[x][1])

    def _note(self, x: int, y: int, cluster: str, size: int, cell_style: str) -> None:
        """Count what `cluster` is drawn over."""
        before, old_pen = self.cells[y][x]
        if (before, old_pen) == (cluster, cell_style) or BLANK[0] in (before, cluster):
            return
        under = "second half" if not before else size_of(self, x, y)
        ink = "same pen" if cell_style == old_pen else "another pen"
        self.covered[f"{WORDS[size]} over {under}, {ink}"] += 1


WORDS = {1: "narrow", 2: "wide"}
COVERINGS = [
    f"{new} over {old}, {ink}"
    for new in WORDS.values()
    for old in (*WORDS.values(), "second half")
    for ink in ("same pen", "another pen")
]
"""All that a `LayoutContext` tells apart in what was drawn over what."""


def size_of(sheet: Sheet, x: int, y: int) -> str:
    """Whether a narrow or a wide character stands at column `x` of row `y`."""
    return WORDS[2 if x + 1 < sheet.width and sheet.cells[y][x + 1][0] == "" else 1]


def at(x: int, y: int) -> str:
    """The move to column `x` of row `y`."""
    return f"\x1b[{y + 1};{x + 1}H"


@dataclass
class Writer:
    """Random text of one kind."""

    rng: random.Random
    alphabets: Sequence[Sequence[Glyph]]
    pens: Sequence[str]

    def __post_init__(self) -> None:
        self._glyphs = self.alphabets[0]

    def glyph(self, room: int = 2) -> tuple[str, int, str]:
        """One glyph that fits, in some pen."""
        if self.rng.random() < 0.05:
            self._glyphs = self.rng.choice(self.alphabets)
        fitting = [glyph for glyph in self._glyphs if glyph[1] <= room] or [BLANK]
        return (*self.rng.choice(fitting), self.rng.choice(self.pens))

    def line(self, width: int, least: int = 0) -> Line:
        """Text of at least `least` columns, padded with blanks to `width`."""
        room = self.rng.randint(least, width)
        self._glyphs = self.rng.choice(self.alphabets)
        line: Line = []
        cell_style = self.rng.choice(self.pens)
        while room > 0:
            cluster, size, other = self.glyph(room)
            cell_style = other if self.rng.random() < 0.3 else cell_style
            line.append((cluster, size, cell_style))
            room -= size
        return self.padded(line, width)

    def padded(self, line: Line, width: int) -> Line:
        """`line` and the blanks behind it."""
        room = width - sum(size for _, size, _ in line)
        return [*line, *[(" ", 1, self.pens[0])] * room]


Scene = Callable[[Sheet, Writer], Iterator[None]]
"""Draws frame after frame: each step is one."""


def _rows(sheet: Sheet, x: int, y: int, lines: Sequence[Line]) -> None:
    for number, line in enumerate(lines, y):
        sheet.write(x, number, line)


def replaced(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """Rows get another text, in place or a column further."""
    while True:
        for y in range(sheet.height):
            if writer.rng.random() < 0.5:
                x = writer.rng.choice((0, 0, 1))
                sheet.write(x, y, writer.line(sheet.width - x, least=sheet.width // 2))
        yield


def streamed(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """A text grows at its end, and its rows go up by one where the last is full."""
    lines: list[Line] = [[]]
    while True:
        for _ in range(writer.rng.randint(1, 8)):
            glyph = writer.glyph()
            if sum(size for _, size, _ in lines[-1]) + glyph[1] > sheet.width:
                lines.append([])
            lines[-1].append(glyph)
        _rows(sheet, 0, 0, [writer.padded(line, sheet.width) for line in lines[-sheet.height :]])
        yield


def scrolled(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """A long text is leafed through between a head and a foot that stay."""
    yield from _leafed(sheet, writer, [(0, sheet.width)], head=1, foot=2)


def beside_a_panel(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """A long text is leafed through beside a panel that changes now and then."""
    side = 9
    text = _leafed(sheet, writer, [(0, sheet.width - side)], head=0, foot=0)
    while True:
        next(text)
        if writer.rng.random() < 0.5:
            _rows(sheet, sheet.width - side, 2, [writer.line(side) for _ in range(3)])
        yield


def between_panels(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """A long text is leafed through between two panels that change now and then."""
    left, right = 3, 4
    text = _leafed(sheet, writer, [(left, sheet.width - left - right)], head=0, foot=0)
    while True:
        next(text)
        if writer.rng.random() < 0.5:
            _rows(sheet, 0, 1, [writer.line(left) for _ in range(3)])
            _rows(sheet, sheet.width - right, 3, [writer.line(right) for _ in range(3)])
        yield


def across_the_border(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """A long text is leafed through beside a panel, and equal rows lie across the border."""
    rng, side = writer.rng, 7
    text = _leafed(sheet, writer, [(0, sheet.width - side)], head=0, foot=0)
    while True:
        lying = writer.line(5, least=5)
        x, y = sheet.width - side - rng.choice((1, 2, 3)), rng.randrange(sheet.height - 4)
        for _ in range(4):
            next(text)
            _rows(sheet, x, y, [lying] * 4)
            yield


def in_panes(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """Two texts side by side are leafed through, each for itself."""
    half = sheet.width // 2
    yield from _leafed(sheet, writer, [(0, half), (half, sheet.width - half)], head=0, foot=1)


def _leafed(
    sheet: Sheet, writer: Writer, panes: Sequence[tuple[int, int]], head: int, foot: int
) -> Iterator[None]:
    """Texts that move up and down in `panes`: the first column and the width of each."""
    rng, size = writer.rng, sheet.height - head - foot
    for y in (*range(head), *range(sheet.height - foot, sheet.height)):
        sheet.write(0, y, writer.line(sheet.width))
    texts = [[writer.line(width) for _ in range(3 * size)] for _, width in panes]
    tops = [size for _ in panes]
    while True:
        number = rng.randrange(len(panes))
        step = rng.choice((1, 1, 1, 2, size, -1, -1, -2, -size))
        tops[number] = min(max(tops[number] + step, 0), 2 * size)
        for (x, _), text, top in zip(panes, texts, tops, strict=True):
            _rows(sheet, x, head, text[top : top + size])
        yield


def composed(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """Glyphs are typed and rubbed out in the middle of a text that wraps; the cursor is there."""
    rng, indent, rows = writer.rng, 2, 4
    width, top = sheet.width - indent, sheet.height - rows
    text: Line = []
    caret = 0
    while True:
        if rng.random() < 0.2:
            caret = rng.randint(0, len(text))
        if rng.random() < 0.65 and len(text) < rows * width // 3:
            text.insert(caret, writer.glyph())
            caret += 1
        elif caret:
            caret -= 1
            del text[caret]
        lines: list[Line] = [[]]
        column = 0
        for place, glyph in enumerate([*text, (" ", 1, writer.pens[0])]):
            column = 0 if column + glyph[1] > width else column
            lines += [[]] if column == 0 and lines[-1] else []
            if place == caret:
                sheet.cursor = (indent + column, top + len(lines) - 1)
            lines[-1].append(glyph)
            column += glyph[1]
        lines += [[] for _ in range(rows - len(lines))]
        _rows(sheet, indent, top, [writer.padded(line, width) for line in lines[:rows]])
        yield


def first_halves(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """The first halves of wide letters are overwritten."""
    yield from _halved(sheet, writer, -1)


def second_halves(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """The second halves of wide letters are overwritten."""
    yield from _halved(sheet, writer, 0)


def _halved(sheet: Sheet, writer: Writer, half: int) -> Iterator[None]:
    _rows(sheet, 0, 0, [writer.line(sheet.width, least=sheet.width) for _ in range(sheet.height)])
    rng = writer.rng
    while True:
        for _ in range(3):
            anywhere = (rng.randrange(1, sheet.width), rng.randrange(sheet.height))
            x, y = rng.choice(sheet.halves() or [anywhere])
            x += half
            glyph = writer.glyph(1) if rng.random() < 0.6 else writer.glyph(sheet.width - x)
            sheet.write(x, y, [glyph])
        if rng.random() < 0.3:
            sheet.write(0, rng.randrange(sheet.height), writer.line(sheet.width, sheet.width - 4))
        yield


def popped_up(sheet: Sheet, writer: Writer) -> Iterator[None]:
    """A box comes over a text at any column, and goes again."""
    rng = writer.rng
    while True:
        text = [writer.line(sheet.width, least=sheet.width // 2) for _ in range(sheet.height)]
        _rows(sheet, 0, 0, text)
        yield
        width = rng.randint(5, 12)
        x, y = rng.randrange(sheet.width - width), rng.randrange(sheet.height - 3)
        _rows(sheet, x, y, [writer.line(width) for _ in range(3)])
        yield
        _rows(sheet, 0, y, text[y : y + 3])
        yield


SCENES: dict[str, Scene] = {
    "replaced": replaced,
    "streamed": streamed,
    "scrolled": scrolled,
    "beside a panel": beside_a_panel,
    "between panels": between_panels,
    "across the border": across_the_border,
    "in panes": in_panes,
    "composed": composed,
    "first halves": first_halves,
    "second halves": second_halves,
    "popped up": popped_up,
}
"""What happens on the screen of a session."""

BESIDE = ("beside a panel", "between panels")
"""The scenes in which a part of each row moves and the rest stays."""


def played(kind: str, ink: str, scene: str, seed: int, sheet: Sheet, count: int) -> Iterator[str]:
    """`count` frames of one kind, drawn on `sheet`."""
    writer = Writer(random.Random(f"{kind}/{ink}/{scene}/{seed}"), KINDS[kind], INKS[ink])
    steps = SCENES[scene](sheet, writer)
    for _ in range(count):
        next(steps)
        yield sheet.taken()


@dataclass
class Coverage:
    """How many frames of which kind were tried, and what was drawn over what in them."""

    frames: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    covered: dict[str, Counter[str]] = field(default_factory=dict)
    parted: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The number of scrolls of a part of each row."""

    def note(self, kind: str, ink: str, scene: str, frames: int, sheet: Sheet) -> None:
        """Count one session."""
        self.frames[kind, ink, scene] += frames
        self.covered.setdefault(kind, Counter()).update(sheet.covered)

    def missing(self) -> list[str]:
        """What was not tried: kinds in a scene, and, of all kinds, what over what."""
        absent = [
            f"{kind}, {ink}, {scene}"
            for kind in KINDS
            for ink in INKS
            for scene in SCENES
            if not self.frames[kind, ink, scene]
        ]
        for kind, counted in ((name, self.covered.get(name, Counter())) for name in KINDS):
            absent += [f"{kind}: {what}" for what in possible(kind) if not counted[what]]
        return absent

    def never_parted(self) -> list[str]:
        """The kinds in a scene beside a panel that were never scrolled beside it."""
        names = product(KINDS, BESIDE)
        return [", ".join(name) for name in names if not self.parted[name]]

    def lines(self) -> Iterator[str]:
        """The table: kinds and pens down, scenes across, then what was drawn over what."""
        yield " " * 25 + "".join(f"{scene:>15}" for scene in SCENES)
        for kind in KINDS:
            for ink in INKS:
                counts = (self.frames[kind, ink, scene] for scene in SCENES)
                yield f"{kind + ', ' + ink:25}" + "".join(f"{count:15,}" for count in counts)
        for kind, counted in self.covered.items():
            for what in COVERINGS:
                if counted[what]:
                    yield f"{kind + ':':15}{what:40}{counted[what]:10,}"


def possible(kind: str) -> list[str]:
    """What can be drawn over what where all rows are of `kind`."""
    sizes = {size for glyphs in KINDS[kind] for cluster, size in glyphs if cluster != " "}
    over = {WORDS[size] for size in sizes} | ({"second half"} if 2 in sizes else set())
    return [
        f"{WORDS[size]} over {old}, {ink}"
        for size in sorted(sizes)
        for old in sorted(over)
        for ink in ("same pen", "another pen")
    ]


def sessions() -> Iterator[tuple[str, str, str]]:
    """Every kind with all pens in every scene."""
    return ((kind, ink, scene) for kind in KINDS for ink in INKS for scene in SCENES)


def survey(count: int) -> Coverage:
    """What `count` frames of each session cover."""
    coverage = Coverage()
    for kind, ink, scene in sessions():
        sheet = Sheet()
        for _frame in played(kind, ink, scene, 0, sheet, count):
            pass
        coverage.note(kind, ink, scene, count, sheet)
    return coverage


if __name__ == "__main__":
    print("\n".join(survey(20).lines()))

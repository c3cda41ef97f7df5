"""One entry as rows: its parts below each other, each drawn by the means it needs.

A view lives as long as the entry is near the screen. It is told the new value of its entry
and works out which of its rows changed; it does not know where on the screen it stands.
"""

from __future__ import annotations

from collections.abc import Callable

from hq_tui.core.text.sanitize import counted, sanitise
from hq_tui.ui.transcript import glyphs
from hq_tui.ui.transcript.entries import Entry, Mark, MarkKind, Part, Prose, Role, Thought, ToolCall
from hq_tui.ui.transcript.fallback import Fallback
from hq_tui.ui.transcript.layout.layout import paragraph_rows
from hq_tui.ui.transcript.layout.rows import PLAIN, TextRow, TextStyle
from hq_tui.ui.transcript.markdown.plain import PlainStream
from hq_tui.ui.transcript.markdown.sanitize_stream import SanitizeStream
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.markdown.stream import MarkdownStream

_QUIET = TextStyle(role="quiet")
_STRUCK = TextStyle(role="struck", strike=True)
_LOUD = {
    MarkKind.FAILED: "error",
    MarkKind.REFUSED: "error",
    MarkKind.CUT: "warning",
    MarkKind.LENGTH: "warning",
}
_UNFINISHED = frozenset({MarkKind.STOPPED, MarkKind.CUT, MarkKind.FAILED, MarkKind.REFUSED})

IsOpen = Callable[[int], bool]
"""True if the part with this number is unfolded."""


class Section:
    """The rows of one part, under a row of space where it needs one."""

    def __init__(self, part: Part, entry: Entry, number: int, width: int, *, gap: bool) -> None:
        self.part = part
        self.head: list[TextRow] = [TextRow()] if gap else []
        self._lead = len(self.head)
        self.changed = 0
        self._width = width
        self._intake = SanitizeStream()
        self._stream: MarkdownStream | PlainStream | None = None
        self._state: object = None
        self._number = number
        if isinstance(part, Prose):
            self._stream = _flow_for(part, entry, width)

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.head) + (self._stream.height if self._stream else 0)

    def row(self, index: int) -> TextRow:
        """One row."""
        if self._stream is None or index < len(self.head):
            return self.head[index]
        return self._stream.row(index - len(self.head))

    def can_become(self, part: Part, entry: Entry) -> bool:
        """True if `part` is this part grown, and not another one."""
        if isinstance(part, Prose) and isinstance(self.part, Prose):
            return part.struck == self.part.struck and part.text.startswith(self._intake.raw)
        return type(part) is type(self.part) and not isinstance(part, Prose)

    def update(
        self,
        part: Part,
        entry: Entry,
        budget: WorkBudget,
        *,
        final: bool,
        asking: bool,
        unfolded: bool,
    ) -> bool:
        """Draw `part`; whether all of it is drawn."""
        state = (part, final, asking, unfolded)
        if state == self._state:
            self.changed = self.height
            return True
        self.part = part
        done = True
        match part:
            case Prose():
                done = self._grow(part, part.text, budget, final=final, asking=asking)
            case Mark():
                self._set_head(_mark_rows(part, self._width))
            case Thought():
                line = _thought_line(part)
                done = self._fold(line, part.text, entry, budget, part.open, unfolded)
            case ToolCall():
                line = _tool_line(part)
                done = self._fold(line, part.input_text, entry, budget, part.open, unfolded)
        self._state = state if done else None
        return done

    def _grow(
        self, part: Part, text: str, budget: WorkBudget, *, final: bool, asking: bool
    ) -> bool:
        stream = self._stream
        if stream is None:
            return True
        clean, stable = self._intake.feed(text)
        if isinstance(part, Prose) and isinstance(stream, MarkdownStream):
            stream.seams = tuple(self._intake.place(seam) for seam in sorted(part.seams))
        if final:
            stable = len(clean)
        done = stream.update(clean, stable, budget, final=final, asking=asking)
        self.changed = min(self.changed, len(self.head) + stream.changed)
        return done

    def _set_head(self, rows: list[TextRow]) -> None:
        if self.head[self._lead :] != rows:
            self.head[self._lead :] = rows
            self.changed = 0
        else:
            self.changed = len(self.head)

    def _fold(
        self, line: str, text: str, entry: Entry, budget: WorkBudget, growing: bool, unfolded: bool
    ) -> bool:
        """Draw one line, and the text under it when it is unfolded."""
        sign = glyphs.UNFOLDED if unfolded else glyphs.FOLDED
        style = TextStyle(role="quiet", fold=f"{entry.key}\n{self._number}")
        self._set_head([TextRow(spans=((f"{sign} ", style), (line, style)), skip=2, silent=True)])
        if not unfolded:
            if self._stream is not None:
                self._stream, self._intake = None, SanitizeStream()
                self.changed = 0
            return True
        if self._stream is None or not text.startswith(self._intake.raw):
            self._stream, self._intake = (
                PlainStream(self._width, _QUIET, indent=2),
                SanitizeStream(),
            )
            self.changed = 0
        return self._grow(self.part, text, budget, final=not growing, asking=False)


def _flow_for(part: Prose, entry: Entry, width: int) -> MarkdownStream | PlainStream:
    if entry.role is Role.ASSISTANT:
        return MarkdownStream(width, _STRUCK if part.struck else PLAIN)
    style = _QUIET if entry.queued or entry.role is Role.NOTE else PLAIN
    return PlainStream(width, _STRUCK if part.struck else style)


def _mark_rows(mark: Mark, width: int) -> list[TextRow]:
    style = TextStyle(role=_LOUD.get(mark.kind, "quiet"))
    text = sanitise(mark.text).replace("\n", " ")
    rows = paragraph_rows([(text, style)], width, 0)
    for row in rows:
        row.silent = True
    return rows


def _thought_line(part: Thought) -> str:
    words = f"thinking{glyphs.ELLIPSIS}" if part.open else "thought"
    return words if part.tokens is None else f"{words} {glyphs.DOT} {counted(part.tokens, 'token')}"


def _tool_line(part: ToolCall) -> str:
    words = " ".join(sanitise(part.title).split())
    if part.open:
        words += glyphs.ELLIPSIS
    note = " ".join(sanitise(part.note).split())
    return f"{words} {glyphs.DOT} {note}" if note else words


class EntryView:
    """The rows of one entry at one width, with a blank one at the end."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.changed = 0
        """The first row that the last update may have changed."""
        self.version = 0
        """Counts the updates."""
        self.done = False
        """True if all of the entry is drawn."""
        self.entry: Entry | None = None
        self.sections: list[Section | Fallback] = []
        self.failed = False
        """True if the entry could not be drawn, and stays plain as long as this view lives."""
        self._end = TextRow(bare=True)

    @property
    def height(self) -> int:
        """The number of rows that the entry takes."""
        return sum(section.height for section in self.sections) + 1

    def row(self, index: int) -> TextRow:
        """The row `index` of the entry, counted from 0; the last one is empty."""
        for section in self.sections:
            if index < section.height:
                return section.row(index)
            index -= section.height
        return self._end

    def update(self, entry: Entry, budget: WorkBudget, is_open: IsOpen) -> None:
        """Draw `entry`, as far as the budget goes."""
        self.version += 1
        if self.failed:
            self._fall_back(entry)
            return
        self._match_sections(entry)
        asking = _asking_part(entry)
        self.done = True
        self.changed = self.height
        before = 0
        for number, (section, part) in enumerate(zip(self.sections, entry.parts, strict=True)):
            last = number + 1 == len(entry.parts)
            old = section.height
            section.changed = old
            self.done &= section.update(
                part,
                entry,
                budget,
                final=not (entry.open and last),
                asking=number == asking,
                unfolded=is_open(number),
            )
            if section.changed < old or section.height != old:
                self.changed = min(self.changed, before + section.changed)
            before += section.height
        self._label(entry)
        self.entry = entry

    def give_up(self, entry: Entry) -> None:
        """Show `entry` plain from now on."""
        self.failed = True
        self.version += 1
        self._fall_back(entry)

    def _fall_back(self, entry: Entry) -> None:
        self.sections = [Fallback(entry, self.width)]
        self.entry, self.done, self.changed = entry, True, 0

    def _match_sections(self, entry: Entry) -> None:
        """Keep the sections whose parts only grew, and begin the others anew."""
        was = self.entry
        keep = 0
        if was is None or (was.role, was.queued) == (entry.role, entry.queued):
            for section, part in zip(self.sections, entry.parts, strict=False):
                if not section.can_become(part, entry):
                    break
                keep += 1
        del self.sections[keep:]
        for number in range(keep, len(entry.parts)):
            part = entry.parts[number]
            gap = number > 0 and not _close(entry.parts[number - 1], part)
            self.sections.append(Section(part, entry, number, self._width(entry), gap=gap))

    def _width(self, entry: Entry) -> int:
        label = _label(entry)
        return max(1, self.width - (len(label) + 2 if label else 0))

    def _label(self, entry: Entry) -> None:
        label = _label(entry)
        if label and self.sections and self.sections[0].height:
            row = self.sections[0].row(0)
            if row.label != label:
                row.label, row.painted = label, None

    def place(self, index: int) -> tuple[int, int]:
        """The section in which the row `index` is, and its row there."""
        for number, section in enumerate(self.sections):
            if index < section.height:
                return number, index
            index -= section.height
        return len(self.sections), index

    def index(self, place: tuple[int, int]) -> int:
        """The row at `place`, or the nearest that there is."""
        number, row = place
        before = sum(section.height for section in self.sections[:number])
        if number >= len(self.sections):
            return before
        return before + min(row, max(0, self.sections[number].height - 1))


def _close(before: Part, part: Part) -> bool:
    """True if `part` goes right under the part before it."""
    return not isinstance(before, Prose) and not isinstance(part, Prose)


def _label(entry: Entry) -> str:
    if entry.role is not Role.USER:
        return ""
    return "queued" if entry.queued else str(entry.turn)


def _asking_part(entry: Entry) -> int:
    """The part whose last paragraph asks what waits for an answer; -1 for none."""
    if entry.role is not Role.ASSISTANT or entry.open:
        return -1
    for number in range(len(entry.parts) - 1, -1, -1):
        part = entry.parts[number]
        if isinstance(part, Mark) and part.kind in _UNFINISHED:
            return -1
        if isinstance(part, Prose):
            return -1 if part.struck else number
    return -1

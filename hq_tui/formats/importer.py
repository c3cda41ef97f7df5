"""Imports sessions from files: our JSON and JSONL, and other programs' logs and exports.

A file becomes journal records. Our JSONL holds the records, and our JSON carries them beside
the messages. If the messages were edited, or the records are missing, the events are
reconstructed from the messages, without instructions, notes and board edits.

No field is trusted. What is valid is imported, and everything else is named with its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from hq_tui.core.codec import KINDS, from_record, to_record
from hq_tui.core.events import BlockStarted, Event, SessionStarted, UnknownEvent
from hq_tui.core.json_fields import list_in, text_in
from hq_tui.core.reducer import conversation_of
from hq_tui.core.text.sanitize import one_line
from hq_tui.formats import import_claude_code
from hq_tui.formats.contents import KIND, contents_in, lacking
from hq_tui.formats.export import FORMAT, session_as_json
from hq_tui.formats.import_chats import chatgpt, claude_ai
from hq_tui.formats.import_foreign import Log, events_of_log, llm_logs
from hq_tui.formats.import_own import events_in
from hq_tui.formats.losses import Losses
from hq_tui.formats.pack import OF_THE_FILE
from hq_tui.formats.rows import Row, decoded, rows_of

Record = dict[str, Any]


class NotASession(ValueError):  # noqa: N818 - says what the file is
    """The file is none of the formats that are understood; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One session from a file, with what was left out and what could not be read."""

    source: str
    records: tuple[Record, ...]
    id: str = ""
    left_out: str = ""
    faults: tuple[str, ...] = ()
    contents: Mapping[str, bytes] = field(default_factory=dict)
    """The contents of attached files by their SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The sessions in a file, and the losses that belong to none of them."""

    sessions: tuple[Imported, ...]
    left_out: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDefaults:
    """The mode, model and instructions of a session that the file does not name."""

    mode: str
    model: str
    systems: Mapping[str, tuple[str, ...]]
    """The instructions of each mode."""
    mode_file: str = ""
    """The text of `mode` where it is one of the user's own."""
    at: float


def sessions_in(data: bytes, setting: ImportDefaults) -> Contents:
    """Every session in a file. Raises NotASession."""
    losses = Losses()
    found = rows_of(decoded(data, losses), losses)
    kinds = Counter(kind for row in found.rows if (kind := _kind_of(row.value)))
    if not kinds:
        why = found.problem if not found.is_whole else ""
        raise NotASession(f"it {why}" if why else "")
    kind = kinds.most_common(1)[0][0]
    rows = []
    for row in found.rows:
        if _kind_of(row.value) == kind or kind in _MIXED:
            rows.append(row)
        else:
            losses.lose(row.place, f"is nothing of {kind}")
    if kind in _OWN:
        found_in = _OWN[kind](rows, setting, losses)
    else:
        found_in = _from_logs(_LOGS[kind](rows), setting, losses)
    sessions = [_with_lacks(one) for one in found_in if one.records]
    if not sessions:
        raise NotASession("; ".join(losses.faults[:1]))
    return Contents(sessions=tuple(sessions), left_out=losses.left_out, faults=tuple(losses.faults))


def _with_lacks(one: Imported) -> Imported:
    """The session, with the attached files named that the file does not carry."""
    if not (names := lacking(one.records, one.contents)):
        return one
    told = f"contents of {', '.join(one_line(name, 80) for name in names)}"
    return replace(one, left_out=", ".join(filter(None, (one.left_out, told))))


def _kind_of(fields: Mapping[str, Any]) -> str:
    """The format that an object belongs to; empty if none."""
    for kind, names in _KNOWN_BY.items():
        if names <= fields.keys():
            return kind
    if isinstance(fields.get("t"), str):
        return "hq-tui JSONL"
    is_line = text_in(fields, "type") in import_claude_code.KINDS
    named = fields.keys() & {"message", "summary", "sessionId", "uuid"}
    return "Claude Code" if named and (is_line or "sessionId" in fields) else ""


_KNOWN_BY = {
    "hq-tui JSON": {"format", "turns"},
    "claude.ai": {"chat_messages"},
    "ChatGPT": {"mapping"},
    "llm": {"prompt", "response"},
}
"""The fields that an object of a format always has."""
_MIXED = frozenset({"hq-tui JSONL", "Claude Code"})
"""Formats whose lines are of many kinds, so that a strange one is looked at more closely."""


# Our own


def _exports(rows: Sequence[Row], setting: ImportDefaults, losses: Losses) -> Iterator[Imported]:
    for row in rows:
        if row.value["format"] != FORMAT or not isinstance(row.value["turns"], list):
            losses.lose(row.place, f"is not of format {FORMAT}")
        else:
            yield _from_export(row.value, setting)


_NOT_IN_JSON = "notes to the model and your own edits of the board, which JSON does not hold"


def _from_export(export: Mapping[str, Any], setting: ImportDefaults) -> Imported:
    own = Losses()
    damaged = export.get("damaged_records")
    if isinstance(damaged, int) and damaged > 0:
        own.leave_out("damaged record", count=damaged)
    records, left_out = _records_of(export), own.left_out
    if not records:
        mode = text_in(export, "mode")
        mode = mode if mode in setting.systems else setting.mode
        events = events_in(
            export, own, system=setting.systems[mode], mode=mode, model=setting.model
        )
        records = tuple(to_record(event) for event in events)
        if setting.mode_file and mode == setting.mode:
            records[0]["mode_file"] = setting.mode_file
        left_out = ", ".join(filter(None, (own.left_out, _NOT_IN_JSON)))
        if numbers := _turns_not_the_same(export, events):
            left_out += f"; how the attempts of turn {numbers} went is not known to the last detail"
    return Imported(
        source="hq-tui JSON",
        id=text_in(export, "id"),
        records=records,
        left_out=left_out,
        faults=tuple(own.faults),
        contents=dict(contents_in(_items(export.get("contents")))),
    )


def _items(value: object) -> Sequence[tuple[object, object]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _records_of(export: Mapping[str, Any]) -> tuple[Record, ...]:
    """The records that it carries, where they tell what its turns say; else none."""
    rows = list_in(export, "records")
    if not rows or any(_fault_in_record(row) for row in rows):
        return ()
    if not isinstance(from_record({**rows[0], "id": "-"}), SessionStarted):
        return ()
    records = ({**rows[0], "id": text_in(export, "id")}, *rows[1:])
    told = session_as_json(conversation_of(map(from_record, records)))
    own = {"records", "contents", "board", "damaged_records"}
    fits = all(told[name] == export.get(name) for name in told.keys() - own)
    return records if fits else ()


def _fault_in_record(record: object) -> str:
    """The reason why a record cannot be used; empty if it can."""
    kind = text_in(record, "t")
    if not isinstance(record, Mapping) or not kind:
        return "is no record"
    event = from_record(record)
    if isinstance(event, BlockStarted) and not text_in(event.data, "type"):
        return "a block of no kind begins in it"
    if kind in KINDS and isinstance(event, UnknownEvent):
        return f"a record of the kind {kind!r} in it cannot be read"
    return ""


def _turns_not_the_same(export: Mapping[str, Any], events: Sequence[Event]) -> str:
    """The turns that another export would tell otherwise, as words; empty for none."""
    again = session_as_json(conversation_of(events))["turns"]
    pairs = zip(export["turns"], again, strict=False)
    numbers = [str(other["turn"]) for row, other in pairs if row != other]
    return ", ".join(dict.fromkeys(numbers))


def _journals(rows: Sequence[Row], _setting: ImportDefaults, losses: Losses) -> Iterator[Imported]:
    """The sessions in records, each from its first record to the next one's."""
    records: list[Record] = []
    own, found = losses, dict[str, bytes]()
    for row in rows:
        if row.value.get("t") == KIND:
            found |= contents_in([(row.value.get("sha256"), row.value.get("data"))])
            continue
        if _is_changed(row):
            own.lose(row.place, "was changed since it was written, or is damaged")
        if fault := _fault_in_record(row.value):
            own.lose(row.place, fault)
        record = {name: value for name, value in row.value.items() if name not in OF_THE_FILE}
        event = from_record(record)
        if isinstance(event, SessionStarted):
            yield _journal(records, own, found)
            records, own, found = [record], Losses(), {}
        elif records and text_in(record, "t") and not (fault and isinstance(event, BlockStarted)):
            records.append(record)
        elif not records:
            losses.lose(row.place, "belongs to a session whose beginning is not in the file")
    yield _journal(records, own, found)


def _is_changed(row: Row) -> bool:
    """True if a line of a journal does not match its checksum."""
    head, mark, end = row.written.rstrip("\r").rpartition(',"crc":"')
    if not mark or "seq" not in row.value:
        return False
    return end != f'{crc32(head.encode("utf-8", "replace")):08x}"}}'


def _journal(records: Sequence[Record], own: Losses, found: Mapping[str, bytes]) -> Imported:
    return Imported(
        source="hq-tui JSONL",
        id=text_in(records[0], "id") if records else "",
        records=tuple(records),
        left_out=own.left_out if records else "",
        faults=tuple(own.faults) if records else (),
        contents=found,
    )


# Others'


def _from_logs(logs: Iterable[Log], setting: ImportDefaults, losses: Losses) -> Iterator[Imported]:
    for log in logs:
        if log.turns:
            yield _from_log(log, setting)
        else:
            losses.add(log.losses)


def _from_log(log: Log, setting: ImportDefaults) -> Imported:
    model = log.model if log.model.startswith("claude") else setting.model
    first = SessionStarted(
        id="",
        mode=setting.mode,
        model=model,
        at=log.at or setting.at,
        system=setting.systems[setting.mode],
        mode_file=setting.mode_file,
    )
    return Imported(
        source=log.source,
        records=tuple(to_record(event) for event in events_of_log(log, first)),
        left_out=log.losses.left_out,
        faults=tuple(log.losses.faults),
    )


_OWN: dict[str, Callable[[Sequence[Row], ImportDefaults, Losses], Iterator[Imported]]] = {
    "hq-tui JSON": _exports,
    "hq-tui JSONL": _journals,
}
_LOGS: dict[str, Callable[[Sequence[Row]], Iterable[Log]]] = {
    "Claude Code": import_claude_code.claude_code,
    "llm": llm_logs,
    "claude.ai": lambda rows: map(claude_ai, rows),
    "ChatGPT": lambda rows: map(chatgpt, rows),
}
"""Readers of each format."""

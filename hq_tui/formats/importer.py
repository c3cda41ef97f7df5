"""Sessions from files: our own JSON and JSONL, and the logs of other tools.

A file becomes records of the journal, as if they had happened here. Our JSONL holds the
records themselves, and our JSON carries them beside what was said: nothing is lost. Where
somebody changed the words of a JSON, or its records are missing, the words count: the
events that lead there are made up again, without the instructions, the notes and the edits
of the board. Other tools' logs give their words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from hq_tui.core.codec import from_record, to_record
from hq_tui.core.conversation import EMPTY
from hq_tui.core.events import Event, SessionStarted
from hq_tui.core.reducer import apply
from hq_tui.formats.export import session_as_json
from hq_tui.formats.import_foreign import Log, claude_code, events_of_log, llm_logs
from hq_tui.formats.import_own import events_of
from hq_tui.formats.pack import folded

Record = dict[str, Any]


class NotASession(ValueError):  # noqa: N818 - says what the text is
    """The text is none of the formats that are understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One session that was found in a file; `left_out` says in words what it does not carry."""

    source: str
    records: tuple[Record, ...]
    id: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a session gets that the file does not say: mode, model and instructions."""

    mode: str
    model: str
    systems: Mapping[str, tuple[str, ...]]
    """The instructions of each mode."""
    at: float


def sessions_in(text: str, setting: Setting) -> list[Imported]:
    """Every session in a file. Raises NotASession."""
    whole = _json(text)
    if isinstance(whole, Mapping) and whole.get("format") == 1 and "turns" in whole:
        return [_from_export(whole, setting)]
    rows = whole if isinstance(whole, list) else [_json(line) for line in text.splitlines() if line]
    found = [row for row in rows if isinstance(row, dict)]
    if found and found[0].get("t") == "session":
        return [_from_records(found, len(rows) - len(found))]
    if found and all("prompt" in row and "response" in row for row in found):
        return [_from_log(log, setting) for log in llm_logs(found)]
    if any(row.get("type") in ("user", "assistant") and "message" in row for row in found):
        return [_from_log(log, setting) for log in claude_code(found)]
    raise NotASession


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _from_export(export: Mapping[str, Any], setting: Setting) -> Imported:
    if records := _records_of(export):
        damaged = export.get("damaged_records")
        left_out = f"{damaged} damaged records" if damaged else ""
        name = str(export.get("id", ""))
        return Imported(source="hq-tui JSON", id=name, records=records, left_out=left_out)
    mode = export.get("mode")
    mode = mode if isinstance(mode, str) and mode in setting.systems else setting.mode
    try:
        events = events_of(export, system=setting.systems[mode], mode=mode)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise NotASession from error
    left_out = "notes to the model and your own edits of the board, which JSON does not hold"
    if numbers := _turns_not_the_same(export, events):
        left_out += f"; how the attempts of turn {numbers} went is not known to the last detail"
    return Imported(
        source="hq-tui JSON",
        id=str(export.get("id", "")),
        records=tuple(to_record(event) for event in events),
        left_out=left_out,
    )


def _records_of(export: Mapping[str, Any]) -> tuple[Record, ...]:
    """The records that it carries, where they tell what its turns say; else none."""
    rows = export.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return ()
    if not rows or not isinstance(from_record({**rows[0], "id": "-"}), SessionStarted):
        return ()
    records = ({**rows[0], "id": str(export.get("id", ""))}, *rows[1:])
    told = session_as_json(folded(records))
    own = {"records", "board", "damaged_records"}
    fits = all(told[name] == export.get(name) for name in told.keys() - own)
    return records if fits else ()


def _turns_not_the_same(export: Mapping[str, Any], events: Sequence[Event]) -> str:
    """The turns that another export would tell otherwise, as words; empty for none."""
    again = session_as_json(reduce(apply, events, EMPTY))["turns"]
    pairs = zip(export["turns"], again, strict=False)
    numbers = [str(row["turn"]) for row, other in pairs if row != other]
    return ", ".join(dict.fromkeys(numbers))


def _from_records(rows: Sequence[Record], spoilt: int) -> Imported:
    records = tuple(
        {key: value for key, value in row.items() if key not in {"seq", "crc", "v"}}
        for row in rows
        if isinstance(row.get("t"), str)
    )
    first = from_record(records[0])
    if not isinstance(first, SessionStarted):
        raise NotASession
    left_out = f"{spoilt} lines that are no JSON" if spoilt else ""
    return Imported(source="hq-tui JSONL", id=first.id, records=records, left_out=left_out)


def _from_log(log: Log, setting: Setting) -> Imported:
    model = log.model if log.model.startswith("claude") else setting.model
    events = events_of_log(
        log,
        SessionStarted(
            id="",
            mode=setting.mode,
            model=model,
            at=log.at or setting.at,
            system=setting.systems[setting.mode],
        ),
    )
    records = tuple(to_record(event) for event in events)
    return Imported(source=log.source, records=records, left_out=log.left_out)

"""The contents of attached files in an export: base64, by their SHA-256.

In JSON they are one object; in JSONL each is a line of a kind of its own behind the records.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hq_tui.core.events import AttachedFile
from hq_tui.core.requests.attached import Read

KIND = "content"


def contents_as_json(files: Iterable[AttachedFile], read: Read) -> dict[str, dict[str, str]]:
    """The contents of `files` that are here, as a field of the export; no field for none."""
    rows = contents_as_records(files, read)
    return {"contents": {row["sha256"]: row["data"] for row in rows}} if rows else {}


def contents_as_records(files: Iterable[AttachedFile], read: Read) -> list[dict[str, str]]:
    """The contents of `files` that are here, as records of JSONL."""
    names = dict.fromkeys(one.sha256 for one in files)
    found = ((name, data) for name in names if (data := read(name)) is not None)
    return [{"t": KIND, "sha256": name, "data": b64encode(data).decode()} for name, data in found]


def contents_in(rows: Iterable[tuple[object, object]]) -> Iterator[tuple[str, bytes]]:
    """The contents in pairs of a SHA-256 and base64; those that do not fit are left out."""
    for sha256, text in rows:
        try:
            data = b64decode(text, validate=True) if isinstance(text, str) else b""
        except ValueError:
            continue
        if hashlib.sha256(data).hexdigest() == sha256:
            yield str(sha256), data


def lacking(records: Iterable[Mapping[str, Any]], contents: Mapping[str, bytes]) -> list[str]:
    """The names of the files in `records` whose contents are not there."""
    files = (
        file
        for record in records
        for file in record.get("files") or ()
        if record.get("t") == "user" and isinstance(file, Mapping)
    )
    gone = (str(file.get("name")) for file in files if file.get("sha256") not in contents)
    return list(dict.fromkeys(gone))

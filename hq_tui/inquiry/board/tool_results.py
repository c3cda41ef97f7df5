"""The answer to a board call, and the same in words for the person.

The answer has one line for what was noted (temporary name and id), changed, settled and
proposed, then a line for each remark, for each operation that was not taken, with its reason, and
for the names that mean nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from hq_tui.inquiry.board.applied import Applied, Done
from hq_tui.inquiry.board.calls import MOST_OPS
from hq_tui.inquiry.board.model import KIND_OF, Kind

MOST_REASONS = 8
NOT_APPLIED = "not taken: the reply was not over"
"""The answer to a call of a reply that was never folded."""
NOTHING = "nothing to note"

_DONE = ("noted", "changed", "settled", "proposed")
_REFUSED = "not taken: "
_NUMBERED = re.compile(r"n\d{1,6}")
_ID = re.compile(r"\b([a-zA-Z])\d+$")
_PLACE = re.compile(r"^(?:ops\[\d+\]|n\d+|(?:change|settle) \S+)(?: \(\w+\))?:? ")
_NAMES = {
    Kind.EVIDENCE: ("piece of evidence", "pieces of evidence"),
    Kind.HYPOTHESIS: ("hypothesis", "hypotheses"),
    Kind.TENSION: ("contradiction", "contradictions"),
    Kind.ACTION: ("next step", "next steps"),
}


def tool_result_for(applied: Applied) -> tuple[str, bool]:
    """The content of the tool result for a call, and whether it is an error."""
    lines = []
    for what in _DONE:
        named = [
            f"{one.name}={one.id}" if one.name else one.id
            for one in sorted(applied.applied, key=_in_call)
            if one.what == what
        ]
        lines += [f"{what} {' '.join(named)}"] if named else []
    lines += [f"{one.id}: {one.note}" for one in applied.applied if one.note]
    reasons = [f"{one.where}: {one.reason}".lstrip(": ") for one in applied.rejected]
    lines += [f"{_REFUSED}{reason}" for reason in reasons[:MOST_REASONS]]
    lines += [f"ignored: {', '.join(applied.ignored)}"] if applied.ignored else []
    bare = "hint recorded" if applied.hint else "question recorded" if applied.asks else NOTHING
    return "\n".join(lines) or bare, bool(reasons) and not applied.applied


def _in_call(done: Done) -> int:
    """The place of an addition in its call; past the last one for what was filed beside it."""
    return int(done.name[1:]) if _NUMBERED.fullmatch(done.name) else MOST_OPS + 1


def told_ids(content: str) -> dict[str, str]:
    """The ids that an answer, of either form, gave to what was added, by temporary name."""
    old = _first_form(content)
    if old is not None:
        ids = old.get("ids")
        return {str(key): str(value) for key, value in ids.items()} if isinstance(ids, dict) else {}
    named = (word.partition("=") for word in _words(content, "noted"))
    return {name: item for name, equals, item in named if equals}


def outcome_in_words(content: str) -> tuple[str, str]:
    """The outcome of a call for the person: `noted: 1 claim` and `not taken: …`; each may be empty.

    Answers of the first version are read too.
    """
    old = _first_form(content)
    if old is None:
        noted = [word.rpartition("=")[2] for word in _words(content, "noted")]
        rest = [f"{len(found)} {what}" for what in _DONE[1:] if (found := _words(content, what))]
        lines = content.split("\n")
        reasons = [line.removeprefix(_REFUSED) for line in lines if line.startswith(_REFUSED)]
    else:
        noted, rest = list(told_ids(content).values()), []
        told = old.get("rejected") or old.get("error")
        reasons = [str(reason) for reason in told] if isinstance(told, list) else []
    noted_words = ", ".join([*_counted(noted), *rest])
    why = Counter(_PLACE.sub("", reason) for reason in reasons)
    refused = "; ".join(f"{count}× {one}" if count > 1 else one for one, count in why.items())
    return (
        f"noted: {noted_words}" if noted_words else "",
        f"{_REFUSED}{refused}" if why else "",
    )


def _words(content: str, what: str) -> Sequence[str]:
    found = (line for line in content.split("\n") if line.startswith(f"{what} "))
    return next(found, "").split()[1:]


def _first_form(content: str) -> dict[str, object] | None:
    """An answer of the first version, which was a JSON object."""
    try:
        row = json.loads(content)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _counted(ids: Iterable[str]) -> list[str]:
    """Count the items of each kind, by the letters of their ids."""
    kinds = Counter(KIND_OF[found[1].lower()] for item in ids if (found := _ID.search(item)))
    return [f"{kinds[kind]} {_name(kind, kinds[kind])}" for kind in Kind if kinds[kind]]


def _name(kind: Kind, count: int) -> str:
    plain = str(kind).replace("_", " ")
    one, many = _NAMES.get(kind, (plain, f"{plain}s"))
    return one if count == 1 else many

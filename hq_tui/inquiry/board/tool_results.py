"""What a board call is answered with.

The answer is one small JSON object: the revision, which temporary name became which id,
and what was not done and why. Only a call of which nothing could be done is an error.
"""

from __future__ import annotations

import json

from hq_tui.inquiry.board.model_ops import Applied

MOST_REASONS = 8


def tool_result_for(applied: Applied) -> tuple[str, bool]:
    """The content of the tool result for a call, and whether it is an error."""
    if applied.failed:
        reasons = [one.reason for one in applied.rejected[:MOST_REASONS]]
        return _json({"changed": 0, "error": reasons}), True
    row: dict[str, object] = {"rev": applied.board.rev}
    if ids := {change.ref: change.id for change in applied.applied if change.ref}:
        row["ids"] = ids
    if notes := [f"{one.id}: {one.note}" for one in applied.applied if one.note]:
        row["notes"] = notes
    if applied.rejected:
        row["rejected"] = [
            f"ops[{one.op}]: {one.reason}" for one in applied.rejected[:MOST_REASONS]
        ]
    return _json(row), False


def _json(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(", ", ": "))


NOT_APPLIED = '{"changed": 0, "error": ["the reply was not over"]}'
"""The answer to a call of a reply that was never folded."""

"""Rows of a table that a model begins again after a break.

A row is begun again when it would otherwise have more cells than its table has columns, and a
header when the row of dashes comes behind it only the second time.
"""

from __future__ import annotations

from hq_tui.core.resume.boundary import Boundary, bars, columns_above, is_delimiter_row
from hq_tui.core.resume.letters import in_common


def row_again(boundary: Boundary) -> int | None:
    """The length of the part of a table row that is said again from its beginning."""
    if (again := _header_again(boundary)) != 0:
        return again
    row = boundary.kept[boundary.kept.rfind("\n") + 1 :]
    columns = columns_above(boundary.kept) if row.startswith("|") else 0
    lead = len(boundary.body) - len(boundary.body.lstrip("\n"))
    body = boundary.body[lead:]
    if not columns or bars(row) > columns:
        return 0
    may_be_whole = bool(lead) and row.endswith("|")
    if may_be_whole or not any(map(str.isalnum, row)):
        return 0
    if not body.startswith(row.rstrip()):
        may_be = row.startswith(body) and not boundary.final
        return None if may_be else 0
    line, newline, _ = body.partition("\n")
    if not newline and not boundary.final:
        return None
    is_whole = bars(line) == columns + 1 and bars(row + line) > columns + 1
    is_new = f"\n{line}\n" not in boundary.kept and "||" not in line
    return lead + in_common(row, body) if is_whole and is_new else 0


def _header_again(boundary: Boundary) -> int | None:
    """The length of the first row of a table, or of its part that is here, said again."""
    above, newline, row = boundary.kept.rstrip(" \t").rpartition("\n")
    if newline and not row:
        above, _, row = above.rpartition("\n")
    is_first = row.startswith("|") and not above.rpartition("\n")[2].startswith("|")
    if not is_first or not any(map(str.isalnum, row)):
        return 0
    body = boundary.body.lstrip("\n")
    lead = len(boundary.body) - len(body)
    if not body.startswith(row):
        return None if row.startswith(body) and not boundary.final else 0
    line, ended, rest = body.partition("\n")
    dashes, ended_too, _ = rest.partition("\n")
    is_open = not ended or not (ended_too or dashes.strip("|-: "))
    if is_open and not boundary.final:
        return None
    if not is_delimiter_row(dashes) or bars(dashes) != bars(line):
        return 0
    if boundary.kept.endswith("\n"):
        return lead + len(line) + 1 if line.rstrip() == row.rstrip() else 0
    return lead + in_common(boundary.kept[len(boundary.kept.rstrip(" \t")) - len(row) :], body)

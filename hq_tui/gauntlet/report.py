"""What a run of the gauntlet came to, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from .sessions import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The counts of one partner over all sessions."""

    partner: str
    turns: int
    sessions: int
    flaws: tuple[int, int]
    by_kind: Mapping[str, tuple[int, int]]
    lexical: tuple[int, int]
    lexical_named: tuple[int, int]
    semantic: tuple[int, int]
    semantic_named: tuple[int, int]
    false_accusations: tuple[int, int]
    laid_side_by_side: int
    one_question: tuple[int, int]
    escapes: tuple[int, int]
    quotes: tuple[int, int]
    self_ended: tuple[int, int]
    noisy: int
    asked_after_tell: int = 0
    seconds: float = 0.0
    faults: int = 0

    @property
    def contradictions(self) -> tuple[int, int]:
        """Both kinds of contradiction: pairs put side by side, of all there were."""
        return (self.lexical[0] + self.semantic[0], self.lexical[1] + self.semantic[1])

    @property
    def brought_out(self) -> tuple[int, int]:
        """Both measures together: flaws exposed and contradictions side by side."""
        one, other = self.flaws, self.contradictions
        return (one[0] + other[0], one[1] + other[1])

    def as_json(self) -> dict[str, object]:
        """The report as plain data; every pair is `[hits, of]`."""
        both = {"contradictions": self.contradictions, "brought_out": self.brought_out}
        return {"gauntlet": 1, **asdict(self), **both}

    def as_table(self) -> str:
        """The report as a table of one column."""
        return table((self,))


def report_of(partner: str, turns: int, seen: Seen) -> Report:
    """The report on the summed counts of all sessions."""
    return Report(
        partner=partner,
        turns=turns,
        sessions=seen.sessions,
        flaws=(seen.exposed, seen.flaws),
        by_kind={kind: (hits, total) for kind, (hits, total) in sorted(seen.by_kind.items())},
        lexical=(seen.lexical_found, seen.lexical),
        lexical_named=(seen.lexical_named, seen.lexical),
        semantic=(seen.semantic_found, seen.semantic),
        semantic_named=(seen.semantic_named, seen.semantic),
        false_accusations=(seen.accused, seen.controls),
        laid_side_by_side=seen.laid,
        one_question=(seen.one_question, seen.asking),
        escapes=(seen.escaped, seen.escapes),
        quotes=(seen.verbatim, seen.quotes),
        self_ended=(seen.self_ended, seen.endings),
        noisy=seen.noisy,
        asked_after_tell=seen.escapes - seen.escaped,
    )


def share(pair: tuple[int, int]) -> float:
    """Hits of all, from 0 to 1; 0 when there was nothing to hit."""
    return pair[0] / pair[1] if pair[1] else 0.0


def table(reports: Sequence[Report]) -> str:
    """Several reports side by side, one column a partner."""
    kinds = sorted({kind for report in reports for kind in report.by_kind})
    full = reports[0]
    rows = [
        ("", [report.partner for report in reports]),
        ("sessions", [str(report.sessions) for report in reports]),
        ("  of these with noise", [str(report.noisy) for report in reports]),
        ("seconds", [f"{r.seconds:.1f}" if r.seconds else "-" for r in reports]),
        ("broken replies taken up again", [str(r.faults) for r in reports]),
        ("flaws exposed", [_cell(report.flaws) for report in reports]),
        *((f"  {kind}", [_cell(r.by_kind.get(kind, (0, 0))) for r in reports]) for kind in kinds),
        ("contradictions side by side", [_cell(report.contradictions) for report in reports]),
        ("  lexical", [_cell(report.lexical) for report in reports]),
        ("  lexical, named as tension", [_cell(report.lexical_named) for report in reports]),
        ("  in meaning alone", [_cell(report.semantic) for report in reports]),
        ("  in meaning, named", [_cell(report.semantic_named) for report in reports]),
        ("both together", [_cell(report.brought_out) for report in reports]),
        ("points below, flaws", [_below(full.flaws, r.flaws) for r in reports]),
        (
            "points below, contradictions",
            [_below(full.contradictions, r.contradictions) for r in reports],
        ),
        ("points below, both together", [_below(full.brought_out, r.brought_out) for r in reports]),
        ("false accusations / controls", [_plain(r.false_accusations) for r in reports]),
        ("control lines laid side by side", [str(r.laid_side_by_side) for r in reports]),
        ("exactly one question", [_cell(report.one_question) for report in reports]),
        ("escapes honoured", [_cell(report.escapes) for report in reports]),
        ("asked after a way out", [str(r.asked_after_tell) for r in reports]),
        ("quotes verified", [_cell(report.quotes) for report in reports]),
        ("invented quotes", [str(r.quotes[1] - r.quotes[0]) for r in reports]),
        ("self-ended", [_cell(report.self_ended) for report in reports]),
    ]
    width = max(len(name) for name, _ in rows) + 2
    columns = [max(len(cells[n]) for _, cells in rows) + 2 for n in range(len(reports))]
    return "\n".join(
        f"{name:<{width}}" + "".join(f"{cell:>{columns[n]}}" for n, cell in enumerate(cells))
        for name, cells in rows
    )


def _cell(pair: tuple[int, int]) -> str:
    return f"{pair[0]}/{pair[1]} {100 * share(pair):3.0f} %" if pair[1] else "-"


def _below(full: tuple[int, int], other: tuple[int, int]) -> str:
    """How many points `other` is below the first column."""
    return f"{100 * (share(full) - share(other)):.0f}" if full[1] and full != other else "-"


def _plain(pair: tuple[int, int]) -> str:
    return f"{pair[0]}/{pair[1]}" if pair[1] else "-"

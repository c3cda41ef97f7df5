"""What may be written on a command line, and what is said when it may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.errors import UsageError
from hq_tui.rehearsal.faults.faults import AT_RANDOM, EVERY, Fault, FaultKind, FaultScript
from hq_tui.rehearsal.faults.spec import fault, parse


@pytest.mark.parametrize(
    ("spec", "script"),
    [
        ("", FaultScript()),
        ("seed=7", FaultScript(seed="7")),
        (
            "seed=7,faults=overloaded@3,cut@5,jsonsplit",
            FaultScript(
                seed="7",
                faults=(
                    Fault(kind=FaultKind.OVERLOADED, first=3, last=3),
                    Fault(kind=FaultKind.CUT, first=5, last=5),
                    Fault(kind=FaultKind.JSONSPLIT),
                ),
            ),
        ),
        (
            "faults=cut@2:after=30, stall@4-6:seconds=2",
            FaultScript(
                faults=(
                    Fault(kind=FaultKind.CUT, first=2, last=2, after=30),
                    Fault(kind=FaultKind.STALL, first=4, last=6, seconds=2),
                )
            ),
        ),
        (
            "rate=0.5,kinds=cut+reset,pace=12",
            FaultScript(rate=0.5, kinds=(FaultKind.CUT, FaultKind.RESET), pace=12),
        ),
        (
            "rate_limit@1:retry_after=2",
            FaultScript(faults=(Fault(kind=FaultKind.RATE_LIMIT, last=1, retry_after=2),)),
        ),
        (
            "eof@3-:after=12c",
            FaultScript(
                faults=(
                    Fault(kind=FaultKind.EOF, first=3, last=EVERY, after=12, in_characters=True),
                )
            ),
        ),
    ],
)
def test_a_script_reads_as_it_is_written(spec: str, script: FaultScript) -> None:
    assert parse(spec) == script


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("faults=overlaoded@3", "overloaded"),
        ("sed=7", "seed"),
        ("cut@zero", "kind@3"),
        ("cut@0", "kind@3"),
        ("cut@5-x", "kind@2-4"),
        ("cut@1:retry_after=2", "after"),
        ("stall@1:seconds=soon", "seconds=1"),
        ("cut@1:after=-3", "after=1"),
        ("redirect:to=/a\nb", "to=/elsewhere"),
        ("rate=2", "rate=1"),
        ("rate=nan", "rate=1"),
        ("duplicate:event=delta", "start"),
        ("kinds=", "overloaded"),
    ],
)
def test_a_mistake_is_answered_with_the_words_there_are(spec: str, named: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(spec)
    assert named in caught.value.hint


@given(st.text(alphabet="abcdefsut@:=,-+0123456789.*", max_size=40))
def test_nothing_that_can_be_typed_breaks_the_reader(spec: str) -> None:
    try:
        parse(spec)
    except UsageError:
        pass


@given(st.integers(1, 500), st.text(max_size=8))
def test_the_same_seed_draws_the_same_faults(request: int, seed: str) -> None:
    script = FaultScript(seed=seed, rate=0.5)
    assert script.due(request) == FaultScript(seed=seed, rate=0.5).due(request)


def test_a_rate_strikes_about_that_share_with_every_kind() -> None:
    struck = [fault for n in range(1, 3001) for fault in FaultScript(seed="7", rate=0.33).due(n)]
    assert 0.30 < len(struck) / 3000 < 0.36
    assert {fault.kind for fault in struck} == set(AT_RANDOM)


@pytest.mark.parametrize(
    ("spec", "struck"),
    [("cut@2", {2}), ("cut@2-3", {2, 3}), ("cut@4-", {4, 5}), ("cut", {1, 2, 3, 4, 5})],
)
def test_a_fault_strikes_the_requests_it_names(spec: str, struck: set[int]) -> None:
    assert {n for n in range(1, 6) if fault(spec).strikes(n)} == struck


def test_drawn_faults_reach_as_far_as_they_are_told() -> None:
    near, far = parse("rate=1"), parse("rate=1,reach=300")
    places = [[one.due(number)[0].after for number in range(1, 200)] for one in (near, far)]
    assert max(places[0]) < 20
    assert 250 < max(places[1]) < 300

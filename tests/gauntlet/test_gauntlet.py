"""The gauntlet itself: that it counts what it says, and that a poor partner scores poorly."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

import pytest

from hq_tui.errors import HqError
from hq_tui.gauntlet import (
    ABLATIONS,
    Report,
    Scenarios,
    judge,
    local_partner,
    open_scenarios,
    read_folder,
    run,
    share,
    table,
)
from hq_tui.gauntlet.users import answer
from hq_tui.rehearsal.questioner import question_bank
from tests.support.gates import Tally, part

HELD_OUT = Path(__file__).parent / "held_out"
POINTS = 0.25


@cache
def scored(which: str, folder: str = "") -> Report:
    scenarios = read_folder(Path(folder)) if folder else open_scenarios()
    partner = local_partner(ABLATIONS[which])
    return asyncio.run(run(scenarios, partner, seeds=3, name=which))


@pytest.mark.parametrize("folder", ["", str(HELD_OUT)], ids=["open", "held out"])
def test_the_partner_draws_out_most_of_what_is_hidden(folder: str) -> None:
    report = scored("full", folder)
    assert share(report.flaws) >= 0.8
    assert share(report.contradictions) >= 0.6
    assert share(report.one_question) == 1.0
    assert share(report.escapes) == 1.0
    assert share(report.quotes) == 1.0
    assert share(report.self_ended) == 1.0
    assert report.false_accusations[0] == 0


@pytest.mark.parametrize("folder", ["", str(HELD_OUT)], ids=["open", "held out"])
@pytest.mark.parametrize("without", ["no memory", "random question"])
def test_without_an_ability_far_less_is_exposed(without: str, folder: str) -> None:
    whole, poor = scored("full", folder), scored(without, folder)
    assert share(whole.flaws) - share(poor.flaws) >= POINTS


@pytest.mark.parametrize("folder", ["", str(HELD_OUT)], ids=["open", "held out"])
def test_without_the_tension_check_contradictions_stay_hidden(folder: str) -> None:
    whole, poor = scored("full", folder), scored("no tension check", folder)
    assert share(whole.contradictions) - share(poor.contradictions) >= POINTS


async def accuser(messages: Sequence[Mapping[str, object]]) -> str:
    return "Why? And earlier you said “something else”: which of the two gives way?"


@pytest.mark.twin("manners", "a partner that accuses, invents and asks twice")
def test_a_partner_that_accuses_invents_and_asks_twice_is_caught() -> None:
    report = asyncio.run(run(open_scenarios(), accuser, seeds=1))
    assert report.false_accusations[0] > 0
    assert share(report.one_question) == 0.0
    assert share(report.escapes) == 0.0
    assert share(report.quotes) == 0.0
    assert share(report.self_ended) == 0.0


async def declares(messages: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    op = {"op": "ask", "text": "Go on?", "qtype": "evidence", "why": "", "targets": []}
    return [
        {"type": "text", "text": "Go on?"},
        {"type": "tool_use", "id": "x", "name": "board_update", "input": {"ops": [op]}},
    ]


def test_declaring_a_type_draws_nothing_out() -> None:
    report = asyncio.run(run(open_scenarios(), declares, seeds=1))
    assert report.flaws[0] == 0


def test_the_same_run_gives_the_same_report() -> None:
    few = Scenarios(scenarios=open_scenarios().scenarios[:2], controls=open_scenarios().controls)
    reports = [asyncio.run(run(few, local_partner(), seeds=2, parallel=n)) for n in (1, 3)]
    assert reports[0] == reports[1]


def test_the_oracle_speaks_only_to_the_right_type_on_the_topic() -> None:
    scenario = open_scenarios().scenarios[0]
    dice = Random(1)
    assert answer(scenario, (), "What do you mean by “too slow”?", dice).flaw == 0
    assert answer(scenario, (0,), "What do you mean by “too slow”?", dice).flaw == -1
    assert answer(scenario, (), "What do you mean by “cheese”?", dice).flaw == -1
    assert answer(scenario, (), "Who would disagree with “too slow”?", dice).flaw != 0


def test_the_judge_and_the_bank_mostly_agree_though_neither_knows_the_other() -> None:
    judged = [
        (each.kind, judge.type_of(each.filled(dict.fromkeys(each.slots, "some words"))))
        for each in question_bank().templates
        if each.kind in {"clarify", "assume", "evidence", "view", "imply", "meta", "tension"}
    ]
    assert sum(one == other for one, other in judged) >= 0.9 * len(judged)


def test_what_the_user_wrote_does_not_decide_the_type() -> None:
    assert judge.type_of("What do you mean by “who would disagree”?") == "clarify"


def test_a_report_can_be_read_by_people_and_by_programs() -> None:
    report = scored("full")
    assert report.as_json()["flaws"] == report.flaws
    assert "flaws exposed" in report.as_table()
    assert "no memory" in table([report, scored("no memory")])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("scenarios.json", "{"),
        ("scenarios.json", "{}"),
        ("scenarios.json", '[{"id": "x"}]'),
        ("controls.json", '[{"id": "x", "opening": "a", "turns": "no list"}]'),
    ],
)
def test_a_malformed_folder_is_refused_with_the_place(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(HqError, match=name):
        read_folder(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HqError, match="No scenarios"):
        read_folder(tmp_path)


@pytest.mark.soak
@pytest.mark.gate("manners")
def test_two_hundred_sessions_keep_their_manners(tally: Tally) -> None:
    report = asyncio.run(run(open_scenarios(), local_partner(), seeds=part(19)))
    tally.tried(report.sessions)
    assert report.sessions >= part(200)
    assert share(report.one_question) == 1.0
    assert share(report.quotes) == 1.0
    assert report.false_accusations[0] == 0

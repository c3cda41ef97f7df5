"""The gauntlet itself: that it counts what it says, and that a poor partner scores poorly."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from hq_tui.errors import HqError
from hq_tui.gauntlet import (
    ABLATIONS,
    TURNS,
    Report,
    Scenarios,
    hold,
    judge,
    local_partner,
    open_scenarios,
    read_folder,
    report_of,
    run,
    share,
    table,
)
from hq_tui.gauntlet.sessions import Seen
from hq_tui.gauntlet.users import answer
from hq_tui.rehearsal.questioner import question_bank
from tests.support.gates import Tally, part

HERE = Path(__file__).parent
SETS = {
    "open": "",
    "held out": str(HERE / "held_out"),
    "diverse": str(HERE / "diverse"),
    "written after the tuning": str(HERE / "afterwards"),
}
POINTS = 0.25
every_set = pytest.mark.parametrize("folder", SETS.values(), ids=SETS.keys())


@cache
def scored(which: str, folder: str = "") -> Report:
    scenarios = read_folder(Path(folder)) if folder else open_scenarios()
    partner = local_partner(ABLATIONS[which])
    return asyncio.run(run(scenarios, partner, seeds=1, name=which))


@every_set
def test_the_partner_draws_out_most_of_what_is_hidden(folder: str) -> None:
    report = scored("full", folder)
    assert share(report.flaws) >= 0.9
    assert share(report.contradictions) >= 0.85
    assert share(report.one_question) == 1.0
    assert share(report.escapes) == 1.0
    assert share(report.quotes) == 1.0
    assert share(report.self_ended) == 1.0
    assert report.false_accusations[0] == 0


@every_set
@pytest.mark.parametrize("without", ["no memory", "random question"])
def test_without_an_ability_far_less_is_exposed(without: str, folder: str) -> None:
    whole, poor = scored("full", folder), scored(without, folder)
    assert share(whole.flaws) - share(poor.flaws) >= POINTS


@every_set
def test_without_the_tension_check_contradictions_stay_hidden(folder: str) -> None:
    whole, poor = scored("full", folder), scored("no tension check", folder)
    assert share(whole.contradictions) - share(poor.contradictions) >= POINTS


def test_without_the_tension_check_nothing_else_is_lost() -> None:
    whole, poor = scored("full", SETS["diverse"]), scored("no tension check", SETS["diverse"])
    assert abs(share(whole.flaws) - share(poor.flaws)) < 0.05


def test_a_clash_in_meaning_is_named_once_the_user_has_said_no() -> None:
    report = scored("full", SETS["diverse"])
    assert share(report.semantic_named) >= 0.8
    assert report.false_accusations[0] == 0


def test_without_a_no_of_the_user_a_clash_in_meaning_is_never_named() -> None:
    folder = read_folder(Path(SETS["diverse"]))
    silent = Scenarios(scenarios=tuple(replace(one, commits=()) for one in folder.scenarios))
    report = asyncio.run(run(silent, local_partner(), seeds=1))
    assert share(report.semantic) >= 0.8
    assert report.semantic_named[0] == 0


def test_consistent_people_who_answer_no_would_be_accused() -> None:
    folder = read_folder(Path(SETS["diverse"]))
    controls = tuple(replace(one, commits=("No.",)) for one in folder.controls)
    report = asyncio.run(run(Scenarios(controls=controls), local_partner(), seeds=1))
    assert report.false_accusations[0] > 0


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


def test_two_shares_together_are_the_whole() -> None:
    few = Scenarios(scenarios=open_scenarios().scenarios[:3], controls=open_scenarios().controls)
    total = Seen()
    for number in (0, 1):
        total.add(asyncio.run(hold(few, local_partner(), seeds=1, share_of=(number, 2))))
    assert report_of("partner", TURNS, total) == asyncio.run(run(few, local_partner(), seeds=1))


def test_the_oracle_is_honest_only_when_both_its_lines_are_quoted() -> None:
    scenario = replace(open_scenarios().scenarios[0], commits=("No.",))
    assert scenario.pair is not None
    older, newer = scenario.pair
    both = f"Yes or no: do you still assume “{older}”, given “{newer}”?"
    assert answer(scenario, (), both, Random(1)).text == "No."
    one = f"Yes or no: do you still assume “{older}”?"
    assert answer(scenario, (), one, Random(1)).text != "No."
    question = f"Do “{older}” and “{newer}” fit together?"
    assert answer(scenario, (), question, Random(1)).text != "No."


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
        ("noise.json", '[{"id": "x"}]'),
    ],
)
def test_a_malformed_folder_is_refused_with_the_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(HqError, match=name):
        read_folder(tmp_path)


GOOD = """[
 {"id": "a",
  "mode": "examine",
  "opening": "All is well.",
  "flaws": [
   {"kind": "term", "topic": ["well"], "accepts": ["clarify"], "says": ["Well is fine."]},
   {"kind": "contradiction",
    "accepts": ["tension"],
    "says": ["Not all is well."],
    "lexical": true}],
  "fillers": ["hm"],
  "contradiction_pair": ["All is well.", "Not all is well."],
  "something_new": 3}
]"""


@pytest.mark.parametrize(
    ("good", "bad", "place"),
    [
        ('"mode": "examine"', '"mode": "examin"', r":3: \[0\].mode: 'examin'"),
        ('"opening": "All is well."', '"opening": " "', r":4: \[0\].opening"),
        ('["clarify"]', '["clarfy"]', r":6: \[0\].flaws\[0\].accepts\[0\]: 'clarfy'"),
        ('"says": ["Well is fine."]', '"say": []', r":6: \[0\].flaws\[0\].says: .*missing"),
        ('["Not all is well."]', "[]", r":9: \[0\].flaws\[1\].says: at least 1"),
        ('"lexical": true', '"lexical": "yes"', r":10: \[0\].flaws\[1\].lexical: true or"),
        ('["hm"]', '"hm"', r":11: \[0\].fillers: a list"),
        (', "Not all is well."]', "]", r":12: \[0\].contradiction_pair: at least 2"),
        ('"fillers"', '"fillers', r":11: this is not JSON"),
    ],
)
def test_a_bad_field_is_named_with_its_line(
    tmp_path: Path, good: str, bad: str, place: str
) -> None:
    assert good in GOOD
    (tmp_path / "scenarios.json").write_text(GOOD.replace(good, bad), encoding="utf-8")
    with pytest.raises(HqError, match="scenarios.json" + place):
        read_folder(tmp_path)


def test_a_field_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "scenarios.json").write_text(GOOD, encoding="utf-8")
    assert len(read_folder(tmp_path).scenarios) == 1


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

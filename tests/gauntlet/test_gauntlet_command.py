"""`hq-tui gauntlet` itself: the client path with its faults, the shares, what is printed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hq_tui.cli.gauntlet import gauntlet, reports_of, shares
from hq_tui.cli.gauntlet_work import Held, Share, held
from hq_tui.cli.options import read_options
from hq_tui.errors import GaveUpError, HqError, UsageError

FEW = [
    {
        "id": "a",
        "opening": "The lift is always slow because everyone uses it at noon.",
        "flaws": [
            {
                "kind": "term",
                "topic": ["slow"],
                "accepts": ["clarify"],
                "says": ["Slow is over two minutes."],
            }
        ],
    }
]


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "scenarios.json").write_text(json.dumps(FEW), encoding="utf-8")
    return str(tmp_path)


def test_through_the_client_and_its_faults_the_counts_are_the_same(folder: str) -> None:
    one = Share(folder=folder, seeds=1)
    through, direct = held(one), held(replace(one, through="direct"))
    assert through.faults > 0
    assert through.error == ("", "")
    assert replace(through.seen, quotes=0, verbatim=0) == replace(direct.seen, quotes=0, verbatim=0)


def test_a_partner_that_cannot_be_reached_is_an_error_to_act_on(folder: str) -> None:
    nowhere = held(Share(folder=folder, seeds=1, through="http://127.0.0.1:9", model="m"))
    assert nowhere.error[0]
    with pytest.raises(GaveUpError):
        reports_of([nowhere])


def test_the_full_partner_is_shared_out_and_the_ablations_are_whole() -> None:
    found = shares(read_options(["gauntlet", "--seeds", "5"]))
    assert [share.part for share in found if share.name == "full"] == [(0, 2), (1, 2)]
    assert {share.name for share in found} == {
        "full",
        "no memory",
        "no tension check",
        "random question",
    }
    assert {share.seeds for share in found} == {5}


def test_seconds_and_faults_of_the_shares_stand_in_the_report() -> None:
    parts = [
        Held(name="full", faults=3, seconds=2.0),
        Held(name="full", faults=4, seconds=5.0),
    ]
    (report,) = reports_of(parts)
    assert (report.faults, report.seconds) == (7, 5.0)
    assert "broken replies taken up again" in report.as_table()


def test_the_command_prints_json_for_programs(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = read_options(
        ["gauntlet", "--scenarios", folder, "--seeds", "1", "--direct", "--json"]
    )
    assert gauntlet(options) == 0
    reports = json.loads(capsys.readouterr().out)
    assert reports[0]["partner"] == "full"
    assert {"flaws", "contradictions", "brought_out", "seconds", "faults"} <= set(reports[0])


@pytest.mark.parametrize("seeds", ["0", "-1"])
def test_no_seeds_is_refused(seeds: str) -> None:
    with pytest.raises(UsageError):
        gauntlet(read_options(["gauntlet", f"--seeds={seeds}"]))


def test_a_folder_without_scenarios_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(HqError, match="No scenarios"):
        gauntlet(read_options(["gauntlet", "--scenarios", str(tmp_path)]))

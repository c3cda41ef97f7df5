"""Where a key comes from, and which ones are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hq_tui.claude.credentials import (
    LONGEST_FILE,
    Credentials,
    CredentialsKind,
    find_credentials,
)
from hq_tui.errors import CredentialsError
from tests.claude.asking import CANARY


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{CANARY}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def nothing(tmp_path: Path) -> dict[str, str]:
    """An environment without a key, whose home is empty."""
    return {"HOME": str(tmp_path)}


def test_no_key_anywhere_is_none(nothing: dict[str, str], tmp_path: Path) -> None:
    assert find_credentials(nothing) is None
    assert find_credentials(nothing, tmp_path / "absent") is None


def test_the_order_is_key_then_token_then_file_then_profile(
    nothing: dict[str, str], key_file: Path
) -> None:
    named = {"ANTHROPIC_PROFILE": "work"}
    token = {"ANTHROPIC_AUTH_TOKEN": " tok-1 "}
    key = {"ANTHROPIC_API_KEY": "key-1\n"}

    def found(*parts: dict[str, str], file: Path | None = key_file) -> tuple[object, ...]:
        env = dict(nothing)
        for part in parts:
            env.update(part)
        one = find_credentials(env, file)
        assert one is not None
        return one.kind, one.secret

    assert found(named, token, key) == (CredentialsKind.API_KEY, "key-1")
    assert found(named, token) == (CredentialsKind.AUTH_TOKEN, "tok-1")
    assert found(named) == (CredentialsKind.API_KEY, CANARY)
    assert found(named, file=None) == (CredentialsKind.PROFILE, "")


def test_an_empty_variable_counts_as_none(nothing: dict[str, str]) -> None:
    assert find_credentials({**nothing, "ANTHROPIC_API_KEY": " \n"}) is None


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
@pytest.mark.parametrize("inside", [" ", "\n", "\t", "\x00", "é", "\u200b", '\r\nx: "y"'])
def test_a_key_with_a_foreign_character_is_refused_without_being_shown(
    nothing: dict[str, str], name: str, inside: str
) -> None:
    with pytest.raises(CredentialsError) as caught:
        find_credentials({**nothing, name: f"{CANARY}{inside}{CANARY}"})
    assert name in str(caught.value)
    assert CANARY not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
def test_a_key_file_that_others_can_touch_is_refused_with_the_way_out(
    key_file: Path, mode: int
) -> None:
    key_file.chmod(mode)
    with pytest.raises(CredentialsError) as caught:
        find_credentials({}, key_file)
    assert caught.value.hint == f"chmod 600 {key_file}"
    assert CANARY not in str(caught.value)


def test_only_a_plain_file_is_a_key_file(tmp_path: Path, key_file: Path) -> None:
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(key_file)
    os.mkfifo(pipe, 0o600)
    for path, word in ((link, "symbolic link"), (pipe, "plain file"), (tmp_path, "plain file")):
        with pytest.raises(CredentialsError, match=word):
            find_credentials({}, path)


def test_a_large_or_broken_file_is_no_key(key_file: Path) -> None:
    key_file.write_bytes(b"x" * (LONGEST_FILE + 1))
    with pytest.raises(CredentialsError, match="too large"):
        find_credentials({}, key_file)
    key_file.write_bytes(b"\xff\xfe")
    with pytest.raises(CredentialsError, match="no key has"):
        find_credentials({}, key_file)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_key_file_of_somebody_else_is_refused(key_file: Path) -> None:
    os.chown(key_file, 12345, 12345)
    with pytest.raises(CredentialsError, match="another user"):
        find_credentials({}, key_file)


def test_an_empty_key_file_is_as_good_as_none(nothing: dict[str, str], key_file: Path) -> None:
    key_file.write_text("\n")
    assert find_credentials(nothing, key_file) is None


@pytest.mark.parametrize(
    ("active", "config", "source"),
    [
        (None, "default", "profile default"),
        ("work\n", "work", "profile work"),
        ("work", "default", None),
        (None, None, None),
    ],
)
def test_a_profile_counts_only_when_it_is_there(
    tmp_path: Path, active: str | None, config: str | None, source: str | None
) -> None:
    folder = tmp_path / "sdk"
    (folder / "configs").mkdir(parents=True)
    if active is not None:
        (folder / "active_config").write_text(active)
    if config is not None:
        (folder / "configs" / f"{config}.json").write_text("{}")
    found = find_credentials({"ANTHROPIC_CONFIG_DIR": str(folder)})
    expected = source and Credentials(kind=CredentialsKind.PROFILE, source=source)
    assert found == expected


def test_workload_identity_needs_all_its_parts(nothing: dict[str, str]) -> None:
    env = {
        **nothing,
        "ANTHROPIC_FEDERATION_RULE_ID": "r",
        "ANTHROPIC_ORGANIZATION_ID": "o",
    }
    assert find_credentials(env) is None
    env["ANTHROPIC_IDENTITY_TOKEN"] = "t"
    found = find_credentials(env)
    assert found == Credentials(kind=CredentialsKind.PROFILE, source="workload identity")
    for part in ("ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_ORGANIZATION_ID"):
        assert find_credentials({**env, part: ""}) is None


def test_a_profile_whose_name_no_file_can_have_is_none(nothing: dict[str, str]) -> None:
    folder = Path(nothing["HOME"]) / "sdk"
    (folder / "configs").mkdir(parents=True)
    (folder / "active_config").write_text("x" * 1000)
    assert find_credentials({**nothing, "ANTHROPIC_CONFIG_DIR": str(folder)}) is None

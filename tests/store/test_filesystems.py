"""Which folders are on the network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hq_tui.cli.doctor import checks as looking_at
from hq_tui.settings import Settings
from hq_tui.store import filesystems as mounts
from hq_tui.store.filesystems import local_folder, network_filesystem

MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home rw,relatime shared:2 - nfs4 server:/home rw,vers=4.2
31 30 8:2 / /home/ann rw - xfs /dev/sdb rw
32 22 0:41 / /mnt/two\040words rw - cifs //server/share rw
33 22 0:42 / /ssh rw master:3 propagate_from:2 - fuse.sshfs ann@server: rw
34 22 0:43 / /host rw - 9p host rw
35 22 0:44 / /over rw - ext4 /dev/sdc rw
36 22 0:45 / /over rw - lustre mds@tcp:/scratch rw
37 22 0:46 / /fuse rw - fuse.portal portal rw
a line that is spoilt
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", None),
        ("/home/bob/.local/share", "nfs4"),
        ("/home/ann/x", None),
        ("/homework", None),
        ("/mnt/two words/x", "cifs"),
        ("/ssh", "fuse.sshfs"),
        ("/host/x", "9p"),
        ("/over/x", "lustre"),
        ("/fuse/x", None),
    ],
)
def test_the_innermost_and_latest_mount_decides(path: str, kind: str | None) -> None:
    assert network_filesystem(Path(path), MOUNTINFO) == kind


def test_this_machine_can_be_asked(tmp_path: Path) -> None:
    assert network_filesystem(tmp_path / "not there yet") is None


@pytest.fixture
def home_on_the_network(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home folder that is on a file server, as the table of mounts has it."""
    table = tmp_path / "mountinfo"
    table.write_text(
        f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:40 / {home} rw - nfs4 s:/h rw\n"
    )
    monkeypatch.setattr(mounts, "_MOUNTINFO", table)
    return Settings(data_dir=home / "data", cache_dir=home / "cache", config_path=home / "c.toml")


def test_the_index_goes_to_this_machine_when_home_is_on_the_network(
    home_on_the_network: Settings, tmp_path: Path
) -> None:
    cache = home_on_the_network.cache_dir
    here = {"XDG_RUNTIME_DIR": str(tmp_path / "run")}
    assert local_folder(cache, here) == tmp_path / "run" / "hq-tui"
    there = {"XDG_RUNTIME_DIR": str(cache)}
    assert local_folder(cache, there).name == f"hq-tui-{os.getuid()}"
    assert local_folder(cache, {}).name == f"hq-tui-{os.getuid()}"
    assert local_folder(tmp_path, {}) == tmp_path


def test_doctor_says_that_home_is_on_the_network_and_where_the_index_is(
    home_on_the_network: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    verdict, found, advice = looking_at.file_system(home_on_the_network)
    assert (verdict, found) == ("note", "on the network (nfs4)")
    assert "one machine at a time" in advice
    assert str(tmp_path / "run" / "hq-tui") in advice

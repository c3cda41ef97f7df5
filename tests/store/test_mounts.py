"""Which folders are on the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.store.mounts import network_filesystem

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

"""Whether a folder is on a network file system.

Sessions may live there; what counts on it is told apart, because locks and
syncs are then only as good as the server, and a database does not belong
there at all.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

_MOUNTINFO = Path("/proc/self/mountinfo")
_NETWORK = re.compile(
    r"nfs4?|cifs|smb3|smbfs|lustre|gpfs|9p|afs|ceph|beegfs|orangefs"
    r"|(fuse\.)?(sshfs|glusterfs|cephfs|juicefs|rclone|s3fs)"
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def network_filesystem(path: Path, mountinfo: str = "") -> str | None:
    """The type of the network file system that `path` is on, or None for a local one.

    `mountinfo` is the text of `/proc/self/mountinfo`, read when it is not given.
    Where there is no such file, everything counts as local.
    """
    if not mountinfo:
        try:
            mountinfo = _MOUNTINFO.read_bytes().decode(errors="surrogateescape")
        except OSError:
            return None
    place = path.resolve()
    best, kind = -1, ""
    for line in mountinfo.split("\n"):
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) < 5:
            continue
        mounted = Path(_OCTAL.sub(lambda code: chr(int(code[1], 8)), fields[4]))
        depth = len(mounted.parts)
        if depth >= best and place.is_relative_to(mounted):
            best, kind = depth, kinds[0]
    return kind if _NETWORK.fullmatch(kind) else None


def local_folder(wanted: Path, environment: Mapping[str, str]) -> Path:
    """`wanted`, or a folder of ours on this machine where that is on the network.

    For what can be made anew at any time; it lasts as long as the machine lets it.
    """
    if network_filesystem(wanted) is None:
        return wanted
    for_now = environment.get("XDG_RUNTIME_DIR", "")
    if for_now and network_filesystem(Path(for_now)) is None:
        return Path(for_now) / "hq-tui"
    # Others may write there too: whoever uses it sees to it that the folder is ours alone.
    return Path("/var/tmp") / f"hq-tui-{os.getuid()}"  # noqa: S108

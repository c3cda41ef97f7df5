"""Detects network file systems, where locks and syncs are only as good as the server."""

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

    `mountinfo` is the text of `/proc/self/mountinfo`. Without that file, everything is local.
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
    """`wanted`, or a folder on this machine if that is on the network.

    For files that can be rebuilt at any time.
    """
    if network_filesystem(wanted) is None:
        return wanted
    for_now = environment.get("XDG_RUNTIME_DIR", "")
    if for_now and network_filesystem(Path(for_now)) is None:
        return Path(for_now) / "hq-tui"
    # Others may write there too, so the caller makes the folder private.
    return Path("/var/tmp") / f"hq-tui-{os.getuid()}"  # noqa: S108

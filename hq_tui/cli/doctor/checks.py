"""The checks of the doctor, one function each, under the name that it is shown by.

Each returns a verdict (ok, note, bad), what was found, and advice, or raises an HqError that says
both. None takes more than a few seconds.
"""

from __future__ import annotations

import os
import platform
import pwd
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from hq_tui import __version__
from hq_tui.claude.base_url import DEFAULT_BASE_URL, check_base_url, host_of, is_foreign, is_plain
from hq_tui.claude.providers import PROVIDERS
from hq_tui.claude.proxies import proxy_for
from hq_tui.cli.configuration.effective_settings import check_provider, plain_hosts
from hq_tui.cli.configuration.environment import has_true_colour
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.settings import Settings
from hq_tui.store.filesystems import local_folder, network_filesystem
from hq_tui.terminal.ascii_filter import is_utf8
from hq_tui.terminal.capabilities import ask_terminal
from hq_tui.terminal.clipboard import native_tools
from hq_tui.terminal.signals import terminal_problem

Said = tuple[str, str, str]
SLOW_DISK = 0.05
"""Seconds that making a write safe may take before it is worth a word."""
LEAST_SPACE = 50_000_000
TMUX_LINES = "set -s set-clipboard on; set -as terminal-features ',*:clipboard:RGB'"
PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


def versions() -> Said:
    """The versions of this program and its main dependencies."""
    parts = [f"hq-tui {__version__}", f"Python {platform.python_version()}"]
    for name in ("textual", "anthropic"):
        try:
            parts.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            return "bad", f"{name} is not installed", "Reinstall hq-tui."
    return "ok", ", ".join([*parts, platform.system()]), ""


def clock() -> Said:
    """A plausible date, as certificates depend on it."""
    now = datetime.now(UTC)
    said = f"{now:%Y-%m-%d %H:%M} UTC"
    if now.year < 2025:
        return "bad", f"{said} cannot be right", "Set the clock: certificates are judged by it."
    return "ok", said, ""


def terminal() -> Said:
    """A terminal that can show the app."""
    kind = os.environ.get("TERM", "")
    problem = terminal_problem(sys.stdin, sys.stderr, os.environ)
    if problem:
        return "note", f"TERM={kind or 'not set'}: no full screen, {problem}", "hq-tui --plain"
    return "ok", f"TERM={kind}", ""


def size() -> Said:
    """The size of the terminal."""
    columns, rows = shutil.get_terminal_size((0, 0))
    if not columns:
        return "note", "unknown", ""
    said = f"{columns}x{rows}"
    small = columns < 60 or rows < 16
    return ("note", said, "Better from 60x16 on; 100x30 shows all.") if small else ("ok", said, "")


def colours() -> Said:
    """The number of colours that the environment announces."""
    if os.environ.get("NO_COLOR"):
        return "ok", "none, as NO_COLOR asks", ""
    if has_true_colour(os.environ):
        return "ok", f"16 million (TERM={os.environ.get('TERM', '')})", ""
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "ok", "16 million (COLORTERM)", ""
    if "256" in os.environ.get("TERM", ""):
        return "ok", "256", "export COLORTERM=truecolor, if the terminal has more."
    return "note", "16 or fewer", 'theme = "ansi-dark" in the settings fits this.'


def locale() -> Said:
    """An encoding beyond ASCII."""
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    said = ", ".join(f"{name}={os.environ[name]}" for name in names if os.environ.get(name))
    if is_utf8(os.environ):
        return "ok", said or "not set; UTF-8 is assumed", ""
    return "note", f"{said} is not UTF-8: plain characters are used", "export LC_ALL=C.UTF-8"


def tmux() -> Said:
    """The clipboard setting of tmux."""
    if os.environ.get("STY"):
        return "note", "inside GNU screen", "Copies go through in pieces; tmux does better."
    if not os.environ.get("TMUX"):
        return "ok", "not inside tmux or screen", ""
    try:
        asked = subprocess.run(
            ["tmux", "show-options", "-sv", "set-clipboard"],  # noqa: S607 - the person's own tmux
            capture_output=True, text=True, timeout=2, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return "note", "inside tmux, which does not answer", ""
    clipboard_is = asked.stdout.strip() or "unknown"
    if clipboard_is == "off":
        return "note", "set-clipboard off: copies end in tmux", f"tmux.conf: {TMUX_LINES}"
    said = f"inside tmux, set-clipboard {clipboard_is}"
    return "ok", said, f"For clipboard and colours, tmux.conf: {TMUX_LINES}"


def answers() -> Said:
    """The terminal's answers to queries."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "note", "not asked: no terminal", ""
    answer = ask_terminal(sys.stdin.fileno(), sys.stdout.fileno())
    if answer is None:
        return "note", "the terminal gave no answer", ""
    sync = "yes" if answer.synchronises else "no"
    keys = "yes" if answer.reports_keys else "no; Ctrl+J is the new line"
    ground = {None: "not told", True: "light", False: "dark"}[answer.is_light]
    return "ok", f"pictures without tearing: {sync}; exact keys: {keys}; background: {ground}", ""


def clipboard() -> Said:
    """The way in which text is copied."""
    for command in native_tools(os.environ):
        if shutil.which(command[0]):
            return "ok", f"through {command[0]}", ""
    if os.environ.get("TMUX"):
        return "ok", "to the tmux buffer, and on where tmux is let", ""
    return "note", "by an escape sequence (OSC 52); no terminal says whether it took it", ""


def data_folder(settings: Settings) -> Said:
    """A writable and private data folder."""
    folder = _nearest(settings.data_dir)
    if not os.access(folder, os.W_OK | os.X_OK):
        return "bad", f"{folder} cannot be written", "Fix its permissions, or set HQ_TUI_DATA_DIR."
    if settings.data_dir.exists() and settings.data_dir.stat().st_mode & 0o077:
        return "note", f"{settings.data_dir} is open to others", f"chmod 700 {settings.data_dir}"
    return "ok", str(settings.data_dir), ""


def file_system(settings: Settings) -> Said:
    """The file system of the data folder."""
    index = local_folder(settings.cache_dir, os.environ)
    moved = "" if index == settings.cache_dir else f"The index of the sessions is in {index}."
    kind = network_filesystem(_nearest(settings.data_dir))
    if kind:
        advice = "Saving is slower; open a session on one machine at a time."
        return "note", f"on the network ({kind})", f"{advice} {moved}".rstrip()
    return "ok", "on this machine", moved


def disk(settings: Settings) -> Said:
    """Free disk space."""
    free = shutil.disk_usage(_nearest(settings.data_dir)).free
    said = f"{free / 1_000_000_000:.1f} GB free"
    return ("bad", said, "Make room.") if free < LEAST_SPACE else ("ok", said, "")


def saving(settings: Settings) -> Said:
    """The median time of five synced writes."""
    path = _nearest(settings.data_dir) / f".hq-tui-doctor-{os.getpid()}"
    took = []
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            for _ in range(5):
                began = time.perf_counter()
                os.write(handle, b"x" * 200)
                os.fsync(handle)
                took.append(time.perf_counter() - began)
        finally:
            os.close(handle)
            path.unlink()
    except OSError as error:
        return "bad", f"nothing can be written: {error.strerror}", "Set HQ_TUI_DATA_DIR."
    middle = sorted(took)[2]
    said = f"{1000 * middle:.1f} ms to make a write safe"
    return ("note", said, "Saving happens beside the screen.") if middle > SLOW_DISK else (
        "ok", said, ""
    )  # fmt: skip


def provider(settings: Settings) -> Said:
    """The provider, whether its part is installed, and its region and the like."""
    check_provider(settings, settings.provider)
    chosen = PROVIDERS[settings.provider]
    return "ok", ", ".join(filter(None, (chosen.title, chosen.settings(os.environ)))), ""


def address(settings: Settings) -> Said:
    """The address of the server."""
    own = settings.provider == DEFAULT_PROVIDER
    if not settings.base_url:
        return "ok", DEFAULT_BASE_URL if own else "the provider's own", ""
    url = check_base_url(settings.base_url, plain_hosts(settings))
    if is_plain(url):
        return "note", f"{url}: your words go there without encryption, and no key but key_file", ""
    if is_foreign(host_of(url)):
        return "note", f"{url}: your words and your key go there", ""
    return "ok", url, ""


def proxy(settings: Settings) -> Said:
    """The proxy in use, and the variable that names it."""
    url = settings.base_url or DEFAULT_BASE_URL
    if not settings.base_url and settings.provider != DEFAULT_PROVIDER:
        url = "https://the-provider"  # its name depends on the region
    if (found := proxy_for(url, os.environ)) is not None:
        return "ok", f"requests go through the {found.name}", ""
    names = [name for name in PROXIES if os.environ.get(name)]
    if names:
        return "ok", f"none for {urlsplit(url).hostname}, though {names[0]} is set", ""
    return "ok", "none", ""


def home() -> Said:
    """The home folder, and a name for the user."""
    folder, user = os.path.expanduser("~"), os.getuid()  # noqa: PTH111 - it never raises
    try:
        pwd.getpwuid(user)
        who = ""
    except KeyError:
        who = f"; user {user} has no name on this machine"
    if not os.path.isabs(folder):  # noqa: PTH117 - the same
        said = "HOME is not a full path" if os.environ.get("HOME") else "none"
        three = "HQ_TUI_DATA_DIR, HQ_TUI_CACHE_DIR and HQ_TUI_CONFIG"
        return "note", f"{said}{who}", f"Set HOME, or {three}."
    if not os.access(folder, os.W_OK | os.X_OK):
        return "note", f"{folder} cannot be written{who}", "Set HQ_TUI_DATA_DIR."
    return "ok", f"{folder}{who}", ""


def _nearest(folder: Path) -> Path:
    """`folder`, or the folder above it that is there."""
    return next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))


CHECKS = (versions, clock, home, terminal, size, colours, locale, tmux, answers, clipboard)
WITH_SETTINGS = (data_folder, file_system, disk, saving, provider, address, proxy)

"""Loads the settings: defaults, then file, environment and options, into one frozen value.

Every value is checked here, and a wrong one is refused with its place. Nothing is read from
the current folder: a repository must not be able to say where a key is sent.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hq_tui.core import DEFAULT_MODE, DEFAULT_PROVIDER, MODE_NAMES
from hq_tui.errors import UsageError

APP = "hq-tui"
EFFORTS = ("", "low", "medium", "high", "xhigh", "max")


_CLOUDS = ("bedrock", "bedrock-mantle", "aws", "vertex", "google-cloud", "foundry")
PROVIDERS = {DEFAULT_PROVIDER: "ANTHROPIC_BASE_URL"} | {
    name: f"ANTHROPIC_{name.upper().replace('-', '_')}_BASE_URL" for name in _CLOUDS
}
"""Every provider, and the environment variable with another address of it."""


class Settings(NamedTuple):
    """Every choice, with its built-in value. Times are in seconds."""

    data_dir: Path = Path()
    cache_dir: Path = Path()
    config_path: Path = Path()
    model: str = ""
    mode: str = DEFAULT_MODE
    instructions: str = ""
    instructions_file: str = ""
    provider: str = DEFAULT_PROVIDER
    base_url: str = ""
    allow_plain_http: tuple[str, ...] = ()
    key_file: str = ""
    theme: str = "auto"
    following: str = "auto"
    effort: str = ""
    thinking: bool = True
    max_tokens: int = 16_000
    cache: str = "5m"
    attempts: int = 6
    stall_notice: float = 10.0
    first_byte: float = 120.0
    progress: float = 60.0
    hang_up: float = 600.0
    mouse: bool = True
    slow: bool = False
    ascii: bool = False
    notify: str = "auto"
    keys: Mapping[str, str] = {}

    @property
    def sessions_dir(self) -> Path:
        """The folder of the journals."""
        return self.data_dir / "sessions"

    @property
    def modes_dir(self) -> Path:
        """The folder of the user's own modes."""
        return self.config_path.parent / "modes"


_CHOICES = {
    "theme": ("auto", "dark", "light", "ansi-dark", "ansi-light"),
    "following": ("auto", "smooth", "stepwise"),
    "effort": EFFORTS,
    "provider": tuple(PROVIDERS),
    "notify": ("auto", "off", "bell", "osc9", "osc777"),
    "cache": ("5m", "1h"),
}
_LEAST: dict[str, float] = {
    "max_tokens": 256,
    "attempts": 1,
    "stall_notice": 1,
    "first_byte": 1,
    "progress": 1,
    "hang_up": 0,
}
_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text in quotes",
    tuple: "a list of texts",
    dict: "a table of names and texts",
}
_EXAMPLES = {"allow_plain_http": '["192.168.7.20"]', "keys": '{ summary = "f7" }'}
_PLACES = {"data_dir", "cache_dir", "config_path"}

EXAMPLE = """\
# Settings of hq-tui. Every line may be left out; the values here are the built-in ones.

# model = "claude-sonnet-5-5"
# mode = "examine"            # brief, examine, tutor, review, debug, interview, or one of yours
# instructions = ""           # what Claude is to know or do in every new session
# instructions_file = ""      # the same, as a text file beside this one
# provider = "anthropic"      # bedrock, bedrock-mantle, aws, vertex, google-cloud, foundry
# base_url = ""               # another server that speaks the Messages API
# allow_plain_http = []       # hosts asked without encryption; only key_file is sent there
# key_file = ""               # a file with the API key beside this one, or a path; chmod 600

# theme = "auto"              # auto, dark, light, ansi-dark, ansi-light
# following = "auto"          # auto, smooth, stepwise: how the view follows the end
# slow = false                # treat the line as slow
# ascii = false               # plain characters only
# mouse = true
# notify = "auto"             # when a long reply ends: auto (not over ssh), off, bell, osc9, osc777

# thinking = true             # ask for a summary of the thinking where there is one
# effort = ""                 # low, medium, high, xhigh, max; empty leaves it to the model
# max_tokens = 16000
# cache = "5m"                # how long what was sent is kept cheap: 5m, or 1h if you think long
# attempts = 6                # tries for one reply
# stall_notice = 10           # seconds of silence before it is said
# first_byte = 120            # seconds to wait for the first byte
# progress = 60               # seconds without progress before asking again
# hang_up = 600               # seconds to finish a reply after the terminal is gone

# [keys]
# summary = "f7"              # any command, and more: docs/keys.md has the names
"""


def load(
    env: Mapping[str, str], options: Mapping[str, object], places: tuple[Path, Path, Path]
) -> Settings:
    """The effective settings. `places` are the default data, cache and config folders.

    Raises UsageError for a file that cannot be read or a value that is not valid.
    """
    data, cache, config = places
    _refuse_homeless(env, places)
    path = Path(env.get("HQ_TUI_CONFIG") or config / "config.toml")
    chosen: dict[str, Any] = dict(_read(path))
    said = {name: value for name, value in options.items() if value is not None}
    provider = said.get("provider", chosen.get("provider", DEFAULT_PROVIDER))
    if provider != chosen.get("provider", DEFAULT_PROVIDER):
        chosen.pop("base_url", None)  # that is the address of the other one
    if address := env.get(PROVIDERS.get(str(provider), "")):
        chosen["base_url"] = address
    chosen.update(said)
    checked = {name: _checked(name, value, path) for name, value in chosen.items()}
    checked["instructions"] = _instructions(checked, path)
    return Settings(**checked)._replace(
        data_dir=Path(env.get("HQ_TUI_DATA_DIR") or data),
        cache_dir=Path(env.get("HQ_TUI_CACHE_DIR") or cache),
        config_path=path,
    )


def _refuse_homeless(env: Mapping[str, str], places: tuple[Path, Path, Path]) -> None:
    """Raise UsageError if a folder is needed that only a home folder would give.

    Without a home, the system's answer is a path in the current folder.
    """
    names = ("HQ_TUI_DATA_DIR", "HQ_TUI_CACHE_DIR", "HQ_TUI_CONFIG")
    lacking = [
        name
        for name, place in zip(names, places, strict=True)
        if not env.get(name) and not place.is_absolute()
    ]
    if lacking:
        raise UsageError(
            "There is no home folder: HOME is not a full path, and user "
            f"{os.getuid()} has none on this machine.",
            hint=f"Set HOME, or all of {', '.join(lacking)}.",
        )


def expanded(name: str) -> Path:
    """The path that a person wrote, `~` replaced. UsageError where there is no such home."""
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError(
            f"{name!r} begins with a home folder that is not known.", hint="Give the full path."
        ) from error


def default_places() -> tuple[Path, Path, Path]:
    """The system's data, cache and config folders; not absolute without a home folder."""
    import platformdirs

    return (
        _folder(platformdirs.user_data_dir),
        _folder(platformdirs.user_cache_dir),
        _folder(platformdirs.user_config_dir),
    )


def _folder(find: Callable[[str], str]) -> Path:
    try:
        return Path(find(APP))
    except RuntimeError:
        return Path("~")


def _read(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(
            f"The settings file cannot be read: {why}.",
            hint=f"Look at {path}, or name another with HQ_TUI_CONFIG.",
        ) from error
    import tomllib  # not before the first picture where there is no such file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"The settings file is not TOML: {error}.", hint=f"Fix that line in {path}."
        ) from error


def _checked(name: str, value: Any, path: Path) -> Any:
    known = set(Settings._fields) - _PLACES
    if name not in known:
        raise UsageError(
            f"There is no setting called {name!r}.",
            hint=f"Known are {', '.join(sorted(known))}. The file is {path}.",
        )
    if name == "mode" and isinstance(value, str) and value not in MODE_NAMES:
        read_mode(path.parent / "modes", value)
    built_in = getattr(Settings(), name)
    if isinstance(built_in, float) and type(value) is int:
        value = float(value)
    elif isinstance(built_in, tuple) and isinstance(value, list):
        value = tuple(value)
    parts = value.values() if isinstance(value, dict) else value
    is_plain = not isinstance(value, dict | tuple)
    if type(value) is not type(built_in) or not (is_plain or {*map(type, parts)} <= {str}):
        raise UsageError(
            f"The setting {name} is {value!r}, which is not {_KINDS[type(built_in)]}.",
            hint=f"For example: {name} = {_EXAMPLES.get(name) or _shown(built_in)}",
        )
    if name in _CHOICES and value not in _CHOICES[name]:
        allowed = ", ".join(choice or '""' for choice in _CHOICES[name])
        raise UsageError(f"{name} cannot be {value!r}.", hint=f"Choose one of {allowed}.")
    if name in _LEAST and value < _LEAST[name]:
        raise UsageError(f"{name} cannot be {value}.", hint=f"At least {_LEAST[name]:g}.")
    return value


def mode_names(folder: Path) -> tuple[str, ...]:
    """The user's own modes in `folder`, whether they can be used or not."""
    from hq_tui.core.text.mode_file import NAME

    names = (path.stem for path in folder.glob("*.md"))
    return tuple(sorted(name for name in names if NAME.fullmatch(name) and name not in MODE_NAMES))


def mode_path(folder: Path, name: str) -> Path:
    """The file of the user's own mode `name`. Raises UsageError where it cannot be one's name."""
    from hq_tui.core.text.mode_file import NAME

    if name in MODE_NAMES or not NAME.fullmatch(name):
        why = "is a built-in mode" if name in MODE_NAMES else "cannot be the name of a mode"
        raise UsageError(f"{name!r} {why}.", hint="Take up to 30 letters, digits, - and _.")
    return folder / f"{name}.md"


def read_mode(folder: Path, name: str) -> str:
    """The text of the user's own mode `name`. Raises UsageError where it cannot be used."""
    from hq_tui.core.text.mode_file import read_mode_file

    if name not in mode_names(folder):
        known = ", ".join((*MODE_NAMES, *mode_names(folder)))
        hint = f"Choose one of {known}; yours are in {folder}."
        raise UsageError(f"There is no mode {name!r}.", hint=hint)
    return _own_text(folder / f"{name}.md", read_mode_file)


def _instructions(checked: Mapping[str, Any], path: Path) -> str:
    """The user's own instructions, from the settings or from the file that they name."""
    own, name = checked.get("instructions", ""), checked.get("instructions_file", "")
    if own and name:
        raise UsageError("Both instructions and instructions_file are set.", hint=f"Fix {path}.")
    return _own_text(path.parent / expanded(name)) if name else own


def _own_text(path: Path, check: Callable[[str], object] = str) -> str:
    """A text file that is sent with every request. Raises UsageError."""
    from hq_tui.core.text.mode_file import LARGEST, ModeFileError, decoded

    try:
        if not path.is_file():
            raise OSError(0, "not a file" if path.exists() else "no such file")
        with path.open("rb") as file:
            text = decoded(file.read(LARGEST + 1))
        check(text)
    except OSError as error:
        why = f"{path.name} cannot be read: {error.strerror}."
        raise UsageError(why, hint=f"Look at {path}.") from error
    except ModeFileError as error:
        hint = f"Fix that line in {path}."
        raise UsageError(f"{path.name}, line {error.line}: {error}.", hint=hint) from error
    return text


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')


def as_lines(settings: Settings) -> list[str]:
    """Every setting in force, a line each, for `hq-tui config show`."""
    lines = []
    for name, value in settings._asdict().items():
        shown = str(value) if isinstance(value, os.PathLike) else _shown(value)
        lines.append(f"{name} = {shown}")
    return lines

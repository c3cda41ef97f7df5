"""Every command and option, and how a command line is parsed.

A first word that is no command begins a prompt. `--rehearse` takes its script only after
an equals sign, so that it never swallows the prompt after it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, NoReturn

from hq_tui import __version__
from hq_tui.cli.options import AppOptions, AskOptions
from hq_tui.core import MODE_NAMES
from hq_tui.errors import UsageError
from hq_tui.settings import EFFORTS, PROVIDERS


class _Parser(argparse.ArgumentParser):
    def format_help(self) -> str:
        text = super().format_help().replace("--rehearse SPEC  ", "--rehearse[=SPEC]")
        return text.replace("--rehearse SPEC", "--rehearse[=SPEC]")

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[0].upper()}{message[1:]}.", hint=f"See: {self.prog} --help")


def _said(word: str) -> str:
    """A word of the command line as text; bytes that are not UTF-8 become U+FFFD.

    Not for file names: the file would not be found.
    """
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Argument(NamedTuple):
    """An option or a word of a command, as argparse takes it."""

    name: str
    how: dict[str, Any]


Arguments = Iterable["Argument | Arguments"]
"""The arguments of a command; those in an inner tuple exclude each other."""


def _value(name: str, metavar: str | None, help: str | None = None, **how: Any) -> Argument:
    return Argument(name, {"metavar": metavar, "help": help, **how})


def _switch(name: str, help: str, **how: Any) -> Argument:
    return Argument(name, {"action": "store_true", "help": help, **how})


_ID = _value("id", "ID", "the session's ID, or its first characters")
_OUTPUT = _value("-o", "FILE", "write to FILE, not to stdout", dest="output")
_JSON = _switch("--json", "print JSON")
_PROVIDER = _value(
    "--provider", None, "through which service Claude is reached", choices=tuple(PROVIDERS)
)
_SERVER = "another server of the Messages API"
_SESSION: Arguments = (
    _value("--mode", "MODE", f"{', '.join(MODE_NAMES)}, or one of your own", type=_said),
    _value("--model", "ID", "the model to use", type=_said),
    _PROVIDER,
    _value("--base-url", "URL", f"{_SERVER}; it gets your words and your key"),
    _value("--effort", None, "how much to think", choices=EFFORTS[1:]),
    _value(
        "--rehearse",
        "SPEC",
        "practise with the rule-based partner, no key needed; SPEC adds faults, "
        "for example --rehearse=faults=overloaded@1,cut@2",
    ),
    _value(
        "--attach",
        "FILE",
        "files for the first message: text, PDF, PNG, JPEG, GIF, WebP",
        nargs="+",
        action="extend",
        default=[],
    ),
    _switch("--allow-secrets", "attach files whose names look like keys, too"),
    (
        _switch("--continue", "continue the last session", dest="go_on"),
        _value("--session", "ID", "continue this session"),
    ),
)
_APP: Arguments = (
    *_SESSION,
    _switch("--slow", "assume a slow connection", default=None),
    _switch("--ascii", "use ASCII only", default=None),
    _switch("--plain", "print lines, draw no screen"),
    Argument("--version", {"action": "version", "version": f"hq-tui {__version__}"}),
)
_ASK: Arguments = (
    _value("prompt", "PROMPT", "what to say; - reads it from stdin", nargs="*", type=_said),
    *_SESSION,
    _JSON,
)
_SESSIONS: Arguments = (
    _JSON,
    _switch("--prune", "empty the trash"),
    _value(
        "--older-than",
        "DAYS",
        "with --prune: delete what was last written that long ago, in the trash or not",
        type=float,
    ),
    _value(
        "--down-to",
        "MB",
        "with --prune: also delete the oldest sessions until all take no more than this",
        type=float,
    ),
    _switch("--dry-run", "with --prune: delete nothing"),
)
_WORDS = _value("words", "WORDS", "words or their beginnings", nargs="+", type=_said)
_FORMAT = _value("--format", None, choices=("md", "html", "json", "jsonl"), default="md")
_WRITTEN = _switch("--written", "let the model write it, and check its quotations")
_LINT: Arguments = (
    _value("file", "FILE", "a brief in Markdown"),
    _value("--session", "ID", "the session it belongs to"),
)
_REHEARSE: Arguments = (
    _value("--port", "N", type=int, required=True),
    _value("--faults", "SPEC", "faults to play", default=""),
    _value("--token", None, "the key that clients must send", default=""),
    _value("--pace", None, "words per second; 0: at once", type=float, default=0.0),
    _switch("--any-model", "accept any model name"),
)
_CONFIG: Arguments = (
    _value("what", None, choices=("path", "show", "init"), nargs="?", default="show"),
    _value("--mode", "NAME", "with init: begin a mode of your own", type=_said),
)
_DOCTOR: Arguments = (
    _PROVIDER,
    _value("--base-url", "URL", _SERVER),
    _switch("--offline", "contact no server"),
    _JSON,
)
_SERVE: Arguments = (
    _value("--host", "ADDRESS", "where to listen", default="127.0.0.1"),
    _value("--port", "N", type=int, default=8000),
    _switch(
        "--anyone", "also accept connections from other machines; anyone who connects acts as you"
    ),
)


class CommandLine(NamedTuple):
    """A command: its module and function, imported when it runs, its help and its arguments."""

    run: str
    help: str
    arguments: Arguments = ()


COMMANDS: dict[str, CommandLine] = {
    "ask": CommandLine("ask.ask", "send one message and print the reply", _ASK),
    "sessions": CommandLine("sessions.sessions", "list saved sessions", _SESSIONS),
    "search": CommandLine("sessions.search", "search all sessions", (_WORDS, _JSON)),
    "show": CommandLine("sessions.show", "print a session", (_ID, _JSON)),
    "rename": CommandLine(
        "sessions.rename",
        "give a session a title",
        (_ID, _value("title", "TITLE", nargs="+", type=_said)),
    ),
    "delete": CommandLine("sessions.delete", "move a session to the trash", (_ID, _JSON)),
    "export": CommandLine("sessions.export", "export a session", (_ID, _FORMAT, _OUTPUT)),
    "import": CommandLine(
        "import_sessions.import_file",
        "import sessions from a file",
        (_value("file", "FILE", "an export or a log; - reads stdin"), _JSON),
    ),
    "brief": CommandLine("reports.brief", "print a session's brief", (_ID, _OUTPUT, _WRITTEN)),
    "lint": CommandLine("reports.lint", "check that a brief quotes only what was said", _LINT),
    "review": CommandLine("reports.review", "check how a session went", (_ID, _JSON)),
    "rehearse": CommandLine("rehearse.rehearse", "run the rehearsal server alone", _REHEARSE),
    "config": CommandLine("configuration.config.config", "print or create the settings", _CONFIG),
    "doctor": CommandLine("doctor.doctor", "check terminal, folders, key and API", _DOCTOR),
    "serve": CommandLine("serve.serve_web", "serve the app to a browser on this machine", _SERVE),
    "completions": CommandLine(
        "parser.completions",
        "print a completion script for a shell",
        (_value("shell", None, choices=("bash", "zsh", "fish")),),
    ),
    "reset": CommandLine("reset.reset", "reset the terminal after a crash"),
}
"""Every command; its name is reserved as the first word."""


def parse(argv: Sequence[str]) -> partial[int]:
    """The call that `argv` means. Raises UsageError; ends the program for --help and --version."""
    words = ["--rehearse=" if word == "--rehearse" else word for word in argv]
    if not words or words[0] not in COMMANDS:
        values = _values(app_parser(), words)
        run = "plain.plain" if values["plain"] else "run.screen"
        return partial(_function(run), AppOptions(**values))
    run = COMMANDS[words[0]].run
    values = _values(command_parser(words[0]), words[1:])
    if words[0] == "ask":
        return partial(_function(run), AskOptions(**values))
    return partial(_function(run), **values)


def _values(parser: argparse.ArgumentParser, words: Sequence[str]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(parser.parse_args(words)).items()
    }


def _function(run: str) -> Callable[..., int]:
    """The function of a command; its parameters are named as the options."""
    module, _, name = run.rpartition(".")
    function: Callable[..., int] = getattr(import_module(f"hq_tui.cli.{module}"), name)
    return function


def command_parser(name: str) -> argparse.ArgumentParser:
    """The parser of the words behind a command."""
    command = COMMANDS[name]
    parser = _Parser(prog=f"hq-tui {name}", description=command.help)
    _add(parser, command.arguments)
    return parser


def _add(parser: argparse._ActionsContainer, arguments: Arguments) -> None:
    for one in arguments:
        if isinstance(one, Argument):
            parser.add_argument(one.name, **one.how)
        else:
            _add(parser.add_mutually_exclusive_group(), one)


def app_parser() -> argparse.ArgumentParser:
    """The options of the app itself, with the commands listed below them."""
    listed = "\n".join(f"  {name:<10} {command.help}" for name, command in COMMANDS.items())
    parser = _Parser(
        prog="hq-tui",
        description="Think with Claude in the terminal: it asks one question at a time.",
        epilog=f"commands:\n{listed}\n\nhq-tui COMMAND --help shows the options of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    prompt = _value("prompt", "PROMPT", "the first message", nargs="*", type=_said)
    _add(parser, (prompt, *_APP))
    return parser


def whole_parser(complete_files: object = None) -> argparse.ArgumentParser:
    """One parser with the app's options and every command, for completions and the manual.

    It does not parse command lines, where a first word that is no command begins a prompt.
    `complete_files` is what shtab does for FILE.
    """
    parser = _Parser(prog="hq-tui")
    _add(parser, _APP)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=command.help, description=command.help)
        _add(one, command.arguments)
        for action in one._actions:  # noqa: SLF001 - argparse has no public list of them
            if action.metavar == "FILE":
                action.complete = complete_files  # type: ignore[attr-defined] # read by shtab
            if action.metavar == "MODE":
                action.choices = MODE_NAMES  # completed; others are taken too
    return parser


def completions(*, shell: str) -> int:
    """Print the script that lets a shell complete commands, options and files."""
    import shtab

    print(shtab.complete(whole_parser(complete_files=shtab.FILE), shell=shell))
    return 0

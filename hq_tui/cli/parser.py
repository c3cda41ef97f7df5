"""Every command and option, and how a command line is parsed.

A first word that is no command begins a prompt. `--rehearse` takes its script only after
an equals sign, so that it never swallows the prompt after it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple, NoReturn, get_type_hints

from hq_tui import __version__
from hq_tui.core import MODE_NAMES
from hq_tui.errors import UsageError
from hq_tui.settings import PROVIDERS


class _Parser(argparse.ArgumentParser):
    def format_help(self) -> str:
        text = super().format_help().replace("--rehearse SPEC  ", "--rehearse[=SPEC]")
        return text.replace("--rehearse SPEC", "--rehearse[=SPEC]")

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[0].upper()}{message[1:]}.", hint=f"See: {self.prog} --help")


def _session_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mode", type=_said, metavar="MODE", help=f"{', '.join(MODE_NAMES)}, or one of your own"
    )
    parser.add_argument("--model", type=_said, metavar="ID", help="the model to use")
    _provider(parser)
    parser.add_argument(
        "--base-url",
        metavar="URL",
        help="another server of the Messages API; it gets your words and your key",
    )
    parser.add_argument(
        "--effort", choices=("low", "medium", "high", "xhigh", "max"), help="how much to think"
    )
    parser.add_argument(
        "--rehearse",
        metavar="SPEC",
        help="practise with the rule-based partner, no key needed; SPEC adds faults, "
        "for example --rehearse=faults=overloaded@1,cut@2",
    )
    parser.add_argument(
        "--attach",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="files for the first message: text, PDF, PNG, JPEG, GIF, WebP",
    )
    parser.add_argument(
        "--allow-secrets", action="store_true", help="attach files whose names look like keys, too"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--continue", dest="go_on", action="store_true", help="continue the last session"
    )
    which.add_argument("--session", metavar="ID", help="continue this session")


def _provider(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--provider", choices=tuple(PROVIDERS), help="through which service Claude is reached"
    )


def _said(word: str) -> str:
    """A word of the command line as text; bytes that are not UTF-8 become U+FFFD.

    Not for file names: the file would not be found.
    """
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _with_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the session's ID, or its first characters")


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", dest="output", metavar="FILE", help="write to FILE, not to stdout")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "prompt", nargs="*", type=_said, metavar="PROMPT", help="what to say; - reads it from stdin"
    )
    _session_options(parser)
    _json(parser)


def _sessions(parser: argparse.ArgumentParser) -> None:
    _json(parser)
    parser.add_argument("--prune", action="store_true", help="empty the trash")
    parser.add_argument(
        "--older-than",
        type=float,
        metavar="DAYS",
        help="with --prune: delete what was last written that long ago, in the trash or not",
    )
    parser.add_argument(
        "--down-to",
        type=float,
        metavar="MB",
        help="with --prune: also delete the oldest sessions until all take no more than this",
    )
    parser.add_argument("--dry-run", action="store_true", help="with --prune: delete nothing")


def _search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs="+", type=_said, metavar="WORDS", help="words or their beginnings"
    )
    _json(parser)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an export or a log; - reads stdin")
    _json(parser)


def _rename(parser: argparse.ArgumentParser) -> None:
    _with_id(parser)
    parser.add_argument("title", nargs="+", type=_said, metavar="TITLE")


def _show(parser: argparse.ArgumentParser) -> None:
    _with_id(parser)
    _json(parser)


def _export(parser: argparse.ArgumentParser) -> None:
    _with_id(parser)
    parser.add_argument("--format", choices=("md", "html", "json", "jsonl"), default="md")
    _output(parser)


def _rehearse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, required=True, metavar="N")
    parser.add_argument("--faults", default="", metavar="SPEC", help="faults to play")
    parser.add_argument("--token", default="", help="the key that clients must send")
    parser.add_argument("--pace", type=float, default=0.0, help="words per second; 0: at once")
    parser.add_argument("--any-model", action="store_true", help="accept any model name")


def _brief(parser: argparse.ArgumentParser) -> None:
    _with_id(parser)
    _output(parser)
    parser.add_argument(
        "--written", action="store_true", help="let the model write it, and check its quotations"
    )


def _lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a brief in Markdown")
    parser.add_argument("--session", metavar="ID", help="the session it belongs to")


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("path", "show", "init"), nargs="?", default="show")
    parser.add_argument(
        "--mode", type=_said, metavar="NAME", help="with init: begin a mode of your own"
    )


def _doctor(parser: argparse.ArgumentParser) -> None:
    _provider(parser)
    parser.add_argument("--base-url", metavar="URL", help="another server of the Messages API")
    parser.add_argument("--offline", action="store_true", help="contact no server")
    _json(parser)


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument(
        "--anyone",
        action="store_true",
        help="also accept connections from other machines; anyone who connects acts as you",
    )


def _completions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))


class CommandLine(NamedTuple):
    """A command: its module and function, imported when it runs, its options and its help."""

    run: str
    arguments: Callable[[argparse.ArgumentParser], None]
    help: str


COMMANDS: dict[str, CommandLine] = {
    "ask": CommandLine("ask.ask", _ask, "send one message and print the reply"),
    "sessions": CommandLine("sessions.sessions", _sessions, "list saved sessions"),
    "search": CommandLine("sessions.search", _search, "search all sessions"),
    "show": CommandLine("session.show", _show, "print a session"),
    "rename": CommandLine("session.rename", _rename, "give a session a title"),
    "delete": CommandLine("session.delete", _show, "move a session to the trash"),
    "export": CommandLine("session.export", _export, "export a session"),
    "import": CommandLine("import_sessions.import_file", _import, "import sessions from a file"),
    "brief": CommandLine("reports.brief", _brief, "print a session's brief"),
    "lint": CommandLine("reports.lint", _lint, "check that a brief quotes only what was said"),
    "review": CommandLine("reports.review", _show, "check how a session went"),
    "rehearse": CommandLine("rehearse.rehearse", _rehearse, "run the rehearsal server alone"),
    "config": CommandLine("configuration.config.config", _config, "print or create the settings"),
    "doctor": CommandLine("doctor.doctor", _doctor, "check terminal, folders, key and API"),
    "serve": CommandLine("serve.serve_web", _serve, "serve the app to a browser on this machine"),
    "completions": CommandLine(
        "completions.completions", _completions, "print a completion script for a shell"
    ),
    "reset": CommandLine("reset.reset", lambda _parser: None, "reset the terminal after a crash"),
}
"""Every command; its name is reserved as the first word."""


class Invocation(NamedTuple):
    """A command's function, and the options that it is called with."""

    function: Callable[[object], int]
    options: object

    def run(self) -> int:
        """Run the command and return its exit code."""
        return self.function(self.options)


def parse(argv: Sequence[str]) -> Invocation:
    """Parse `argv`. Raises UsageError; ends the program for --help and --version."""
    words = ["--rehearse=" if word == "--rehearse" else word for word in argv]
    if words and words[0] in COMMANDS:
        command = COMMANDS[words[0]]
        parser = _Parser(prog=f"hq-tui {words[0]}", description=command.help)
        command.arguments(parser)
        found = parser.parse_args(words[1:])
        return _invocation(command.run, found)
    found = app_parser().parse_args(words)
    return _invocation("plain.plain" if found.plain else "run.screen", found)


def _invocation(run: str, found: argparse.Namespace) -> Invocation:
    """The function that `run` names, and `found` as the options that it takes."""
    module, _, name = run.rpartition(".")
    function = getattr(import_module(f"hq_tui.cli.{module}"), name)
    values = {
        option: tuple(value) if isinstance(value, list) else value
        for option, value in vars(found).items()
    }
    options, _ = get_type_hints(function).values()
    return Invocation(function, options(**values))


def app_parser() -> argparse.ArgumentParser:
    """The options of the app itself, with the commands listed below them."""
    listed = "\n".join(f"  {name:<10} {command.help}" for name, command in COMMANDS.items())
    parser = _Parser(
        prog="hq-tui",
        description="Think with Claude in the terminal: it asks one question at a time.",
        epilog=f"commands:\n{listed}\n\nhq-tui COMMAND --help shows the options of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("prompt", nargs="*", type=_said, metavar="PROMPT", help="the first message")
    _app_options(parser)
    return parser


def whole_parser(complete_files: object = None) -> argparse.ArgumentParser:
    """One parser with the app's options and every command, for completions and the manual.

    It does not parse command lines, where a first word that is no command begins a prompt.
    `complete_files` is what shtab does for FILE.
    """
    parser = _Parser(prog="hq-tui")
    _app_options(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=command.help, description=command.help)
        command.arguments(one)
        for action in one._actions:  # noqa: SLF001 - argparse has no public list of them
            if action.metavar == "FILE":
                action.complete = complete_files  # type: ignore[attr-defined] # read by shtab
            if action.metavar == "MODE":
                action.choices = MODE_NAMES  # completed; others are taken too
    return parser


def _app_options(parser: argparse.ArgumentParser) -> None:
    _session_options(parser)
    parser.add_argument(
        "--slow", action="store_true", default=None, help="assume a slow connection"
    )
    parser.add_argument("--ascii", action="store_true", default=None, help="use ASCII only")
    parser.add_argument("--plain", action="store_true", help="print lines, draw no screen")
    parser.add_argument("--version", action="version", version=f"hq-tui {__version__}")

"""Every command and option, and what the words of a command line make of them.

A first word that is no command is the beginning of a prompt. `--rehearse` takes its
script only after an equals sign, so that it never swallows the prompt behind it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple, NoReturn

from hq_tui import __version__
from hq_tui.core import MODE_NAMES
from hq_tui.errors import UsageError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[0].upper()}{message[1:]}.", hint=f"See: {self.prog} --help")


def _session_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mode", type=_said, choices=MODE_NAMES, help="what the session is for")
    parser.add_argument("--model", type=_said, metavar="ID", help="the model to ask")
    parser.add_argument(
        "--base-url",
        metavar="URL",
        help="another server of the Messages API; your words and your key go there, and its "
        "name is shown all the time",
    )
    parser.add_argument(
        "--rehearse",
        metavar="SPEC",
        help="talk to the built-in rule-based partner; =SPEC scripts faults, "
        "for example --rehearse=seed=7,faults=overloaded@1,cut@2",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--continue", dest="go_on", action="store_true", help="take up the last session"
    )
    which.add_argument("--session", metavar="ID", help="take up this session")


def _said(word: str) -> str:
    """A word of the command line as text: bytes that are no UTF-8 are marked.

    Names of files are left as they are, or the file could not be found.
    """
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _with_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a session, or the beginning of its name")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def _ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "prompt", nargs="*", type=_said, metavar="PROMPT", help="what to say; - reads it"
    )
    _session_options(parser)
    _json(parser)


def _sessions(parser: argparse.ArgumentParser) -> None:
    _json(parser)
    parser.add_argument("--prune", action="store_true", help="delete what is in the trash for good")
    parser.add_argument(
        "--older-than",
        type=float,
        metavar="DAYS",
        help="with --prune: what was last written that long ago, in the trash and outside",
    )
    parser.add_argument(
        "--down-to",
        type=float,
        metavar="MB",
        help="with --prune: the oldest sessions, until all of them take no more than that",
    )
    parser.add_argument("--dry-run", action="store_true", help="with --prune: only say what")


def _search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", type=_said, metavar="WORDS", help="beginnings of words")
    _json(parser)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an export, or a log of another tool; - reads")
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
    parser.add_argument("-o", dest="output", metavar="FILE", help="write there, not to stdout")


def _rehearse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, required=True, metavar="N")
    parser.add_argument("--faults", default="", metavar="SPEC", help="scripted faults")
    parser.add_argument("--token", default="", help="the key that clients must give")
    parser.add_argument("--pace", type=float, default=0.0, help="words per second; 0 is at once")
    parser.add_argument(
        "--any-model", action="store_true", help="answer to every model's name, not only to its own"
    )


def _brief(parser: argparse.ArgumentParser) -> None:
    _with_id(parser)
    parser.add_argument("-o", dest="output", metavar="FILE", help="write there, not to stdout")


def _lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a brief in Markdown")
    parser.add_argument("--session", metavar="ID", help="the session it is of")


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("path", "show", "init"), nargs="?", default="show")


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--base-url", metavar="URL", help="another server of the Messages API")
    parser.add_argument("--offline", action="store_true", help="ask no server")
    _json(parser)


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument(
        "--anyone", action="store_true", help="listen beyond this machine; whoever connects is you"
    )


def _completions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """No words of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """A command. `run` names its module and function, `options` a class of that module.

    They are names because a module is imported when its command runs.
    """

    run: str
    options: str
    arguments: Callable[[argparse.ArgumentParser], None]
    help: str


COMMANDS: dict[str, CommandLine] = {
    "ask": CommandLine(
        run="ask.ask",
        options="AskOptions",
        arguments=_ask,
        help="one exchange without the screen",
    ),
    "sessions": CommandLine(
        run="sessions.sessions",
        options="SessionsOptions",
        arguments=_sessions,
        help="what has been saved",
    ),
    "search": CommandLine(
        run="sessions.search",
        options="SearchOptions",
        arguments=_search,
        help="where words stand in all sessions",
    ),
    "show": CommandLine(
        run="session.show",
        options="StoredOptions",
        arguments=_show,
        help="read a session",
    ),
    "rename": CommandLine(
        run="session.rename",
        options="RenameOptions",
        arguments=_rename,
        help="give it a title",
    ),
    "delete": CommandLine(
        run="session.delete",
        options="StoredOptions",
        arguments=_show,
        help="move a session to the trash",
    ),
    "export": CommandLine(
        run="session.export",
        options="ExportOptions",
        arguments=_export,
        help="take one away",
    ),
    "import": CommandLine(
        run="import_sessions.bring_in",
        options="ImportOptions",
        arguments=_import,
        help="bring a session in from a file",
    ),
    "brief": CommandLine(
        run="reports.brief",
        options="BriefOptions",
        arguments=_brief,
        help="the page of a session",
    ),
    "lint": CommandLine(
        run="reports.lint",
        options="LintOptions",
        arguments=_lint,
        help="name quotes that are not in the journal",
    ),
    "review": CommandLine(
        run="reports.review",
        options="StoredOptions",
        arguments=_show,
        help="how the process went, by a few checks",
    ),
    "rehearse": CommandLine(
        run="rehearse.rehearse",
        options="RehearseOptions",
        arguments=_rehearse,
        help="the loopback Messages API alone",
    ),
    "config": CommandLine(
        run="configuration.config.config",
        options="ConfigOptions",
        arguments=_config,
        help="the settings",
    ),
    "doctor": CommandLine(
        run="doctor.doctor",
        options="DoctorOptions",
        arguments=_doctor,
        help="look at terminal, folders, key and API",
    ),
    "serve": CommandLine(
        run="serve.serve_web",
        options="ServeOptions",
        arguments=_serve,
        help="the app in a browser on this machine",
    ),
    "completions": CommandLine(
        run="completions.completions",
        options="CompletionsOptions",
        arguments=_completions,
        help="print a completion script for a shell",
    ),
    "reset": CommandLine(
        run="reset.reset",
        options="NoOptions",
        arguments=_nothing,
        help="mend a terminal after a kill",
    ),
}
"""Every command. Its name is reserved as the first word."""


class Invocation(NamedTuple):
    """A command's function, and the options that it is called with."""

    function: Callable[[object], int]
    options: object

    def run(self) -> int:
        """Run the command and return its exit code."""
        return self.function(self.options)


def parse(argv: Sequence[str]) -> Invocation:
    """What `argv` asks for. Raises UsageError; ends the program for --help and --version."""
    words = ["--rehearse=" if word == "--rehearse" else word for word in argv]
    if words and words[0] in COMMANDS:
        command = COMMANDS[words[0]]
        parser = _Parser(prog=f"hq-tui {words[0]}", description=command.help)
        command.arguments(parser)
        found = parser.parse_args(words[1:])
        module, _, function = command.run.rpartition(".")
        return _invocation(module, function, command.options, found)
    found = app_parser().parse_args(words)
    module, function = ("plain", "plain") if found.plain else ("run", "screen")
    return _invocation(module, function, "AppOptions", found)


def _invocation(
    module_name: str, function: str, options: str, found: argparse.Namespace
) -> Invocation:
    """A function of a module of this package, with `found` as options of that class."""
    module = import_module(f"hq_tui.cli.{module_name}")
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(found).items()
    }
    return Invocation(getattr(module, function), getattr(module, options)(**values))


def app_parser() -> argparse.ArgumentParser:
    """The options of the app itself, with the commands listed below them."""
    listed = "\n".join(f"  {name:<10} {command.help}" for name, command in COMMANDS.items())
    parser = _Parser(
        prog="hq-tui",
        description="Think with Claude in the terminal: it asks one question at a time.",
        epilog=f"commands:\n{listed}\n\nhq-tui COMMAND --help tells more of each.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("prompt", nargs="*", type=_said, metavar="PROMPT", help="what to say first")
    _app_options(parser)
    return parser


def whole_parser(complete_files: object = None) -> argparse.ArgumentParser:
    """The options of the app and every command in one parser, for completion and the manual.

    It does not read command lines: there a first word that is no command begins a prompt.
    `complete_files` is what shtab is to do wherever FILE is asked for.
    """
    parser = argparse.ArgumentParser(prog="hq-tui")
    _app_options(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=command.help, description=command.help)
        command.arguments(one)
        for action in one._actions:  # noqa: SLF001 - argparse has no public list of them
            if action.metavar == "FILE":
                action.complete = complete_files  # type: ignore[attr-defined] # read by shtab
    return parser


def _app_options(parser: argparse.ArgumentParser) -> None:
    _session_options(parser)
    parser.add_argument("--slow", action="store_true", default=None, help="for a slow line")
    parser.add_argument("--ascii", action="store_true", default=None, help="plain characters")
    parser.add_argument("--plain", action="store_true", help="a session in lines, without a screen")
    parser.add_argument("--version", action="version", version=f"hq-tui {__version__}")

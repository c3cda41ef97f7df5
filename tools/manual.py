"""Writes the manual page, share/man/man1/hq-tui.1, from the parsers of the command line."""

from __future__ import annotations

from argparse_manpage.manpage import Manpage

from hq_tui import __version__
from hq_tui.cli.parser import whole_parser
from tools.survey import ROOT

PAGE = ROOT / "share/man/man1/hq-tui.1"

_ABOUT = (
    "A terminal app for thinking with Claude: it asks one question at a time, keeps what was "
    "said on a board that both edit, and ends in a brief whose quotes point back to what was "
    "typed. Words that are no command begin a session as its first message."
)


def manual() -> str:
    """The page as roff. It has no date, so that it changes only with the command line."""
    parser = whole_parser()
    parser.description = _ABOUT
    page = Manpage(parser, format="pretty")
    page.date = ""
    page.source = f"hq-tui {__version__}"
    page.manual = "User Commands"
    text = str(page).replace("--rehearse SPEC", "--rehearse[=SPEC]")
    return text.replace(r"rehearse\fR \fI\,SPEC\/\fR", r"rehearse\fR[=\fI\,SPEC\/\fR]")


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(manual(), encoding="utf-8")

"""Everything that can be done, from one table: keys, slash commands, palette and help.

An action has a name, which is what a settings file binds keys to. The key row, the help
and the command palette are read off this table, so none of them can promise a key that
does not work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len

NO_KEY = "<"
"""The beginning of a key's name that stands for none, and never comes."""
GAP = "  "
"""The space between two things in one row."""


class Action(NamedTuple):
    """One thing to do. `keys` are Textual key names, comma-separated, the first one shown.

    Keys act on the session, so they do nothing while a panel lies over it, whose keyboard it
    then is; only those of an action that is for `anywhere` do.
    """

    name: str
    title: str
    help: str
    keys: str = ""
    slash: str = ""
    argument: str = ""
    in_composer: bool = False
    anywhere: bool = False
    is_minor: bool = False
    """It is listed only once its word has been begun."""
    old: str = ""
    """Slash words that did it before, and still do."""

    @property
    def shown_key(self) -> str:
        """The first of its own keys as a person writes it."""
        return key_words(self.keys.split(",")[0]) if self.keys else ""


def _a(name: str, keys: str, slash: str, title: str, text: str, **more: object) -> Action:
    return Action(name=name, keys=keys, slash=slash, title=title, help=text, **more)  # type: ignore[arg-type]  # the rest are its own fields


ACTIONS: tuple[Action, ...] = (
    _a("send", "enter", "", "Send",
       "Send what you wrote; while a reply flows, queue it.", in_composer=True),
    _a("newline", "ctrl+j,alt+enter,shift+enter,ctrl+enter,newline", "", "New line",
       "Begin a new line. Alt+Enter does it too, and a backslash before Enter.",
       in_composer=True),
    _a("undo_typing", "ctrl+underscore", "", "Undo typing", "Take back what you wrote last.",
       in_composer=True),
    _a("stop", "escape", "/stop", "Stop",
       "Stop the reply and keep what came. Esc also closes what is open and leaves an edit as "
       "if nothing had been.", anywhere=True, is_minor=True),
    _a("retry", "ctrl+r", "/retry", "Retry or continue",
       "Ask again now, or go on with a cut reply. Or with one that was stopped or too long; "
       "takes over a session that is open elsewhere."),
    _a("earlier", "", "/earlier", "Earlier messages",
       "Find a message of any session and write it again. Ctrl+R does it where nothing is to "
       "be retried, Up goes back one by one.", is_minor=True),
    _a("again", "", "/again", "Discard and ask again",
       "Discard the last reply and ask for it again."),
    _a("drop", "", "/drop", "Drop a cut reply",
       "Discard a cut or stopped reply. Nothing is asked again."),
    _a("help", "f1", "/help", "Help", "Keys, commands and what the figures mean. So does ? where "
       "nothing is written."),
    _a("palette", "ctrl+p", "/palette", "Command palette", "Find anything by name.", is_minor=True),
    _a("page_up", "pageup", "", "Page up", "Scroll back; the view then holds still."),
    _a("page_down", "pagedown", "", "Page down", "Scroll on."),
    _a("follow", "end", "/end", "Follow the end", "Go to the end and follow what comes.",
       is_minor=True),
    _a("copy", "ctrl+y", "/copy", "Copy the last reply", "Copy the last reply."),
    _a("copy_code", "", "/copy code", "Copy a code block", "Copy the last code block.",
       old="/copycode", is_minor=True),
    _a("copy_all", "", "/copy all", "Copy the session", "Copy the whole session as Markdown.",
       old="/copyall", is_minor=True),
    _a("fold", "ctrl+o", "/fold", "Fold thinking", "Show or fold thinking and tool calls.",
       is_minor=True),
    _a("find", "ctrl+f", "/find", "Find", "Find words in this session.", argument="WORDS"),
    _a("find_next", "n", "", "Find next", "The next hit, while finding.", in_composer=True),
    _a("find_previous", "N", "", "Find previous", "The hit before, while finding.",
       in_composer=True),
    _a("previous_turn", "alt+up", "", "Previous message", "Go to the message before."),
    _a("next_turn", "alt+down", "", "Next message", "Go to the message after."),
    _a("editor", "ctrl+g", "/editor", "External editor", "Write in your own editor.",
       is_minor=True),
    _a("paste", "", "/paste", "Show a paste", "Show what a paste in the composer holds.",
       is_minor=True),
    _a("sessions", "f2", "/sessions", "Sessions", "Go on with another session."),
    _a("edit_turn", "f3", "/edit", "Edit a message",
       "Write your last message, or message N, again. Sending it makes a branch, Esc leaves it. "
       "With the ID of a board item: other words for it.",
       argument="N or ID TEXT", old="/edit-turn"),
    _a("fork", "", "/fork", "Fork", "Go on from the end, or from message N, in a branch.",
       argument="N", is_minor=True),
    _a("branches", "", "/branches", "Branches",
       "The branches of this session. Enter goes there, Ctrl+K compares."),
    _a("compare", "", "/compare", "Compare",
       "Lay another branch beside this one; c carries a passage over.", argument="ID",
       is_minor=True),
    _a("suppose", "", "/suppose", "Suppose the opposite",
       "Suppose the opposite of your last claim. Or of message N, or board item ID: a branch "
       "with a draft that quotes it as not holding; its reply is compared.", argument="N or ID"),
    _a("attach", "", "/attach", "Attach files",
       "Let files go with your next message. So does @path in it; without a path they are "
       "listed.",
       argument="PATH"),
    _a("new", "", "/new", "New session",
       "Begin a new session. With `from`, on the board and the page of this one, or of session "
       "ID.",
       argument="from ID"),
    _a("mode", "", "/mode", "Mode", "Choose what the session is for.", argument="MODE"),
    _a("model", "", "/model", "Model", "Choose the model.", argument="MODEL"),
    _a("effort", "", "/effort", "Effort",
       "How much the model is to think. Low, medium, high, xhigh or max; default leaves it to "
       "the settings.", argument="LEVEL"),
    _a("thinking", "", "/thinking", "Thinking", "Let the model think before it answers, or not.",
       argument="on or off", is_minor=True),
    _a("rename", "", "/rename", "Rename", "Give the session a title.", argument="TITLE"),
    _a("export", "", "/export", "Export",
       "Write the session to a file. Markdown, HTML, JSON or JSONL, by its ending.",
       argument="FILE"),
    _a("board", "tab", "/board", "Board", "Show the board and work on it."),
    _a("panel", "alt+p", "/panel", "Side panel",
       "Show or hide the panel beside the text. From 120 columns it is shown by default.",
       is_minor=True),
    _a("hint", "f5", "/hint", "Hint", "A hint for the question: one step up the ladder of four."),
    _a("tell", "f6", "/tell", "Answer it for me",
       "The plain answer, without a question."),
    _a("skip", "", "/skip", "Skip", "Leave this question; it costs nothing."),
    _a("why", "", "/why", "Why", "Why this question is asked."),
    _a("summary", "f8", "/summary", "Summary",
       "At most five lines in your words, from the board. Which is wrong? Nothing is sent."),
    _a("review", "", "/review", "Review", "What the process was like, by a few checks."),
    _a("brief", "f10", "/brief", "Brief",
       "The page of this session. Enter there, or `written`, has Claude write it; s there, or a "
       "name, saves it.",
       argument="FILE"),
    _a("close", "", "/finish", "Finish",
       "List what is settled and the next step, then show the page.", old="/close"),
    _a("add", "", "/add", "Add to the board", "A line of your own.", argument="KIND TEXT",
       is_minor=True),
    _a("pin", "", "/pin", "Pin an item", "Lock it against the partner; again unlocks it.",
       argument="ID", is_minor=True),
    _a("retract", "", "/retract", "Drop it",
       "You no longer hold it. Alone it is 1 of a contradiction: which side do you drop?",
       argument="ID WHY", is_minor=True),
    _a("refine", "", "/refine", "Mean it differently",
       "You hold it in other words. Alone it is 2 of a contradiction.",
       argument="ID TEXT", is_minor=True),
    _a("contest", "", "/contest", "Both hold",
       "You see no contradiction there. Alone it is 3 of one.",
       argument="ID WHY", is_minor=True),
    _a("accept", "", "/accept", "Accept a proposal", "What Claude proposed for a line of yours is "
       "done.", argument="ID", is_minor=True),
    _a("answer", "", "/answer", "Answered", "An open question is answered.", argument="ID",
       is_minor=True),
    _a("undo", "", "/undo", "Undo an edit of the board",
       "Take back your last edit of the board since your last message.", is_minor=True),
    _a("decide", "", "/decide", "Decide", "Only you can.", argument="ID or TEXT", is_minor=True),
    _a("theme", "", "/theme", "Theme", "Dark, light, or the terminal's own colours.",
       argument="NAME"),
    _a("rehearse", "", "/rehearse", "Rehearse",
       "Begin a session with the rule-based partner. It needs no key and no network."),
    _a("redraw", "ctrl+l", "", "Redraw", "Draw the whole screen again.", anywhere=True),
    _a("suspend", "ctrl+z", "", "Suspend", "Give the terminal back to the shell; fg goes on."),
    _a("quit", "ctrl+q", "/quit", "Quit", "Leave. Everything is saved as it happens.",
       anywhere=True),
    _a("leave", "ctrl+d", "", "Leave", "Leave, where nothing is written.", in_composer=True),
    _a("interrupt", "ctrl+c", "", "Copy, stop or quit",
       "Copy what is selected; with nothing selected, stop the reply; with none under way, ask "
       "once and quit at the second.", anywhere=True),
)  # fmt: skip
"""The table. Its order is the order of the help."""

BY_NAME: Mapping[str, Action] = {action.name: action for action in ACTIONS}
BY_SLASH: Mapping[str, Action] = {
    word: action for action in ACTIONS for word in (action.slash, *action.old.split()) if word
}

_WORDS = {
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "ctrl": "Ctrl",
    "alt": "Alt",
    "shift": "Shift",
    "enter": "Enter",
    "end": "End",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "tab": "Tab",
    "underscore": "_",
}


def keys_in_force(bound: Mapping[str, str]) -> dict[str, str]:
    """The keys of every action, where those of `bound` were given other ones.

    A key that was given away does nothing else any more.
    """
    taken = {key for keys in bound.values() for key in keys.split(",")}
    return {
        action.name: bound.get(action.name)
        or ",".join(key for key in action.keys.split(",") if key not in taken)
        for action in ACTIONS
    }


def shown_key(action: Action, keymap: Mapping[str, str]) -> str:
    """The key that does it, as a person writes it; `keymap` holds the keys in force by name."""
    key = keymap.get(action.name, action.keys).split(",")[0]
    return "" if key.startswith(NO_KEY) else key_words(key)


def key_words(key: str) -> str:
    """A Textual key name as a person writes it: `ctrl+r` is Ctrl+R, a letter alone itself."""
    if len(key) == 1:
        return key
    parts = [part for part in key.strip().split("+") if part]
    return "+".join(_WORDS.get(part, part.upper() if len(part) < 4 else part) for part in parts)


COMMANDS = ("/", "commands")
"""The key that lists them, where nothing is written."""
FIRST_KEYS = (("send", "send"), ("help", "help"), ("newline", "new line"), COMMANDS)
"""The key row while nothing was said."""
KEY = "not dim $text-primary"
"""The style of a key beside what it does."""
Parts = Sequence[tuple[str, str]]
"""Pieces of a row, each with its style; an empty one is the row's own."""


def key_parts(
    wanted: Sequence[tuple[str, str]], keymap: Mapping[str, str], width: int, between: str = GAP
) -> Parts:
    """As many keys as `width` columns hold, whole, in the order of the wish.

    Each is the name of an action, or a key as it is written, and what it does.
    """
    parts: list[tuple[str, str]] = []
    for name, what in wanted:
        action = BY_NAME.get(name)
        key = (shown_key(action, keymap) or action.slash) if action else name
        more = [(between if parts else "", ""), (key, KEY), (f" {what}" if key else what, "")]
        if sum(cell_len(text) for text, _ in (*parts, *more)) <= width:
            parts += more
    return tuple(parts)


class Command(NamedTuple):
    """A line that began with a slash: the action and what came after it."""

    action: Action
    argument: str


def parse_command(text: str) -> Command | str | None:
    """Read the command in a message that begins with a slash.

    None for anything that is a message; a text saying what is wrong for a slash word that
    is no command. A message may begin with two slashes to be sent with one.
    """
    line = text.strip()
    if not line.startswith("/") or line.startswith("//") or "\n" in line:
        return None
    word, _, rest = line.partition(" ")
    if "/" in word[1:]:
        return None
    second, _, after = rest.strip().partition(" ")
    if action := BY_SLASH.get(f"{word} {second}".lower()):
        return Command(action=action, argument=after.strip())
    if action := BY_SLASH.get(word.lower()):
        return Command(action=action, argument=rest.strip())
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), BY_SLASH, n=1, cutoff=0.5)
    way = f"{near[0]}?" if near else "/help lists them"
    return f"{word} is not a command · {way} · // sends it as it is"


def commands_like(typed: str) -> list[Action]:
    """The commands that a begun one may become: itself, those that begin so, those like it.

    Those are like it that have a word in their title which begins so, or all its letters in
    order. Where none is begun yet, they are all but the minor ones, which are
    offered for their beginnings alone.
    """
    slashed = [action for action in ACTIONS if action.slash]
    if typed == "/":
        return [action for action in slashed if not action.is_minor]
    letters = typed.removeprefix("/")
    in_order = re.compile(".*".join(map(re.escape, letters)))
    ranks = {}
    for action in slashed:
        if action.slash.startswith(typed):
            ranks[action] = 0 if action.slash == typed else 1
        elif action.is_minor:
            continue
        elif any(word.startswith(letters) for word in action.title.lower().split()):
            ranks[action] = 2
        elif in_order.search(action.slash):
            ranks[action] = 3
    return sorted(ranks, key=lambda action: ranks[action])

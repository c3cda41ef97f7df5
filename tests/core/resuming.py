"""Partners that go on with a reply as models do, and what became of what they said.

A partner gets the whole reply, where it was cut and the words that asked it to go on, and
says what it has to say before the rest. The verdict compares the text that a reader has with
the text that was meant; it knows nothing of how the seam is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from hq_tui.core.events import ResumeMode
from hq_tui.core.resume.continuation import continue_prompt, settle

_ASKED = re.compile(r"<last_words>(.*)</last_words>", re.DOTALL)
_FENCE = re.compile(r"^```([^\n]*)\n", re.MULTILINE)
QUOTES = ('"{}"', "“{}”", "'{}'", "«{}»", "「{}」", "`{}`", '"…{}"', '**"{}"**', '> "{}"\n')
BRACKETS = ("[{}]", "({})", "<{}>", "[…{}]", "[...{}]", '["{}"]', "**[{}]**", "{{{}}}", "【{}】")
PREAMBLES = (
    "Continuing from where I left off:",
    "Sure, continuing from where I left off:",
    "Of course! Picking up where I was cut off:",
    "Sorry for the interruption. Continuing from where I left off:",
    "I'll continue from where my previous response was interrupted:",
    "Resuming from the point where it was cut off…",
    "Continuing exactly where we left off:",
)
SEPARATORS = ("\n\n", "\n\n", "\n", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A reply that broke at a place. `asked` are the words that it was to begin with."""

    text: str
    at: int
    asked: str
    rng: Random

    @property
    def kept(self) -> str:
        """What had come."""
        return self.text[: self.at]

    def lines(self, count: int) -> str:
        """The last so many lines of what had come, the one that broke included."""
        return "\n".join(self.kept.split("\n")[-count:])

    def fence(self) -> str:
        """The info string of the code block it broke in; raises Impossible outside one."""
        marks = list(_FENCE.finditer(self.kept))
        if len(marks) % 2 == 0 or not marks[-1][1]:
            raise Impossible
        return marks[-1][1]


class Impossible(Exception):  # noqa: N818  # not an error: a partner that cannot do this here
    """This partner has nothing to say here that would be a fault of its kind."""


def nothing(_cut: Cut) -> str:
    """It goes on exactly."""
    return ""


def from_the_first_word(cut: Cut) -> str:
    """It begins again."""
    return cut.kept


def last_characters(cut: Cut) -> str:
    """It says the last 240 characters again, as they were shown to it."""
    return cut.kept[-240:]


def last_line(cut: Cut) -> str:
    """It says the line that broke again."""
    return cut.lines(1) if cut.lines(1).strip() else cut.lines(2)


def two_lines(cut: Cut) -> str:
    """It says the line that broke and the one before it again."""
    return cut.lines(2)


def fence_again(cut: Cut) -> str:
    """It opens the code block again that is still open."""
    return f"```{cut.fence()}\n"


def fence_and_line(cut: Cut) -> str:
    """It opens the code block and begins the line again."""
    return f"```{cut.fence()}\n{cut.lines(1)}"


def fence_and_block(cut: Cut) -> str:
    """It opens the code block and says all of it again."""
    tag = cut.fence()
    return cut.kept[cut.kept.rindex(f"```{tag}\n") :]


def asked_words(cut: Cut) -> str:
    """It says the words that it was asked to begin with, without any mark."""
    return cut.asked


def asked_as_shown(cut: Cut) -> str:
    """It does exactly what it was asked for."""
    return f"<last_words>{cut.asked}</last_words>"


def quoted(cut: Cut) -> str:
    """It quotes the words that it was asked to begin with."""
    return cut.rng.choice(QUOTES).format(cut.asked)


def bracketed(cut: Cut) -> str:
    """It sets the words that it was asked to begin with in brackets."""
    return cut.rng.choice(BRACKETS).format(cut.asked)


def preamble(cut: Cut) -> str:
    """It says first that it goes on."""
    return cut.rng.choice(PREAMBLES) + cut.rng.choice(SEPARATORS)


def preamble_and_line(cut: Cut) -> str:
    """It says that it goes on and begins the line again."""
    return preamble(cut) + last_line(cut)


def mutated(cut: Cut) -> str:
    """It says the last 240 characters again, with another case or other white space."""
    words = cut.kept[-240:]
    if cut.rng.random() < 0.5:
        return re.sub(r"\s+", " ", words)
    words = words.lstrip()
    return words[:1].swapcase() + words[1:]


STUTTERS: dict[str, Callable[[Cut], str]] = {
    "from the first word": from_the_first_word,
    "last 240 characters": last_characters,
    "last line": last_line,
    "two lines": two_lines,
    "fence": fence_again,
    "fence and line": fence_and_line,
    "fence and block": fence_and_block,
    "asked words, bare": asked_words,
    "asked words, as asked": asked_as_shown,
    "asked words, quoted": quoted,
    "asked words, bracketed": bracketed,
    "preamble": preamble,
    "preamble and line": preamble_and_line,
    "240, mutated": mutated,
}


class Verdict(StrEnum):
    """What a reader has, beside what was meant."""

    CLEAN = "clean"
    SPACE = "white space"
    STUTTERED = "stuttered"
    LOST = "lost or altered"


def judge(text: str, at: int, read: str) -> Verdict:
    """What became of a reply cut `at` a place and gone on with, as it is `read`."""
    if read == text:
        return Verdict.CLEAN
    if "".join(read.split()) == "".join(text.split()):
        return Verdict.SPACE
    rest = text[at:]
    whole = len("".join(read.split())) >= len("".join(text.split()))
    begins, ends = read.startswith(text[:at].rstrip()), read.endswith(rest.lstrip())
    return Verdict.STUTTERED if whole and begins and ends else Verdict.LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A reply gone on with: what is read, and how many characters waited unshown at most."""

    read: str
    held: int


def resumed(kept: str, head: str, anchor: str, rng: Random) -> Resumed:
    """The whole as a reader gets it when `head` arrives in pieces; nothing shown is taken back."""
    got, held = 0, 0
    while got < len(head):
        got = min(len(head), got + rng.randint(1, 12))
        drop = settle(kept, head[:got], how=ResumeMode.CONTINUE, anchor=anchor, final=False)
        if drop is not None:
            return Resumed(read=kept + head[drop:], held=held)
        held = got
    drop = settle(kept, head, how=ResumeMode.CONTINUE, anchor=anchor, final=True)
    assert drop is not None
    return Resumed(read=kept + head[drop:], held=held)


def cut_of(text: str, at: int, rng: Random) -> tuple[Cut, str]:
    """A cut, and the anchor that is journalled with it."""
    prompt, anchor = continue_prompt(text[:at])
    found = _ASKED.search(prompt)
    asked = found[1] if found else " ".join(text[:at].split(" ")[-8:]).strip()
    return Cut(text=text, at=at, asked=asked, rng=rng), anchor

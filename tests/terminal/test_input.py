"""Whatever a terminal sends, only keys are keys: every kind apart, mixed, and cut anywhere."""

from __future__ import annotations

import random
import string
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice, pairwise

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from hq_tui.terminal.input_parser import PASTE_PATIENCE, REPORT_PATIENCE, InputParser
from tests.support.gates import Tally, part
from tests.terminal.test_input_parser import Clock, told

Event = tuple[str, str | None]
Piece = tuple[str, list[Event]]
"""What is sent, and what it means: keys with what they type, pastes, and other events."""
Make = Callable[[random.Random], Piece]

LETTERS = "aäñжאغ한漢かé9é"
ENDS = ("\x07", "\x1b\\", "\x9c")
KNOWN: dict[str, Event] = {
    "\r": ("enter", "\r"),
    "\n": ("ctrl+j", "\n"),
    "\x7f": ("backspace", "\x7f"),
    "\x03": ("ctrl+c", "\x03"),
    "\x1b[A": ("up", None),
    "\x1bOB": ("down", None),
    "\x1b[1;5C": ("ctrl+right", None),
    "\x1b[1;3A": ("alt+up", None),
    "\x1b[1;1D": ("left", None),
    "\x1b[3~": ("delete", None),
    "\x1b[5;5~": ("ctrl+pageup", None),
    "\x1b[15~": ("f5", None),
    "\x1bOP": ("f1", None),
    "\x1b[[B": ("f2", None),
    "\x1b[Z": ("shift+tab", None),
    "\x1b[9;2u": ("shift+tab", None),
    "\x1b[13u": ("enter", "\r"),
    "\x1b[13;2u": ("shift+enter", None),
    "\x1b[27;2;13~": ("shift+enter", None),
    "\x1b[27;5;13~": ("ctrl+enter", None),
    "\x1b[27u": ("escape", None),
    "\x1b[97;5u": ("ctrl+a", None),
    "\x1b[97;3u": ("alt+a", None),
    "\x1b[97;1:2u": ("a", "a"),
    "\x1b[97;65u": ("A", "A"),
    "\x1b[97;66u": ("a", "a"),
    "\x1b[97;129u": ("a", "a"),
    "\x1b[32;2u": ("shift+space", " "),
    "\x1b[49;2u": ("exclamation_mark", "!"),
    "\x1b[55:47;2u": ("slash", "/"),
    "\x1b[113;7;64u": ("at", "@"),
    "\x1b[0;;229u": ("å", "å"),
    "\x1b[57404u": ("5", "5"),
    "\x1b[57414u": ("enter", "\r"),
    "\x1b\r": ("alt+enter", None),
    "\x1bd": ("alt+d", None),
    "\x1bD": ("alt+shift+d", None),
    "\x1b1": ("alt+1", None),
    "\x1b.": ("alt+full_stop", None),
    "\x1bé": ("alt+é", None),
    "\x1bb": ("ctrl+left", None),
}
NO_KEYS = (
    "\x1b[97;1:3u", "\x1b[1;1:3A", "\x1b[3;1:3~", "\x1b[57441;2u", "\x1b[57999u", "\x1b[1114112u",
    "\x1b[55296u", "\x1b[0u", "\x1b[7u", "\x1b[97;9999999u", "\x1b[:::u", "\x1b[;;;;u",
    "\x1b[99999~",
    "\x1b[1;1;1;1~", "\x1b[27;2;9999999~", "\x1b[200000000000000000000u", "\x1b[24;80R",
    "\x1b[1;2R",
    "\x1b[?62;22c", "\x1b[>0;276;0c", "\x1b[=1;2c", "\x1b[?1u", "\x1b[?997;1n", "\x1b[4;480;640t",
    "\x1b[8;24;80t", "\x1b[?2026;5;5$y", "\x1b[48;0;0;0;0t", "\x1b[48;99999;99999;1;1t", "\x1b\\",
    "\x1b[<;;M", "\x1b[<0;1M", "\x1b[<99999999;1;1M", "\x1b[<128;5;5M", "\x1b[M !!", "\x1b[1 q",
    "\x1b[2$", "\x1b[?1;2z", "\x1b[!p", "\x1bOz", "\x1bO7z",
)  # fmt: skip


def letters(rng: random.Random) -> Piece:
    text = "".join(rng.choices(string.ascii_letters + string.digits + LETTERS, k=3))
    return text, [(letter, letter) for letter in text]


def known(rng: random.Random) -> Piece:
    sent, key = rng.choice(list(KNOWN.items()))
    return sent, [key]


def codes(rng: random.Random) -> Piece:
    """A report of a letter that does not say what it types."""
    letter = rng.choice(string.ascii_lowercase + "äñжéαก漢")
    if rng.random() < 0.5:
        return f"\x1b[{ord(letter)}u", [(letter, letter)]
    return f"\x1b[{ord(letter)};2u", [(letter.upper(), letter.upper())]


def texts(rng: random.Random) -> Piece:
    """A report that says what it types, with codes beside it that say something else."""
    letter = rng.choice(LETTERS)
    held = rng.choice(("", "1", "2", "3", "65:1"))
    return f"\x1b[{rng.randrange(97, 123)};{held};{ord(letter)}u", [(letter, letter)]


def nonsense(rng: random.Random) -> Piece:
    return rng.choice(NO_KEYS), []


def answers(rng: random.Random) -> Piece:
    """A string of any kind, whatever is in it."""
    begin = rng.choice(("\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x9d", "\x90", "\x9f"))
    inside = "".join(rng.choices(string.printable[:95] + "é漢\t", k=rng.randrange(40)))
    return f"{begin}{inside}{rng.choice(ENDS)}", []


def unknown(rng: random.Random) -> Piece:
    """A sequence that nobody has heard of: of no key, no mouse, no paste."""
    begin = rng.choice(("\x1b[", "\x9b")) + rng.choice("?=>")
    inside = "".join(rng.choices("0123456789:;", k=rng.randrange(20)))
    return f"{begin}{inside}{rng.choice(' !*+')}{rng.choice('acghlmnopqrstwxyz{|}')}", []


def broken(rng: random.Random) -> Piece:
    """Half a report; a key follows that ends it."""
    halves = (
        "\x1b[<35;1",
        "\x1b[1;",
        "\x1b[97",
        "\x1b]11;rgb:30",
        "\x1bP>|xterm",
        "\x1b[?20",
        "\x1bO5",
    )
    return rng.choice(halves) + rng.choice(("\r", "\x1b[13u")), [("enter", "\r")]


def disordered(rng: random.Random) -> Piece:
    """A sequence whose parameters and signs stand in any order; no key has such a one."""
    begin = rng.choice(("\x1b[", "\x9b")) + rng.choice(
        ("-5", " 5", "<1 2", "<.", "1 2", "5;/7", "?!0")
    )
    inside = "".join(rng.choices("0123456789:;<=>? !\"#%&'()*+,-./", k=rng.randrange(12)))
    return f"{begin}{inside}{rng.choice('ABCMRacghlmnpqrtuxyz{|}~')}", []


def interrupted(rng: random.Random) -> Piece:
    """A string that another sequence breaks; what breaks it means what it means."""
    begin = rng.choice(("\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x9d", "\x90", "\x98"))
    inside = "".join(rng.choices(string.printable[:95], k=rng.randrange(12)))
    sent, keys = rng.choice((codes, disordered, answers, eight_bit))(rng)
    return f"{begin}{inside}{sent}", keys


def eight_bit(rng: random.Random) -> Piece:
    """A key whose report begins with one control character in place of escape and a sign."""
    sent, key = rng.choice([(sent, key) for sent, key in KNOWN.items() if sent[1:2] in set("[O")])
    return {"[": "\x9b", "O": "\x8f"}[sent[1]] + sent[2:], [key]


def stray(rng: random.Random) -> Piece:
    """A control character of the upper half that begins nothing."""
    return rng.choice("\x80\x84\x85\x8d\x8e\x91\x97\x99\x9a\x9c"), []


def long_numbers(rng: random.Random) -> Piece:
    """A report with a number of which no key, button or size has one."""
    number = "9" * rng.choice((8, 20, 60))
    shapes = (
        "\x1b[{}u", "\x1b[97;{}u", "\x1b[{}~", "\x1b[1;{}A", "\x1b[<{};1;1M", "\x1b[<0;{};1M",
        "\x1b[48;{};80;1;1t", "\x1b[?{}$y", "\x1b[27;2;{}~", "\x1b[97:{};2u", "\x1b]11;{}\x07",
    )  # fmt: skip
    return rng.choice(shapes).format(number), []


def pastes(rng: random.Random) -> Piece:
    text = "".join(rng.choices(["\x1b", "\x1b[31m", "x", "\n", "\x03", "é", "\x07", "\x1b]"], k=5))
    return f"\x1b[200~{text}\x1b[201~", [("paste", text)]


def others(rng: random.Random) -> Piece:
    known = {
        "\x1b[I": "AppFocus", "\x1b[O": "AppBlur", "\x1b[<0;3;4M": "MouseDown",
        "\x1b[<64;3;4M": "MouseScrollUp", "\x1b[<35;3;4M": "MouseMove", "\x1b[0n": "TerminalReply",
        "\x1b[48;24;80;480;640t": "Resize", "\x1b[48;24;80;0;0t": "Resize",
        "\x1b[?2026;2$y": "TerminalSupportsSynchronizedOutput",
        "\x1b[?69;2$y": "MarginsReply", "\x1b[?69;0$y": "MarginsReply",
        "\x1b]11;rgb:ffff/ffff/ffff\x07": "BackgroundReply",
        "\x1b]11;rgb:1e/1e/2e\x1b\\": "BackgroundReply",
    }  # fmt: skip
    sent, name = rng.choice(list(known.items()))
    return sent, [(name, None)]


KINDS: dict[str, Make] = {
    make.__name__: make
    for make in (
        letters, known, codes, texts, nonsense, answers, unknown, broken, pastes, others,
        disordered, interrupted, eight_bit, stray, long_numbers,
    )
}  # fmt: skip


def read(parser: XTermParser, reads: Iterable[str]) -> Iterator[Event]:
    """What the parser makes of it."""
    for data in filter(None, reads):
        for event in parser.feed(data):
            if isinstance(event, events.Paste):
                yield "paste", event.text
            elif isinstance(event, events.Key):
                yield event.key, event.character
            else:
                yield type(event).__name__, None


def cut(rng: random.Random, data: str) -> list[str]:
    """`data` as it may be read: whole, by the character, or cut anywhere."""
    way = rng.randrange(3)
    places = {0: [], 1: range(1, len(data)), 2: rng.choices(range(len(data) + 1), k=4)}[way]
    borders = [0, *sorted(places), len(data)]
    return [data[a:b] for a, b in pairwise(borders)]


def check(parser: XTermParser, rng: random.Random, kinds: list[str]) -> None:
    """What was sent means what its maker says it means, however it is read."""
    pieces = [KINDS[kind](rng) for kind in kinds]
    sent = "".join(data for data, _ in pieces)
    assert list(read(parser, cut(rng, sent))) == [key for _, keys in pieces for key in keys], sent


def sweep(
    parser: Callable[[], XTermParser], cases: int, seed: int, only: Sequence[str] = ()
) -> Counter[str]:
    """So many inputs, each kind alone in turn and then all mixed; how often each was tried."""
    rng, tried = random.Random(seed), Counter[str]()
    turns = [[kind] for kind in only] or [*([kind] for kind in KINDS), *[list(KINDS)] * len(KINDS)]
    for kinds in islice(cycle(turns), cases):
        check(parser(), rng, rng.choices(kinds, k=rng.randrange(1, 9)))
        tried[kinds[0] if len(kinds) == 1 else "mixed"] += 1
    return tried


def safe() -> InputParser:
    return InputParser(clock=lambda: 1.0)


def test_only_keys_are_keys() -> None:
    tried = sweep(safe, 3000, seed=1)
    assert set(tried) == {*KINDS, "mixed"}
    assert min(tried.values()) >= 100


@pytest.mark.soak
@pytest.mark.gate("input")
def test_only_keys_are_keys_in_a_long_sweep(tally: Tally) -> None:
    tally.tried(sweep(safe, part(200_000), seed=2).total())


@pytest.mark.twin("input", "Textual's own parser")
@pytest.mark.parametrize(
    "kind",
    [
        "codes",
        "nonsense",
        "answers",
        "broken",
        "pastes",
        "disordered",
        "interrupted",
        "eight_bit",
        "stray",
    ],
)
def test_the_check_notices_what_textual_takes_for_keys(kind: str) -> None:
    with pytest.raises((AssertionError, ValueError, OverflowError)):
        sweep(XTermParser, 200, seed=3, only=[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_piece_means_the_same_wherever_it_is_cut(kind: str) -> None:
    rng = random.Random(4)
    for _ in range(30):
        sent, keys = KINDS[kind](rng)
        for at in range(len(sent) + 1):
            assert list(read(safe(), [sent[:at], sent[at:]])) == keys, (sent, at)


def bytes_at_random(rng: random.Random) -> bytes:
    """Noise, and noise that looks like something."""
    likely = b"\x1b\x1b\x1b[]O_PX<M?;:0123456789~u\x07\\\r\n\xc3\xa9\x9b\x90\xff"
    if rng.random() < 0.3:
        return rng.randbytes(rng.randrange(200))
    return bytes(rng.choices(likely, k=rng.randrange(200)))


def survive(parser: InputParser, clock: Clock, rng: random.Random) -> None:
    """Noise in bits and pieces; then, after a pause, keys are keys again."""
    decode = getincrementaldecoder("utf-8")(errors="replace").decode
    noise = bytes_at_random(rng)
    for at in range(0, len(noise), step := rng.randrange(1, 9)):
        list(parser.feed(decode(noise[at : at + step]) or "\x00"))
        list(parser.tick())
        clock.now += rng.choice((0.0, 0.01, 0.2, REPORT_PATIENCE))
    list(parser.feed(decode(b"", final=True) or "\x00"))
    for _ in range(3):
        clock.now += PASTE_PATIENCE * 2
        list(parser.tick())
    assert told(parser, "x") == ["x"], noise


def test_noise_makes_nobody_deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, rng = Clock(monkeypatch), random.Random(5)
    for _ in range(1000):
        survive(InputParser(clock=clock), clock, rng)


@pytest.mark.soak
@pytest.mark.gate("input")
def test_noise_makes_nobody_deaf_in_a_long_sweep(
    monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    clock, rng = Clock(monkeypatch), random.Random(6)
    for _ in range(part(50_000)):
        survive(InputParser(clock=clock), clock, rng)
        tally.tried()

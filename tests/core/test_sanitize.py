"""What is shown is safe, whatever arrived and however it was cut."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.text.sanitize import MARK, MAX_MARKS, one_line, redact, sanitise, storable
from tests.terminal.hostile import Hostile, corpus, offences

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
ATOMS = (
    *("\x1b", "[31m", "\x9b", "\r", "\n", "\t", "a", "\u202e", "\u200d", "\ufe0f", "\U0001f3f4"),
    *("\U000e0067", "\U000e0062", "\U000e007f", "\u0301" * 15, "\ud83d", "\ude00", "\ufeff"),
)
HOSTILE_TEXT = st.lists(st.sampled_from(ATOMS), max_size=20).map("".join)

LEGITIMATE = [
    "plain text, with punctuation: 100 % (fine)\nand a second line",
    "naïve café, „Gänsefüßchen“, 5 µm, €",
    "e\u0301 is a letter with an accent",
    "family 👨\u200d👩\u200d👧 and ❤\ufe0f\u200d🔥",
    "می\u200cخواهم",
    "עִבְרִית and العربية",
    "日本語、한국어 (한), ไทย, हिन्दी",
    "flag of England \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "🇬🇧 👍🏽 1️⃣",
    "A\ufffdB",
]


@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile.name)
def test_nothing_of_a_hostile_string_is_obeyed_or_hidden(hostile: Hostile) -> None:
    shown = sanitise(hostile.text)
    assert offences(shown) == []
    assert hostile.must_show in shown
    assert sanitise(shown) == shown


@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile.name)
def test_a_hostile_string_is_as_safe_one_character_at_a_time(hostile: Hostile) -> None:
    assert offences("".join(map(sanitise, hostile.text))) == []


def test_the_check_for_offences_can_fail() -> None:
    guilty = [hostile.name for hostile in corpus() if offences(hostile.text)]
    assert len(guilty) > 50
    stripped = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", hostile.text) for hostile in corpus()]
    assert any(offences(text) for text in stripped)


@pytest.mark.parametrize("text", LEGITIMATE)
def test_real_writing_survives(text: str) -> None:
    assert sanitise(text) == text


UNSEEN = re.compile("VARIATION SELECTOR|FILLER|VOWEL INHERENT|GRAPHEME JOINER")
"""Names of what Unicode counts among letters and marks and nobody sees."""


def test_whatever_can_be_seen_is_shown_as_it_is() -> None:
    seen = [
        char
        for char in map(chr, range(0x110000))
        if unicodedata.category(char)[0] in "LMNPS"
        and not UNSEEN.search(unicodedata.name(char, ""))
    ]
    assert len(seen) > 100_000
    assert [char for char in seen if sanitise(char) != char] == []


def test_a_filter_that_takes_everything_would_be_noticed() -> None:
    def strict(text: str) -> str:
        return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Mn"))

    assert any(strict(text) != text for text in LEGITIMATE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a␛[2Jb"),
        ("a\x00\x07\x7fb", "a␀␇␡b"),
        ("a\x9b31mb", "a�31mb"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\tb", "a    b"),
        ("file\u202egnp.exe", f"file{MARK}gnp.exe"),
        ("ev\xadil \ufeff\u2060\u3164", f"ev{MARK}il {MARK * 3}"),
        ("\ud800", "�"),
        ("\ufdd0\U0001ffff", MARK * 2),
        ("a\u200d\u200db", f"a\u200d{MARK}b"),
        ("\U0001f3f4\U000e0067", f"\U0001f3f4{MARK}"),
        ("a" + "\u0301" * 25, "a" + "\u0301" * MAX_MARKS + MARK),
    ],
)
def test_each_kind_has_its_stand_in(text: str, shown: str) -> None:
    assert sanitise(text) == shown


@given(ANY_TEXT | HOSTILE_TEXT)
def test_safe_text_is_safe_and_stays_as_it_is(text: str) -> None:
    shown = sanitise(text)
    assert offences(shown) == []
    assert sanitise(shown) == shown


@given(HOSTILE_TEXT, HOSTILE_TEXT)
def test_a_cut_smuggles_nothing(before: str, after: str) -> None:
    assert offences(sanitise(before) + sanitise(after)) == []


@given(ANY_TEXT | HOSTILE_TEXT, st.integers(1, 30))
def test_one_line_is_one_safe_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert "\n" not in line
    assert len(line) <= limit
    assert offences(line) == []


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("  two \n lines ", 40, "two ⏎ lines"),
        ("a long title that does not fit", 10, "a long ti…"),
        ("x" * 10, 10, "x" * 10),
        ("\x1b]0;t\x07", 40, "␛]0;t␇"),
        ("", 40, ""),
        (f"two{' ' * 30}words", 10, "two words"),
        ("y" * 1_000_000, 5, "yyyy…"),
    ],
)
def test_one_line_says_where_it_was_cut(text: str, limit: int, line: str) -> None:
    assert one_line(text, limit) == line


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("plain \x1b[31m\u202e stays", "plain \x1b[31m\u202e stays"),
        ("A\ud800B", "A�B"),
        ("\ud83d\ude00", "😀"),
        ("\ude00\ud83d", "��"),
    ],
)
def test_only_what_utf8_cannot_hold_is_changed_for_storage(text: str, stored: str) -> None:
    assert storable(text) == stored


@given(ANY_TEXT)
def test_whatever_is_stored_can_be_encoded(text: str) -> None:
    storable(text).encode("utf-8")


KEY = "sk-ant-api03-" + "Zz9_-" * 8


@pytest.mark.parametrize(
    "text",
    [
        f"key {KEY}.",
        f"x-api-key: {KEY}",
        "X-Api-Key: canary-value",
        '{"authorization": "Bearer canary-value"}',
        "Authorization: Basic canary-value",
        "[(b'x-api-key', b'canary-value')]",
        "https://user:canary-value@proxy.invalid:8080/path",
        "the other secret is canary-value, at the end",
        f"LocalProtocolError: Illegal header value b'Bearer {KEY}\\n'",
    ],
)
def test_no_secret_is_left(text: str) -> None:
    cleaned = redact(text, ["canary-value"])
    assert "canary-value" not in cleaned
    assert KEY[7:] not in cleaned
    assert redact(cleaned, ["canary-value"]) == cleaned


def test_a_header_needs_no_known_value() -> None:
    assert "hush-hush" not in redact("x-api-key: hush-hush\nproxy-authorization: hush-hush")
    assert "hush-hush" in redact("x-other: hush-hush"), "or this test could not fail"


def test_a_secret_of_six_letters_is_taken_out_and_a_shorter_word_stays() -> None:
    assert redact("the hexkey of five", ["hexkey", "five"]) == "the [redacted] of five"


def test_ordinary_words_are_not_secrets() -> None:
    text = "mail me@example.invalid about the authorization of https://example.invalid/a@b"
    assert redact(text, ["", "of"]) == text

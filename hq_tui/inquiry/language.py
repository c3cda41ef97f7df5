"""Plain facts about a piece of English text: clauses, words, stems, questions, quotes.

Everything that reads what a user typed stands on these few functions: the
rehearsal partner, the review of a session and the local board rules. They know
no grammar. They split at punctuation and connectives, cut
endings off words and count marks, and they always work on spans of the text
itself, so that whatever is quoted later is verbatim.

Text in, values out; the cost grows with the length of the text and is bounded
by `READ_LIMIT`, so a pasted log file does no harm.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .vocabulary import COMMON_ELSEWHERE, DANGLING, IRREGULAR, LIGHT_WORDS, STOP_WORDS

READ_LIMIT = 12_000
"""How many characters of one message are read; the rest is kept, but not looked at."""

MESSAGES, LINES, WORDS = 256, 1024, 8192
"""How many texts a function remembers what it found in: of whole messages, which are looked at
several times in their turn; of single lines, all of a full board with its clauses; of words.
A session may be any length, so all of its messages are never remembered."""

CHUNK_WORDS = 18
"""The longest quotation, in words, that still reads well inside a question."""

QUESTION_MARKS = "?\uff1f\u061f\u037e\u2047\u2048\u2049\u00bf"
"""Every mark that ends or opens a question in some script."""

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{1,400}`|~~~.*?(?:~~~|\Z)", re.DOTALL)
_URL = re.compile(r"\b(?:https?|ftp|ssh|file)://\S{1,2000}|\bwww\.\S{1,2000}")
_QUOTED = re.compile(r"“[^“”]{0,600}”|\"[^\"\n]{0,600}\"|«[^«»]{0,600}»")
_CARRIED = re.compile(r"(?:^>[^\n]*\n){0,400}^> \(partner, turn \d+ of [^\n]*\)$", re.MULTILINE)
_CURLY = re.compile(r"“([^“”]{1,600})”")
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
    "\u0e31-\u0e4e\u1000-\u109f\u17b4-\u17d3"
)
"""Vowel signs and accents of their own, which belong to the letter before them."""
_LETTERS = rf"(?:[^\W_]|[{_MARKS}])+"
_WORD = re.compile(rf"{_LETTERS}(?:['’\-]{_LETTERS})*")
_SENTENCE_END = re.compile(
    r"(?<=[^\W\d_])\.(?=\s|$)|(?<=\d)\.(?=\s|$)|[!?…;\n。！？؟।]+|(?<=\w):(?=\s)|\s[–—-]{1,2}\s"
)
_CONNECTIVE = re.compile(
    r",?\s+(?=(?:but|although|though|because|since|so|while|whereas|unless|however|yet)\b)"
    r"|,\s+(?=(?:and|or|as|which|who|only|it|we|i|they|he|she|you|that|this|there|if|when|"
    r"then|not)\b)"
    r"|,\s+|\s+(?=and\s+(?:we|i|they|it|he|she|you|the|this|that|there|everyone|nobody|"
    r"everybody|my|our|a|an|no|every|all)\b)",
    re.IGNORECASE,
)
_CONNECTIVE_LEAD = re.compile(
    r"(?:(?:and|but|or|so|because|since|which|though|although|cause|cos|well|also)\s+)+(?=\w)",
    re.IGNORECASE,
)
_LEADING_JUNK = re.compile(r"^[\s>#*•\-–—,.:;!)\]}|/\\=+~_\"'“”‘’«»(\[{]+")
_TRAILING_JUNK = re.compile(r"[\s,.:;!(\[{|/\\=+~_\"'“”‘’«»\-–—*#…]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of one message: its words exactly as typed, and where they begin."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind the last character."""
        return self.start + len(self.text)


def mask(text: str) -> str:
    """`text` at the same length; code, links, carried passages and controls are line breaks."""
    head = text[:READ_LIMIT]
    for pattern in (_CODE, _URL, _CARRIED):
        head = pattern.sub(lambda found: "\n" * len(found.group()), head)
    return "".join("\n" if _breaks(char) else char for char in head)


def _breaks(char: str) -> bool:
    if char == " " or char.isalnum():
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@lru_cache(maxsize=MESSAGES)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of `text`, trimmed of marks at both ends, without code and links."""
    masked = mask(text)
    cuts = [0]
    for found in _SENTENCE_END.finditer(masked):
        cuts += [found.start(), found.end()]
    cuts.append(len(masked))
    parts = (_trimmed(masked, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True))
    return tuple(part for part in parts if part is not None)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    lead = _LEADING_JUNK.match(piece)
    begin = start + (lead.end() if lead else 0)
    body = _TRAILING_JUNK.sub("", text[begin:end])
    return Span(text=body, start=begin) if _WORD.search(body) else None


@lru_cache(maxsize=LINES)
def clauses(sentence: str) -> tuple[Span, ...]:
    """The clauses of one sentence: cut at commas and before connectives."""
    cuts = [0]
    for found in _CONNECTIVE.finditer(sentence):
        if found.start() > 0:
            cuts += [found.start(), found.end()]
    cuts.append(len(sentence))
    parts = (_trimmed(sentence, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True))
    return tuple(part for part in parts if part is not None)


@lru_cache(maxsize=MESSAGES)
def chunks(text: str) -> tuple[Span, ...]:
    """Stretches fit to be quoted: whole sentences where short, joined clauses where long."""
    found: list[Span] = []
    for sentence in sentences(text):
        found.extend(_pieces(sentence))
    return tuple(found)


def _pieces(sentence: Span) -> Iterable[Span]:
    start = end = -1
    for clause in clauses(sentence.text):
        if start >= 0 and word_count(sentence.text[start : clause.end]) > CHUNK_WORDS:
            yield _shortened(sentence, start, end)
            start = clause.start
        start = clause.start if start < 0 else start
        end = clause.end
    if start >= 0:
        yield _shortened(sentence, start, end)


def _shortened(sentence: Span, start: int, end: int) -> Span:
    lead = _CONNECTIVE_LEAD.match(sentence.text[start:end])
    begin = start + (lead.end() if lead else 0)
    return Span(text=shorten(sentence.text[begin:end]), start=sentence.start + begin)


def shorten(text: str, words_at_most: int = CHUNK_WORDS, chars_at_most: int = 140) -> str:
    """The beginning of `text`, cut behind a word; still verbatim."""
    end = 0
    for count, found in enumerate(_WORD.finditer(text), start=1):
        if count > words_at_most or found.end() > chars_at_most:
            break
        end = found.end()
    if end == 0:
        return text[:chars_at_most].strip()
    whole = text if word_count(text) <= words_at_most and len(text) <= chars_at_most else ""
    return whole or _without_dangling(text[:end])


def _without_dangling(text: str) -> str:
    """`text` without a last word that only makes sense with what followed it."""
    while (cut := text.rfind(" ")) > 0 and text[cut + 1 :].lower() in DANGLING:
        text = text[:cut].rstrip(" ,;:")
    return text


@lru_cache(maxsize=LINES)
def words(text: str) -> tuple[str, ...]:
    """The words of `text` as far as it is read, lower case, in order; apostrophes straight."""
    found = _WORD.findall(text[:READ_LIMIT])
    return tuple(_one(word.replace("’", "'").lower()) for word in found)


@lru_cache(maxsize=WORDS)
def _one(word: str) -> str:
    """The same word always as the same value, or every text would bring its own."""
    return word


def word_count(text: str) -> int:
    """How many words `text` has."""
    return len(words(text))


@lru_cache(maxsize=WORDS)
def stem(word: str) -> str:
    """A crude stem: irregular forms from a table, common endings cut off."""
    word = word.removesuffix("'s")
    if word in IRREGULAR:
        return IRREGULAR[word]
    for ending, left, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= left:
            root = _undoubled(word[: len(word) - len(ending)]) + instead
            return IRREGULAR.get(root) or IRREGULAR.get(f"{root}e", root)
    return word.removesuffix("e") if len(word) > 3 else word


_ENDINGS = (
    ("iveness", 3, ""),
    ("ization", 3, ""),
    ("ations", 3, ""),
    ("ation", 3, ""),
    ("ments", 3, ""),
    ("ment", 3, ""),
    ("ingly", 3, ""),
    ("ively", 3, ""),
    ("ness", 3, ""),
    ("ivity", 3, ""),
    ("tions", 3, "t"),
    ("tion", 3, "t"),
    ("ings", 3, ""),
    ("ing", 3, ""),
    ("iest", 2, "y"),
    ("ies", 2, "y"),
    ("ied", 2, "y"),
    ("ily", 2, "y"),
    ("ive", 4, ""),
    ("able", 3, ""),
    ("ers", 3, ""),
    ("est", 4, ""),
    ("eed", 2, "eed"),
    ("ed", 3, ""),
    ("er", 3, ""),
    ("ly", 4, ""),
    ("sses", 2, "ss"),
    ("xes", 2, "x"),
    ("ches", 2, "ch"),
    ("shes", 2, "sh"),
    ("es", 3, ""),
    ("ss", 2, "ss"),
    ("us", 2, "us"),
    ("is", 2, "is"),
    ("s", 3, ""),
)


def _undoubled(root: str) -> str:
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsze":
        return root[:-1]
    return root.removesuffix("e") if len(root) > 3 else root


@lru_cache(maxsize=LINES)
def content_stems(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning: no stop words, no bare numbers."""
    return frozenset(
        stem(word)
        for word in words(text)
        if word not in STOP_WORDS and (len(word) > 2 or not word.isascii()) and not word.isdigit()
    )


@lru_cache(maxsize=LINES)
def weighty_stems(text: str) -> frozenset[str]:
    """Content stems without the small change of talk ("think", "thing", "week")."""
    return frozenset(root for root in content_stems(text) if root not in LIGHT_STEMS)


LIGHT_STEMS = frozenset(stem(word) for word in LIGHT_WORDS) | LIGHT_WORDS


def count_questions(text: str) -> int:
    """How many question marks `text` asks with: those in quotes, code and links are not counted."""
    bare = _URL.sub(" ", _CODE.sub(" ", _QUOTED.sub(" ", text)))
    return len(re.findall(f"[{QUESTION_MARKS.replace(chr(0xBF), '')}]+", bare))


def has_question_mark(text: str) -> bool:
    """Whether a question mark of any script stands anywhere in `text`."""
    return any(mark in text for mark in QUESTION_MARKS)


def last_question(text: str) -> str:
    """The last sentence of `text` that ends in a question mark outside quotes; else empty."""
    hidden = _QUOTED.sub(lambda found: "“" + "x" * (len(found.group()) - 2) + "”", text)
    end = hidden.rfind("?")
    if end < 0:
        return ""
    before = [hidden.rfind(mark, 0, end) for mark in ("\n", ". ", "! ", "? ")]
    return text[max(before) + 1 : end + 1].strip()


def quotes(text: str) -> tuple[str, ...]:
    """What stands between curly quotation marks in `text`, in order."""
    return tuple(_CURLY.findall(text))


def without_quotes(text: str) -> str:
    """`text` with every quoted stretch replaced by a blank."""
    return _QUOTED.sub(" ", text)


def squeezed(text: str) -> str:
    """`text` with every run of white space as one blank: the form in which quotes are compared."""
    return _squeezed(text) if len(text) <= _SHORT else " ".join(text.split())


_SHORT = 400
"""Up to this length a text is worth remembering: a quotation is compared again and again."""


@lru_cache(maxsize=LINES)
def _squeezed(text: str) -> str:
    return " ".join(text.split())


def is_verbatim(quote: str, source: str) -> bool:
    """Whether `quote` stands word for word in `source`, white space aside.

    A passage of the partner's that was carried over from another branch is not the user's.
    """
    own = _CARRIED.sub("\n", source) if "> (partner" in source else source
    return squeezed(quote) in squeezed(own)


def looks_english(text: str) -> bool:
    """A plain stop-word test: more common English words than common words of its neighbours.

    A text without letters, or too short to tell, gets the benefit of the doubt as long as it
    is written in Latin letters.
    """
    letters = [char for char in text[:4000] if char.isalpha()]
    if sum(char.isascii() for char in letters) < 0.8 * len(letters):
        return False
    found = [word for word in words(text[:4000]) if len(word) > 1 and not word.isdigit()]
    common = sum(word in STOP_WORDS for word in found)
    foreign = sum(word in COMMON_ELSEWHERE for word in found)
    return foreign <= common and (common > 0 or len(found) < 12)

"""Numbers with their units, as intervals that can be compared.

"at most two weeks", "14 days" and "a fortnight" name the same stretch of time;
"9 minutes" and "9 people" have nothing to say to each other. A number without a
unit is not a quantity, and neither is one inside a name ("GPT-4", "v2").
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from .language import LINES, stem
from .vocabulary import STOP_WORDS

_NUMBER_WORDS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "hundred": 100,
    "half": 0.5,
}
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_UNITS = {
    "ms": ("time", 0.001),
    "millisecond": ("time", 0.001),
    "s": ("time", 1.0),
    "sec": ("time", 1.0),
    "second": ("time", 1.0),
    "min": ("time", 60.0),
    "minute": ("time", 60.0),
    "h": ("time", 3600.0),
    "hr": ("time", 3600.0),
    "hour": ("time", 3600.0),
    "day": ("time", 86400.0),
    "week": ("time", 604800.0),
    "fortnight": ("time", 1209600.0),
    "month": ("time", 2629800.0),
    "quarter": ("time", 7889400.0),
    "year": ("time", 31557600.0),
    "%": ("percent", 1.0),
    "percent": ("percent", 1.0),
    "kb": ("bytes", 1e3),
    "mb": ("bytes", 1e6),
    "gb": ("bytes", 1e9),
    "tb": ("bytes", 1e12),
    "km": ("metres", 1000.0),
    "metre": ("metres", 1.0),
    "meter": ("metres", 1.0),
    "mile": ("metres", 1609.34),
    "kg": ("grams", 1000.0),
    "gram": ("grams", 1.0),
    "euro": ("euro", 1.0),
    "eur": ("euro", 1.0),
    "dollar": ("dollar", 1.0),
    "usd": ("dollar", 1.0),
    "pound": ("pound", 1.0),
}
_MONEY = {"€": "euro", "$": "dollar", "£": "pound"}
_WORDS = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<bound>at most|up to|no more than|less than|under|max(?:imum)?|within|at least|"
    rf"more than|over|"
    rf"min(?:imum)?|about|around|roughly|almost|nearly)?\s*(?P<money>[€$£])?"
    rf"(?<![\w.\-])(?P<number>\d{{1,9}}(?:[.,]\d{{1,3}})?|(?:{_WORDS})\b)"
    rf"\s?-?(?P<scale>k|m|bn|thousand|million|billion)?\b\s?-?(?P<unit>%|[a-z]{{1,15}})?",
    re.IGNORECASE,
)
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_DATE = re.compile(
    rf"\b(?P<bound>by|before|until|till|no later than)?\s*"
    rf"(?:(?:the end of|early|mid|late|in|on)\s+)*"
    rf"(?P<month>{'|'.join(_MONTHS)})?\s*(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_UPPER = {"at most", "up to", "no more than", "less than", "under", "max", "maximum", "within"}
_DENIED = re.compile(r"(?:\bnot|n't|n’t|\bcannot|\bnever)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_SELECTS = re.compile(
    r"(?:\b(?:an?|the|every|each)\s*|\b(?:for|with|of|from)\s+[a-z]+\s+)$", re.IGNORECASE
)
"""What stands before an amount that picks a case ("a 49 MB file") and does not describe one."""
_COMPARABLE = 300.0
"""How many times larger an amount may be before it can no longer be the same measure."""
_LOWER = {"at least", "more than", "over", "min", "minimum"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """An amount between `low` and `high`, in the base unit of its family, and how it was typed."""

    low: float
    high: float
    unit: str
    typed: str

    def excludes(self, other: "Quantity") -> bool:
        """Whether the two amounts cannot be the same amount (same unit, no common value)."""
        if self.unit.startswith("case of "):
            return False
        if self.unit == "date" == other.unit:
            late, early = max(self, other, key=_begin), min(self, other, key=_begin)
            return early.low == -inf and early.high < late.low
        if self.unit != other.unit or _dwarfs(self, other) or _dwarfs(other, self):
            return False
        return self.high * 1.05 < other.low or other.high * 1.05 < self.low


def _begin(quantity: Quantity) -> float:
    return quantity.low


def _dwarfs(one: Quantity, other: Quantity) -> bool:
    return one.low > _COMPARABLE * max(other.low, other.high if other.low == 0 else 0.0)


@lru_cache(maxsize=LINES)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities in `text`, in order."""
    found = (_quantity(hit) for hit in _QUANTITY.finditer(text))
    dates = (_date(hit) for hit in _DATE.finditer(text))
    return tuple(each for each in (*found, *dates) if each is not None)


def _date(hit: re.Match[str]) -> Quantity:
    """A month as a number, or a year as twelve of them; a deadline reaches back without end."""
    year = int(hit["year"]) * 12
    month = _MONTHS.index(hit["month"].lower()) if hit["month"] else 0
    return Quantity(
        low=-inf if hit["bound"] else year + month,
        high=year + (month if hit["month"] else 11),
        unit="date",
        typed=hit.group().strip(),
    )


def _quantity(hit: re.Match[str]) -> Quantity | None:
    digits = hit["number"].lower()
    unit = (hit["unit"] or "").lower()
    if hit["money"]:
        family, size = _MONEY[hit["money"]], 1.0
    else:
        family, size = _unit(unit, articles=digits in {"a", "an"})
    if not family:
        return None
    amount = _NUMBER_WORDS.get(digits) or _digits(digits)
    amount *= size * _SCALES.get((hit["scale"] or "").lower(), 1.0)
    bound = (hit["bound"] or "").lower()
    if _SELECTS.search(hit.string[: hit.start()]) and digits not in {"a", "an"}:
        family = f"case of {family}"
    upper, lower = bound in _UPPER, bound in _LOWER
    if _DENIED.search(hit.string[: hit.start()]):
        upper, lower = lower, upper
    return Quantity(
        low=0.0 if upper else amount,
        high=float("inf") if lower else amount,
        unit=family,
        typed=hit.group().strip(" -"),
    )


def _unit(word: str, *, articles: bool) -> tuple[str, float]:
    for form in (word, word.removesuffix("s")):
        if form in _UNITS:
            return _UNITS[form]
    if articles or len(word) < 3 or word in STOP_WORDS:
        return "", 1.0
    return stem(word), 1.0


def _digits(text: str) -> float:
    if "," in text and len(text.rsplit(",", 1)[1]) == 3:
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))

"""A lesson pack: what a learner should come to say, the usual errors, the hints, the answer.

Only where a pack exists can a partner without a model teach: it can tell from
the learner's words whether a step was made, it has four hints for each step and
a real answer to give away. A step counts as made when every group of its signs
has a word in what the learner wrote; that is a test of words, not of insight.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .language import squeezed

Signs = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something the learner should come to say, the question for it, and hints 1 to 4."""

    id: str
    asks: str
    signs: Signs
    hints: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """A usual misconception and the question with a case that would break it."""

    id: str
    asks: str
    signs: Signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One topic that can be taught without a model."""

    id: str
    title: str
    names: tuple[str, ...]
    steps: tuple[Step, ...]
    errors: tuple[Error, ...]
    answer: str


def shows(text: str, signs: Signs) -> bool:
    """Whether `text` has, for every group of signs, a word that begins with one of them."""
    plain = re.sub(r"[^\w.,%'-]+", " ", f" {text.lower().replace('’', chr(39))}")
    return bool(signs) and all(any(f" {sign}" in plain for sign in group) for group in signs)


def lesson_for(texts: Iterable[str], lessons: Sequence[Lesson]) -> Lesson | None:
    """The first lesson whose topic is named in `texts`, oldest text first."""
    for text in texts:
        plain = squeezed(text).lower()
        for lesson in lessons:
            if any(name in plain for name in lesson.names):
                return lesson
    return None


def read_lessons(text: str) -> tuple[Lesson, ...]:
    """The lessons in the JSON `text`; ValueError, KeyError or TypeError when it is not one."""
    return tuple(_lesson(entry) for entry in json.loads(text)["lessons"])


def _lesson(entry: Mapping[str, Any]) -> Lesson:
    return Lesson(
        id=str(entry["id"]),
        title=str(entry["title"]),
        names=tuple(entry["names"]),
        steps=tuple(_step(step) for step in entry["expectations"]),
        errors=tuple(
            Error(id=str(error["id"]), asks=str(error["asks"]), signs=_signs(error["signs"]))
            for error in entry["misconceptions"]
        ),
        answer=str(entry["answer_key"]),
    )


def _step(entry: Mapping[str, Any]) -> Step:
    one, two, three, four = entry["hints"]
    return Step(
        id=str(entry["id"]),
        asks=str(entry["asks"]),
        signs=_signs(entry["signs"]),
        hints=(str(one), str(two), str(three), str(four)),
    )


def _signs(groups: Iterable[Iterable[str]]) -> Signs:
    return tuple(tuple(str(sign) for sign in group) for group in groups)

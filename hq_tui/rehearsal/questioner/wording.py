"""The lines before the question: what the partner heard, in the user's words.

A reflection quotes and says what the quotation does in the argument (a plan, a
cause, a number without a source). It never inflects the user's words, never
praises and never ends in a question mark.
"""

from collections.abc import Sequence

from hq_tui.inquiry.checkpoint import MOST_LINES, verdict_of
from hq_tui.inquiry.intent import Intent, intent, is_substantive
from hq_tui.inquiry.language import has_question_mark, looks_english, shorten, squeezed, word_count
from hq_tui.inquiry.lexicon import cause_and_effect
from hq_tui.inquiry.state import Verdict

from .choosing import pick
from .history import History
from .memory import MARKS, Idea, Memory

CHECKPOINT = "Checkpoint. "
"""How a reply begins that sums up."""

REPLY_WORDS = 88
"""How long a reply may get, in words."""

_BY_FEATURE = (
    (
        "admission",
        ("{q} names something that has not been checked.", "With {q} you mark a gap yourself."),
    ),
    ("authority", ("{q} leans on somebody else's judgement.",)),
    ("plan", ("{q} is a plan; it rests on things the sentence does not say.",)),
    ("absolute", ("{q} leaves no room for an exception, so one case would change it.",)),
    ("causal", ("{q} claims a cause, and a cause can be tested.",)),
    ("obligation", ("{q} is put as a must; somebody or something set it.",)),
    ("prediction", ("{q} speaks about what has not happened yet.",)),
    ("number", ("{q} puts an amount on it.",)),
    ("hedge", ("{q} is held with some doubt.",)),
    ("comparative", ("{q} compares, and a comparison has two sides.",)),
    ("evaluative", ("{q} holds a word that two people could read in two ways.",)),
)
_BESIDE = (
    "{q} now stands next to that line.",
    "{q} goes on the board; the line it answers stays open.",
    "I file {q} and go back to a line that is not examined yet.",
    "With {q} noted, one of your other lines is still untouched.",
)
_STUCK = (
    "That is a fair place to be; here is a smaller step.",
    "Not knowing is an answer too; I turn it to an easier side.",
    "Then I take a smaller piece of it.",
)
_WEAK = (
    "I leave {q} as it is and take up another line of yours.",
    "{q} changes nothing on the board yet, so I try another side.",
    "I note {q} and come back to what you said before.",
)
_AGREED = (
    "I take {q} as a yes, not as a confirmation.",
    "{q} closes nothing, so I go one step further.",
)
UNKNOWN_LANGUAGE = "I only know English, so I keep to your words as they stand."


def reflection(history: History, memory: Memory, focus: Idea | None, seed: str) -> str:
    """One or two sentences on what the user just said, before the question about `focus`."""
    now = history.now
    parts = []
    if not _knows(now.text) and not any(UNKNOWN_LANGUAGE in turn.reply for turn in history.before):
        parts.append(UNKNOWN_LANGUAGE)
    if now.edits:
        parts.append("I see your change on the board and go by it.")
    parts.append(_heard(history, memory, focus, seed))
    return " ".join(part for part in parts if part)


def _knows(text: str) -> bool:
    return looks_english(text)


def _heard(history: History, memory: Memory, focus: Idea | None, seed: str) -> str:
    now = history.now
    if _confirms(history):
        return "Then these lines stand, confirmed by you."
    occasion = f"{now.number}/heard"
    fresh = memory.fresh(now.number)
    if fresh:
        if focus is not None and focus in fresh:
            return _about(focus, seed, occasion)
        newest = max(fresh, key=lambda idea: idea.salience)
        return pick(_BESIDE, seed, occasion).format(q=_quoted(newest.text))
    said = short_quote(now.text)
    meant = intent(now.text)
    if meant is Intent.STUCK or now.request == "skip":
        return pick(_STUCK, seed, occasion)
    if meant is Intent.EMPTY or not said:
        return "" if focus is None else "I go by what you wrote before."
    options = _AGREED if meant is Intent.AGREE else _WEAK
    if is_substantive(now.text):
        return f"You come back to {_quoted(said)}."
    return pick(options, seed, occasion).format(q=_quoted(said))


def _confirms(history: History) -> bool:
    """Whether the user just said that nothing in a summary is wrong."""
    last = history.before[-1] if history.before else None
    if last is None or not last.reply.startswith(CHECKPOINT):
        return False
    return verdict_of(history.now.text, MOST_LINES)[0] is Verdict.CONFIRMED


def _about(idea: Idea, seed: str, occasion: str) -> str:
    pair = cause_and_effect(idea.text)
    if pair and word_count(idea.text) > 6:
        return (
            f"You tie {_quoted(shorten(pair[1], 9))} to {_quoted(shorten(pair[0], 9))}; "
            "that is a cause, so it can be tested."
        )
    for feature, lines in _BY_FEATURE:
        if feature in idea.marks.names:
            return pick(lines, seed, occasion).format(q=_quoted(shorten(idea.text, 9)))
    return f"I keep {_quoted(shorten(idea.text, 9))} as your words."


def short_quote(text: str) -> str:
    """The first words of a message, where they can be quoted; else empty."""
    line = next((part for part in text.splitlines() if part.strip()), "")
    said = shorten(squeezed(line), 8).strip(" .,;:!")
    harmless = said.isprintable() and not any(mark in said for mark in MARKS)
    return said if word_count(said) and harmless and not has_question_mark(said) else ""


def _quoted(text: str) -> str:
    return f"“{text}”"


def side_by_side(older: Idea, newer: Idea, why: str, *, strong: bool) -> str:
    """The line that introduces a pair; it says what the words show and no more."""
    where = f"t{older.turn} and t{newer.turn}"
    if strong:
        return (
            f"Two of your lines ({where}) do not seem to fit together: {why}. "
            "I may be wrong about that."
        )
    return f"Two of your lines ({where}) are close to each other, so I take them in one go."


def listed(ideas: Sequence[Idea]) -> str:
    """Lines of the user, each with its turn, as a list."""
    return "\n".join(f"- {_quoted(shorten(idea.text, 14))} (t{idea.turn})" for idea in ideas)


def fitted(before: str, question: str) -> str:
    """Reflection and question as one reply that stays short; a long reflection gives way."""
    if before and word_count(before) + word_count(question) > REPLY_WORDS:
        before = shorten_reflection(before)
    return f"{before}\n\n{question}" if before else question


def shorten_reflection(text: str) -> str:
    """Only the last sentence of a reflection, so that the question has room."""
    return text.rsplit(". ", 1)[-1]

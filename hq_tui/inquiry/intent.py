"""What a message of the user is for: to say something, to get out, to stop, or to pass.

A short message is judged as a whole, a long one never: somebody who writes
"just tell me" inside a paragraph about their manager has not asked for the
answer. Non-answers matter to the partner (it steps down), to the review
(fatigue) and to the stop rule.
"""

import re
from enum import StrEnum
from functools import lru_cache

from .language import MESSAGES, has_question_mark, weighty_stems, word_count, words
from .lexicon import features


class Intent(StrEnum):
    """What one message asks of the partner."""

    SAY = "say"
    STUCK = "stuck"
    AGREE = "agree"
    TELL = "tell"
    CLOSE = "close"
    EMPTY = "empty"


_TELL = re.compile(
    r"\b(?:just (?:tell|give) (?:me|us)|tell me the (?:answer|solution)|(?:give|"
    r"show) me the (?:answer|solution)|"
    r"(?:what's|what is) the answer|stop asking|no more questions|spare me the questions|"
    r"answer (?:me )?(?:now|already|directly)|i (?:just )?want (?:the|an) answer)\b",
    re.IGNORECASE,
)
_CLOSE = re.compile(
    r"^(?:ok(?:ay)?,? )?(?:i am|i'm|we are|we're)? ?(?:done|finished|that's (?:all|it|"
    r"enough)|that is (?:all|it|enough)|"
    r"enough|let's (?:stop|close|finish|end)(?: (?:here|it|now|there))?|stop(?: here)?|"
    r"close|quit|bye|goodbye|"
    r"the end|end|wrap up|let's wrap up|(?:we can|let us) (?:stop|"
    r"close)(?: here)?)(?: (?:for (?:today|now)|thanks|thank you))*$",
    re.IGNORECASE,
)
_STUCK = re.compile(
    r"^(?:(?:um+|uh+|er+|hm+|well|honestly|sorry|oh|ok) )*(?:idk|dunno|"
    r"i (?:really )?(?:don't|do not|dont) know"
    r"(?: (?:yet|either|really|that|anything))*|(?:i have )?no (?:idea|clue)|not sure|"
    r"i'm not sure|i am not sure|"
    r"can't say|cannot say|hard to say|no opinion|pass|skip|next|whatever|i'm stuck|"
    r"i am stuck|stuck|"
    r"i (?:can't|cannot) (?:answer|tell)(?: that)?|h+m+|um+|uh+|er+|meh|"
    r"possibly|maybe|perhaps|could be|no comment|n/?a|"
    r"none)(?: \w+){0,3}$",
    re.IGNORECASE,
)
_STUCK_ELSEWHERE = re.compile(
    r"(?:(?:das )?weiß ich nicht|ich weiß (?:es |das )?nicht|keine ahnung|no (?:lo )?sé|ni idea|"
    r"je (?:ne )?sais pas|aucune idée|non (?:lo )?so|boh|não sei|nie wiem|nevím|nem tudom|"
    r"(?:dat )?weet ik niet|vet (?:inte|ikke)|ved ikke|en tiedä|bilmiyorum|не знаю|без понятия|"
    r"(?:أنا )?لا (?:أعرف|أدري)|(?:אני )?לא יודעת?|不知道|我不知道|不清楚|わかりません|"
    r"分かりません|知りません|몰라요|모르겠어요|(?:मुझे )?नहीं पता|(?:मुझे )?पता नहीं)",
    re.IGNORECASE,
)
"""The same in other languages, so that it is not filed as something that was said."""
_AGREE = re.compile(
    r"^(?:(?:yes|yeah|yep|ok|okay|sure|right|true|fine|good|agreed|correct|exactly|"
    r"sounds good|looks good|"
    r"fair enough|makes sense|go on|that works|all good|go ahead|i agree|none|nothing) ?)+$",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^(?:yes|yeah|yep|sure|of course|definitely|it is|it does|they do)\b", re.IGNORECASE
)
_NO = re.compile(
    r"^(?:no(?=\W*$|\s*[,.;:!–—-]|,?\s+(?:not|it|that|this|they|he|she|i|we|only|the)\b)|nope\b|"
    r"not (?:any ?more|as written|really|quite)\b)",
    re.IGNORECASE,
)
"""A "no" that answers; "no idea" and "no comment" do not."""
_DEFLECTED = re.compile(
    r"\b(?:talk(?:ed)?|discuss(?:ed|ion)?|argued?|meeting|chat(?:ted)?)\b.{0,60}\b(?:nothing|nowhere|"
    r"no (?:result|conclusion|decision)|(?:not|never|un)\W?decided|for (?:hours|ages|ever))\b|"
    r"\b(?:look (?:it|that|this|them) up|get back to you|think about (?:it|that)|let me think|"
    r"have to (?:check|look|think)|need to (?:check|look|think)|getting at|what you mean|"
    r"(?:how|what) (?:things are|it is|they are)|it is what it is|sa(?:y|ys|id) the same|"
    r"(?:fair|good) (?:point|question)|hadn't thought|rather not|came up (?:before|already)|"
    r"(?:went|been|gone) (?:over|through) (?:this|that|it))\b",
    re.IGNORECASE,
)
"""Talk about the talk, and ways of putting an answer off."""
_CLAIMING = frozenset(
    {"absolute", "obligation", "causal", "comparative", "prediction", "number", "admission"}
)
"""What makes a sentence of everyday words say something all the same."""
_LEVEL = re.compile(r"^\D{0,12}(10|[0-9])(?:\s*(?:/|of|out of)\s*10)?\b")


@lru_cache(maxsize=MESSAGES)
def intent(text: str) -> Intent:
    """What the message `text` is for."""
    if not words(text):
        return Intent.EMPTY
    if word_count(text) <= 12 and _TELL.search(text):
        return Intent.TELL
    plain = " ".join(words(text))
    if _STUCK_ELSEWHERE.fullmatch(plain):
        return Intent.STUCK
    if word_count(text) <= 8:
        for pattern, meaning in (
            (_CLOSE, Intent.CLOSE),
            (_STUCK, Intent.STUCK),
            (_AGREE, Intent.AGREE),
        ):
            if pattern.match(plain):
                return meaning
    return Intent.SAY


@lru_cache(maxsize=MESSAGES)
def is_substantive(text: str) -> bool:
    """Whether the message brings anything that could be asked about."""
    if intent(text) is not Intent.SAY or deflects(text):
        return False
    weighty = len(weighty_stems(text))
    if weighty == 1:
        short = word_count(text) <= 4 and not has_question_mark(text)
        return short or (word_count(text) >= 7 and bool(features(text).names & _CLAIMING))
    return weighty >= 2


def deflects(text: str) -> bool:
    """Whether a short message only puts the answer off."""
    return word_count(text) <= 16 and bool(_DEFLECTED.search(text))


def commitment(text: str) -> bool | None:
    """A short yes or no, or a number from 0 to 10 read as one; None when it is neither."""
    if word_count(text) > 25 or intent(text) is Intent.STUCK:
        return None
    if word_count(text) <= 12 and (found := _LEVEL.match(text.strip())):
        level = int(found.group(1))
        return None if level == 5 else level > 5
    if _NO.match(text.strip()):
        return False
    return True if _YES.match(text.strip()) else None

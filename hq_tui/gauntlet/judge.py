"""What a question is, judged from its words alone, apart from the partner that asked it.

The partner may declare any type it likes; here only the text counts, with the
user's own words taken out of it first. The expressions are the plain English of
each type of question and know nothing of any partner's bank.
"""

import re
from collections.abc import Sequence

_TYPES = (
    (
        "tension",
        (
            r"both (?:be|hold|stand)|gives? way|contradict|earlier you said|which of the two|"
            r"square with|"
            r"fit together|reconcile|at odds|can stand|which would you (?:defend|keep)|cannot both|"
            r"one goes on the board|you gave .* before|apply, and in which"
        ),
    ),
    (
        "assume",
        (
            r"take?n?(?:ing)? for granted|ha(?:s|ve) to be true|must be true for|assum|"
            r"unstated|treating as fixed|must stay|"
            r"never checked|opposite of|quietly expect|exception|depends? on|third option|built on|"
            r"refused to accept|believe about|come from before|decided that this limit|"
            r"still meant as written|"
            r"how firmly|except when|presuppos|relying on|rest on|lean on"
        ),
    ),
    (
        "evidence",
        (
            r"how do you know|how could you tell|evidence|measure|did you see|have you seen|"
            r"have you observed|"
            r"observation|into certain|out of ten|figure|the cheapest test|your own money|"
            r"data|proof|prove|"
            r"expect to find|right in general|what (?:shows|tells) you|expected? to happen|"
            r"last work|which test|"
            r"exact message|smallest input|sure ran|what supports|where did you (?:read|hear|learn)"
        ),
    ),
    (
        "view",
        (
            r"who (?:would|else|carries)|disagree|other side|someone (?:who|from|else)|"
            r"somebody (?:who|else)|"
            r"a friend|point of view|perspective|does (?:this|it) look to|strongest supporter|"
            r"whose silence|"
            r"object|critic|see it differently|none of the history|did you borrow|not worth solving"
        ),
    ),
    (
        "imply",
        (
            r"what (?:happens|follows|would follow|breaks|fails|else must)|consequence|"
            r"breaks first|rule out|"
            r"no longer do|was a mistake|odd result|cost to decide|undo|to stop doing|"
            r"behave differently|"
            r"more than you hope|expensive to reverse|lead to|side effect|"
            r"what would change if|knock-on"
        ),
    ),
    (
        "meta",
        (
            r"question|talked about|put it as|bother you|is a fact you|is a decision|"
            r"good answer|summary|those lines|"
            r"leave out|worth (?:asking|deciding)"
        ),
    ),
    (
        "clarify",
        (
            r"mean|look like|example|concrete|which exact|single word|compared with|define|"
            r"definition|count|"
            r"in one sentence|smallest version|leaving out|on your screen|"
            r"when that is finished|a rule someone|"
            r"exactly|which cases|be more specific|who uses|not part of|which part"
        ),
    ),
)
_ELICITS = re.compile(
    r"\b(?:yes or no|true or false|agree or disagree|(?:from|between) (?:0|1|zero|one) (?:to|and)|"
    r"on a scale|out of (?:10|ten)\b.{0,20}\bfirm|how firmly)",
    re.IGNORECASE,
)
_COMPILED = tuple((name, re.compile(rf"\b(?:{body})", re.IGNORECASE)) for name, body in _TYPES)
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"")
_ANY_QUOTE = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"[?？؟]+")


def type_of(question: str) -> str:
    """The type of `question` by its own words; "other" when nothing gives it away."""
    bare = _QUOTED.sub(" … ", question)
    return next((name for name, table in _COMPILED if table.search(bare)), "other")


def elicits(question: str) -> bool:
    """Whether the question asks for a short commitment: a yes or no, or a place on a scale."""
    return bool(_ELICITS.search(_QUOTED.sub(" … ", question)))


def question_in(reply: str) -> str:
    """The sentence of `reply` that ends in its last question mark; empty when it asks nothing."""
    hidden = _QUOTED.sub(lambda found: "“" + "x" * (len(found.group()) - 2) + "”", reply)
    marks = list(_MARK.finditer(hidden))
    if not marks:
        return ""
    start = max(hidden.rfind(mark, 0, marks[-1].start()) for mark in ("\n", ". ", "! ", "? "))
    return reply[start + 1 : marks[-1].end()].strip()


def questions_asked(reply: str) -> int:
    """How many questions `reply` asks; what stands in quotation marks or code is not asked."""
    return len(_MARK.findall(_QUOTED.sub(" ", _CODE.sub(" ", reply))))


def ends_with_question(reply: str) -> bool:
    """Whether the question is the very end."""
    return reply.rstrip().endswith(("?", "？", "؟"))


def on_topic(question: str, topic: Sequence[str]) -> bool:
    """Whether the question, quotations included, has a word that begins with one of the stems."""
    if not topic:
        return True
    plain = " " + " ".join(_WORD.findall(question.lower()))
    return any(f" {' '.join(_WORD.findall(stem))}" in plain for stem in topic)


def quoted(reply: str) -> tuple[str, ...]:
    """Everything that stands in quotation marks in `reply`."""
    return tuple(a or b for a, b in _ANY_QUOTE.findall(reply))


def cites(reply: str, statement: str) -> bool:
    """Whether `reply` quotes at least three words of `statement` and nothing beyond it."""
    plain = " ".join(statement.split()).lower()
    return any(
        len(_WORD.findall(quote)) >= 3 and " ".join(quote.split()).lower() in plain
        for quote in quoted(reply)
    )

"""Reads from a refusal what the server lacks.

Compatible servers each have their own words for missing thinking, tools, caching or for a
smaller limit. A feature and a word of refusal in one message make a lack, a number next to
`max_tokens` makes a limit. A wrong guess is harmless: the caller checks that the request had
the feature.
"""

from __future__ import annotations

import re
from operator import itemgetter

from hq_tui.core.failure import FailureKind

_K = FailureKind

_REFUSED = re.compile(
    r"(?i)\b(?:not|n't|n’t|no longer|never|cannot) (?:be )?(?:\w+ )?(?:support|accept|allow|permit"
    r"|implement|enabl|availab|recogni[sz]|valid)\w*|\bunsupported|\bextra inputs?\b|\bunknown\b"
    r"|\bunrecogni[sz]ed|\bunexpected|\bunpermitted|\bno (?:endpoints|providers?) found"
    r"|\brequires? (?:--|enabling|setting)|\b(?:disabled|forbidden)\b|\blacks?\b"
    r"|\bdoes(?:n't| not|n’t) (?:have|know)|\bn't support\w*"
    r"|\bonly supported by|input tag '|不支持|不允许|未知|未开启"
)
_SHAPE = re.compile(
    r"(?i)valid string|(?:must|should|expected)\b.{0,20}\bstring|\bexpected `?str\b"
    r"|str type expected"
    r"|array into .{0,60}string|sequence, expected a string|not a string|type string\b"
)
_FEATURES = (
    (_K.NO_DOCUMENTS, re.compile(r"(?i)\bdocuments?\b|\bpdfs?\b|\bcitations?\b")),
    (
        _K.NO_IMAGES,
        re.compile(r"(?ai)\bimages?(?:_url)?\b|\bpictures?\b|\bvision\b|\bmulti-?modal|图[片像]"),
    ),
    (
        _K.NO_CACHE,
        re.compile(r"(?ai)\b(?:tools\.\d+\S*\.)?cache_control\b|\bprompt[ _-]cach|\bcaching\b"),
    ),
    (
        _K.NO_STRICT,
        re.compile(r"(?i)\btools\.\d+\S*\bstrict\b|`strict`|\bstrict (?:tool|mode|schema)"),
    ),
    (
        _K.NO_TOOLS,
        re.compile(
            r"(?ai)\btools?\b|\btool_choice\b|\btool[ -]call|\bfunction[ -]call|工具|函数调用"
        ),
    ),
    (_K.NO_EFFORT, re.compile(r"(?i)\boutput_config\b|\beffort (?:parameter|setting|level)")),
    (_K.NO_THINKING, re.compile(r"(?ai)\bthinking\b|\breasoning\b|\bbudget_tokens\b|思考")),
)
_BLOCKS = re.compile(
    r"(?i)(?<!thinking: )(?<!thinking\.type: )\binput tag '[^']*'"
    r"|\bmessages\.\d+\.content\.\d+\S*: extra inputs?"
    r"|\b(?:unknown|unsupported|unexpected|invalid) content (?:block|part|type)"
    r"|\bcontent (?:block )?type .{0,40}(?:not|un)\s?support"
)
_SYSTEM = re.compile(r"(?i)\bsystem\b")
_ASKED = re.compile(
    r"(?ai)\bmax[_ ]?(?:output|completion|new)?[_ ]?tokens\b|\bnum_predict\b|\bcompletion tokens\b"
    r"|\bmaximum tokens\b|\boutput tokens\b|\b(?:in|for) the (?:completion|output)\b"
)
_TOO_MUCH = re.compile(
    r"(?i)too (?:large|big|high|many)|exceed|at most|less than|smaller than|lower than|or equal"
    r"|maximum|greater than|\bmax\b|range|out of|limit|under|however|[<>]=?"
    r"|超|最大|范围|不能大于|上限|之间"
)
_PROMPT = re.compile(r"(?i)\b(?:context|prompt|input)\b")
_NUMBER = r"(\d[\d,_]*)"
_THOUSANDS = re.compile(r"(?i)\b(\d+) ?k\b")
_WINDOWS = (
    re.compile(rf"\d \+ \d+ > {_NUMBER}"),
    re.compile(
        rf"(?i)(?:context[ _](?:length|window|size|limit)|max_(?:seq|model)_len\w*)"
        rf"(?: (?:is|of))?(?: only)?[:(` ]*{_NUMBER}"
    ),
    re.compile(rf"(?i)`?inputs`? tokens \+ `?max_new_tokens`? must be <= {_NUMBER}"),
)
_PROMPTS = (
    re.compile(rf"(?i){_NUMBER}(?: tokens)? (?:in (?:the messages|your prompt)|from the in)"),
    re.compile(rf"(?i){_NUMBER} `?(?:input|prompt|inputs)`? tokens"),
    re.compile(rf"{_NUMBER} \+ \d+ > \d"),
)
_WHOLE = re.compile(
    rf"(?i)requested (?:about |a total of )?{_NUMBER} tokens\b.*?"
    rf"{_NUMBER}(?: tokens)? (?:in|for) the (?:completion|output)"
)
"""The tokens asked for in total, and the reply's part of them."""
_BOUNDS = (
    re.compile(rf"[\[(（【] ?1 ?(?:,|，|-|~|\.\.|(?:, )?to) ?{_NUMBER} ?[\])）】]"),
    re.compile(rf"(?i)between 1 and {_NUMBER}"),
    re.compile(rf"(?i)from 1 \(inclusive\) to {_NUMBER} \((in|ex)clusive\)"),
    re.compile(rf"(?i)(?:at most|less than or equal to|cannot exceed|up to) `?{_NUMBER}"),
    re.compile(rf"(?i)(?:lower|less|smaller) than (?:the )?(?:or equal to )?`?{_NUMBER}"),
    re.compile(rf"(?i)\bunder {_NUMBER}"),
    re.compile(rf"\d > {_NUMBER}"),
    re.compile(rf"(?:<|≤|小于)=?(?:等于)? ?{_NUMBER}"),
    re.compile(rf"(?:最大|上限|不能大于|不能超过)[^\d]{{0,8}}{_NUMBER}"),
    re.compile(rf"(?i)(?:limit|maximum|max)\b[^.\d]{{0,60}}?(?:of|is|:|=)? ?`?{_NUMBER}"),
)
_LEAST = 16
"""A bound below this would leave no room for a reply: then it is the prompt that is too long."""


def lack_in(words: str) -> FailureKind | None:
    """The feature that a message says is lacking; None if it is about something else."""
    if _SYSTEM.search(words) and _SHAPE.search(words) and "max_tokens" not in words:
        return _K.PLAIN_SYSTEM
    if _BLOCKS.search(words):
        if "cache_control" in words:
            return _K.NO_CACHE
        files = (kind for kind, one in _FEATURES[:2] if one.search(words))
        return next(files, _K.FOREIGN_BLOCKS)
    if _ASKED.search(words) and _TOO_MUCH.search(words) and "budget_tokens" not in words:
        if output_limit(words) is not None:
            return _K.NO_ROOM if window_in(words) else _K.OUTPUT_LIMIT
        if not _PROMPT.search(words):  # that leaves no room
            return _K.OUTPUT_LIMIT
    named = [(found.start(), kind) for kind, one in _FEATURES if (found := one.search(words))]
    return min(named, key=itemgetter(0))[1] if named and _REFUSED.search(words) else None


def output_limit(words: str) -> int | None:
    """The most tokens of output that these words allow; None where they name no bound."""
    words = _THOUSANDS.sub(r"\g<1>000", words)
    if (room := _room_beside_the_prompt(words)) is not None:
        return _room(room)
    for pattern in _BOUNDS:
        if found := pattern.search(words):
            is_excluded = pattern.groups > 1 and found[2] == "ex"
            return _room(_number(found[1]) - is_excluded)
    window = window_in(words)
    return _room(window // 2) if window else None


def window_in(words: str) -> int | None:
    """The tokens of prompt and reply together that these words allow."""
    return next((_number(found[1]) for one in _WINDOWS if (found := one.search(words))), None)


def _room_beside_the_prompt(words: str) -> int | None:
    """The window without the prompt, where both are named; it holds for this prompt only."""
    window = window_in(words)
    if window is None:
        return None
    if whole := _WHOLE.search(words):
        return window - (_number(whole[1]) - _number(whole[2]))
    for pattern in _PROMPTS:
        if found := pattern.search(words):
            return window - _number(found[1])
    return None


def _room(tokens: int) -> int | None:
    return tokens if tokens >= _LEAST else None


def _number(text: str) -> int:
    return int(text.replace(",", "").replace("_", "")[:15])

"""Replies as models write them, of every kind apart, for the tests of what goes on after a cut.

Each maker takes dice. `PLAIN` says things once, though many lines are alike; `REPEATING` says
some of its lines twice in a row and means it.
"""

# ruff: noqa: E501, PERF401  # wide letters; dice are thrown in an order that can be read

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

_NOUNS = (
    "server reader river mountain budget decision queue table worker index request team month "
    "reason example engine harbour letter winter garden signal branch market window pattern cost "
    "schema cache migration deadline contract sensor archive bridge ticket"
).split()
_VERBS = (
    "measures changes holds follows returns keeps delays opens compares explains rejects stores "
    "moves repeats divides merges doubts counts"
).split()
_SMALL = (
    "the a because although before after while under between with without once every each often "
    "seldom not only slowly clearly of to in for and or but which that this"
).split()
_CHINESE = (
    "我们 今天 需要 讨论 这个 问题 的 原因 因为 系统 在 夜里 变得 很 慢 数据 没有 改变 但是 用户 觉得 "
    "等待 太久 所以 必须 先 测量 再 决定 如果 缓存 失效 那么 请求 会 直接 到达 数据库 春天 河流 山 老师 "
    "学生 认为 证据 不足 可以 从 另一个 角度 看 成本 时间 团队 计划 下个月 完成"
).split()
_JAPANESE = (
    "この 問題 は まだ 解決 して いません サーバー が 遅い 理由 を 考える 前 に 測る こと 大切 です "
    "データベース の 負荷 と キャッシュ 関係 例えば 夜間 処理 多い とき 待ち時間 長く なります しかし "
    "利用者 から 見る 別の 話 かもしれません チーム で 来月 まで 決める 必要 あります"
).split()
_ARABIC = (
    "نحن نحتاج إلى قياس الوقت قبل اتخاذ القرار لأن الخادم بطيء في الليل ولكن البيانات لم تتغير "
    "والمستخدم يشعر بالانتظار الطويل ماذا لو كان السبب هو الذاكرة أو الشبكة يجب أن نفكر من جديد "
    "الفريق يكتب الخطة الشهر القادم ثم يقارن النتائج مع الدليل"
).split()
_EMOJI = "🚀 ✅ ⚠️ 👩‍💻 🔥 🧪 📦 🇩🇪 👍🏽 💡 🐛 ❤️ 🕰️ 🎯".split()
_NAMES = (
    "total first_value second_value rows count result items left right node parent buffer offset "
    "self.limit config path handle"
).split()


def _words(rng: Random, least: int, most: int) -> str:
    return " ".join(
        rng.choice(_SMALL if rng.random() < 0.4 else _NOUNS + _VERBS)
        for _ in range(rng.randint(least, most))
    )


def _sentence(rng: Random) -> str:
    middle = rng.choice(("", "", ", ", ", ", " (", ": "))
    rest = _words(rng, 3, 8) + (")" if middle == " (" else "") if middle else ""
    figure = f" {rng.randint(2, 999)}" if rng.random() < 0.2 else ""
    return (
        _words(rng, 4, 11).capitalize() + figure + middle + rest + rng.choice(("." * 1, ".", "?"))
    )


def prose(rng: Random) -> str:
    """Paragraphs."""
    return "\n\n".join(
        " ".join(_sentence(rng) for _ in range(rng.randint(2, 6))) for _ in range(rng.randint(2, 6))
    )


def _statement(rng: Random) -> str:
    left, right, other = (rng.choice(_NAMES) for _ in range(3))
    return rng.choice(
        (
            f"{left} = {rng.choice(_VERBS)}_{right}({other}, {rng.randint(0, 99)})",
            f"{left} += {right} * {rng.randint(2, 64)}",
            f"log.info('{_words(rng, 2, 6)}: %s', {left})",
            f"{left}.append({right})",
            f"raise ValueError(f'{_words(rng, 2, 4)} {{{right}}}')",
            f"# {_words(rng, 3, 8)}",
            f"assert {left} >= {right}, '{_words(rng, 1, 4)}'",
        )
    )


def code(rng: Random) -> str:
    """A block of code between two sentences."""
    lines: list[str] = [
        "import json",
        f"from {rng.choice(_NOUNS)} import {rng.choice(_VERBS)}",
        "",
    ]
    for number in range(rng.randint(2, 5)):
        lines.append(
            f"def {rng.choice(_VERBS)}_{rng.choice(_NOUNS)}_{number}({rng.choice(_NAMES[:5])}):"
        )
        for _ in range(rng.randint(1, 4)):
            lines.append(f"    {_statement(rng)}")
            if rng.random() < 0.4:
                lines.append(f"    {rng.choice(('for each in rows', 'if count', 'while left'))}:")
                lines += [f"        {_statement(rng)}" for _ in range(rng.randint(1, 3))]
        lines += [f"    return {rng.choice(_NAMES)}", ""]
    tag = rng.choice(("python", "python", "py", "python title=x"))
    return f"{_sentence(rng)}\n\n```{tag}\n" + "\n".join(lines) + f"```\n\n{_sentence(rng)}"


def table(rng: Random) -> str:
    """A table between two sentences; its cells are often alike."""
    columns = rng.randint(2, 5)
    rows = [[_words(rng, 1, 2) for _ in range(columns)], ["---"] * columns]
    for _ in range(rng.randint(4, 14)):
        rows.append(
            [
                rng.choice(("yes", "no", str(rng.randint(1, 999)), _words(rng, 1, 4)))
                for _ in range(columns)
            ]
        )
    body = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"{_sentence(rng)}\n\n{body}\n\n{_sentence(rng)}"


def like_lines(rng: Random) -> str:
    """A list whose lines share their words."""
    mark = rng.choice(("- ", "* ", "1. ", "- [ ] "))
    tail, verb = _words(rng, 3, 6), rng.choice(("Check", "Restart", "Move", "Ask"))
    lines = []
    for number in range(rng.randint(5, 16)):
        begin = f"{number + 1}. " if mark == "1. " else mark
        lines.append(f"{begin}{verb} the {rng.choice(_NOUNS)} {tail}{rng.choice(('', '.', ';'))}")
    return f"{_sentence(rng)}\n\n" + "\n".join(lines) + f"\n\n{_sentence(rng)}"


def nested(rng: Random) -> str:
    """A list in a list, with bold beginnings."""
    lines = []
    for number in range(1, rng.randint(4, 8)):
        lines.append(f"{number}. **{_words(rng, 1, 3).capitalize()}**: {_words(rng, 3, 9)}")
        lines += [f"   - {_words(rng, 3, 9)}" for _ in range(rng.randint(0, 4))]
    return f"{_sentence(rng)}\n\n" + "\n".join(lines) + f"\n\n{_sentence(rng)}"


def _run_on(rng: Random, words: list[str], comma: str, stops: str, join: str = "") -> str:
    parts = []
    for _ in range(rng.randint(2, 4)):
        parts.append(join.join(rng.choice(words) for _ in range(rng.randint(4, 9))))
    return comma.join(parts) + rng.choice(stops)


def _paragraphs(rng: Random, sentence: Callable[[], str], space: str) -> str:
    return "\n\n".join(
        space.join(sentence() for _ in range(rng.randint(2, 5))) for _ in range(rng.randint(2, 5))
    )


def chinese(rng: Random) -> str:
    """Chinese paragraphs, without a space."""
    return _paragraphs(rng, lambda: _run_on(rng, _CHINESE, "，", "。。？"), "")


def japanese(rng: Random) -> str:
    """Japanese paragraphs, without a space."""
    return _paragraphs(rng, lambda: _run_on(rng, _JAPANESE, "、", "。"), "")


def arabic(rng: Random) -> str:
    """Arabic paragraphs."""
    return _paragraphs(rng, lambda: _run_on(rng, _ARABIC, "، ", ".؟", " "), " ")


def emoji(rng: Random) -> str:
    """Short points full of emoji."""
    lines = []
    for _ in range(rng.randint(5, 14)):
        sign, other = rng.choice(_EMOJI), rng.choice(_EMOJI)
        lines.append(
            f"{sign} {_words(rng, 2, 7).capitalize()} {other} {_words(rng, 1, 5)}{rng.choice(('', '!', ' ' + sign))}"
        )
    return rng.choice(("\n", "\n\n")).join(lines)


def verse(rng: Random) -> str:
    """Verses with a comma or nothing at the end of a line, and no line twice in a row."""
    verses = []
    for _ in range(rng.randint(2, 5)):
        lines = [
            _words(rng, 4, 8).capitalize() + rng.choice((",", "", ",", ".", ";")) for _ in range(4)
        ]
        verses.append("\n".join(lines))
    return "\n\n".join(verses)


def json_text(rng: Random) -> str:
    """JSON in a fence; its objects have the same keys."""
    rows = [
        {"id": number, "name": _words(rng, 1, 3), "kind": rng.choice(("open", "closed")),
         "tags": [rng.choice(_NOUNS) for _ in range(rng.randint(0, 3))], "size": rng.randint(1, 99)}
        for number in range(1, rng.randint(3, 9))
    ]  # fmt: skip
    body = json.dumps({"format": 1, "rows": rows}, indent=2)
    return f"{_sentence(rng)}\n\n```json\n{body}\n```\n"


def quotation(rng: Random) -> str:
    """A quotation of several lines, with headings around it."""
    lines = [f"> {_sentence(rng)}" for _ in range(rng.randint(3, 8))]
    return (
        f"## {_words(rng, 1, 4).capitalize()}\n\n"
        + "\n".join(lines)
        + f"\n\n### {_words(rng, 2, 4).capitalize()}\n\n{_sentence(rng)} {_sentence(rng)}"
    )


def logs(rng: Random) -> str:
    """A log in a fence; some of its lines come several times."""
    said = [_words(rng, 3, 8) for _ in range(4)]
    lines = []
    for number in range(rng.randint(6, 20)):
        stamp = f"2026-11-{number + 10} 12:0{rng.randint(0, 9)}:{rng.randint(10, 59)}"
        level = rng.choice(("INFO", "WARN", "ERROR"))
        lines += [f"{stamp} {level} {rng.choice(said)}"] * rng.choice((1, 1, 1, 2))
    return f"{_sentence(rng)}\n\n```text\n" + "\n".join(lines) + f"\n```\n\n{_sentence(rng)}"


def refrains(rng: Random) -> str:
    """Verses whose lines and couplets come again at once."""
    lines = [_words(rng, 5, 12).capitalize() + rng.choice((",", "", ".")) for _ in range(4)]
    sung = []
    for _ in range(rng.randint(4, 9)):
        at = rng.randrange(3)
        sung += lines[at : at + rng.choice((1, 2))] * rng.choice((1, 2, 2, 3))
    return rng.choice(("\n", "\n", " ", "\n\n")).join(sung)


def equal_rows(rng: Random) -> str:
    """A table in which whole rows come twice in a row."""
    columns = rng.randint(2, 4)
    kinds = ["| " + " | ".join(_words(rng, 1, 4) for _ in range(columns)) + " |" for _ in range(3)]
    rows = [row for _ in range(6) for row in [rng.choice(kinds)] * rng.choice((1, 2))]
    return "\n".join([kinds[0], "|" + "---|" * columns, *rows, "", _sentence(rng)])


def equal_points(rng: Random) -> str:
    """A list whose next line equals the last one, or differs from it in one word."""
    kinds = [f"- {_words(rng, 6, 12).capitalize()}" for _ in range(3)]
    kinds.append(kinds[0] + " " + rng.choice(_NOUNS))
    lines = [line for _ in range(6) for line in [rng.choice(kinds)] * rng.choice((1, 2, 3))]
    return f"{_sentence(rng)}\n\n" + "\n".join(lines) + "\n"


def equal_code(rng: Random) -> str:
    """Code in which statements and small blocks come twice in a row."""
    lines = []
    for _ in range(rng.randint(3, 7)):
        block = [f"    {_statement(rng)}" for _ in range(rng.randint(1, 3))]
        lines += block * rng.choice((1, 2, 3))
    return "```python\ndef test_it():\n" + "\n".join(lines) + "\n```\n"


def chants(rng: Random) -> str:
    """Words and clauses said again and again in one line."""
    said = []
    for _ in range(rng.randint(3, 6)):
        clause = _words(rng, *rng.choice(((1, 2), (4, 9))))
        said.append(rng.choice((", ", " ", "! ")).join([clause] * rng.randint(2, 5)))
    return ". ".join(said).capitalize() + "."


PLAIN: dict[str, Callable[[Random], str]] = {
    "prose": prose,
    "code": code,
    "tables": table,
    "lists with like lines": like_lines,
    "nested lists": nested,
    "Chinese": chinese,
    "Japanese": japanese,
    "Arabic": arabic,
    "emoji": emoji,
    "verse": verse,
    "JSON": json_text,
    "quotations": quotation,
    "logs": logs,
}
REPEATING: dict[str, Callable[[Random], str]] = {
    "refrains": refrains,
    "equal rows": equal_rows,
    "equal points": equal_points,
    "equal code": equal_code,
    "chants": chants,
}

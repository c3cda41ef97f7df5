"""Texts in which something stands twice and is meant so, and some that only sound otherwise."""

from __future__ import annotations

MEANT_TWICE = {
    "a refrain": "Sing, all of you, with me.\n" * 2,
    "a verse": "Row, row, row your boat\nGently down the stream\n" * 2,
    "a last line of its own": "We rise again and again.\nWe rise again and again.",
    "equal rows": "| a | b |\n|---|---|\n" + "| the same | and the same |\n" * 3,
    "rows that share cells": "| 1 | the same long cell |\n| 2 | the same long cell |\n| 2 | no |\n",
    "equal lines of code": "```\n" + "    total = total + number\n" * 3 + "```\n",
    "very, very": "It was " + "very very very very very very very very good.",
    "a ruler": "Title\n" + "=" * 60 + "\n",
    "an empty line in code": "```\na\n\n\n\n\nb\n```\n",
    "words without a mark": "When the saints go marching in " * 3,
    "a list in one line": '{"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": 1, "b": 2}',
    "a fence after a fence": "```python\na = 1\n```\n\n```python\na = 1\n```\n",
    "what sounds like an announcement": "Things.\nContinuing:\n- one\n\nHere is the rest:\nb",
    "points": "- the same long point\n- the same long point\n- another\n",
    "points with points": (
        "- Dogs are good\n  - cheap to keep\n- Cats are good\n  - cheap to keep\n- Cat food\n"
    ),
    "a path and its opposite": (
        "- unhappy path works\n  - and says so\n- happy path works\n  - and says so\n- un\n"
    ),
    "steps": "1. Row the boat for a while.\n2. Rest.\n\n1. Row the boat for a while.\n2. Rest.\n",
    "steps without a count": "1. Row the boat for a while.\n" * 3,
    "steps in steps": (
        "1. Cats\n   1. wash them well\n   2. dry them well\n"
        "2. Rats\n   1. wash them well\n   2. dry them well\n3. R\n"
    ),
    "a checklist": "- [ ] Say what was measured\n- [x] Say what was measured\n- [x] Say who\n" * 2,
    "a quotation": "> We rise again and again.\n> We rise again and again.\n> And again.\n",
    "a quoted verse": "> Row, row, row your boat\n> Gently down the stream\n" * 2,
    "headings": (
        "## First the dogs and then\n\nWait.\n\n## Last the dogs and then\n\nWait.\n\n## Last of\n"
    ),
    "equal cells": "| a | b | c |\n|---|---|---|\n" + "| the same | the same | the same |\n" * 3,
    "a truth table": "| a | b |\n|---|---|\n| false | true |\n| true | true |\n| true | false |\n",
    "a table without a head": (
        "| 118 | the same | x |\n| 218 | the same | x |\n| 219 | the same | x |\n"
    ),
    "a ragged table": (
        "| a | b | c |\n|---|---|---|\n| a s | and some more |\n| b | and some more |\n| b | c |\n"
    ),
    "blocks of tests": (
        "```python\ndef test_ax(self):\n    machine.start()\n    assert machine.is_running\n\n"
        "def test_bx(self):\n    machine.start()\n    assert machine.is_running\n\n"
        "def test_by(self):\n    machine.start()\n    assert machine.is_running\n```\n"
    ),
    "cases": (
        '```js\ntest("a x", () => {\n  setup();\n  runTheWholeThing();\n});\n'
        'test("b x", () => {\n  setup();\n  runTheWholeThing();\n});\n'
        'test("b y", () => {\n  setup();\n  runTheWholeThing();\n});\n```\n'
    ),
    "equal objects": (
        "```json\n[\n" + '  {\n    "name": "the same",\n    "size": 1\n  },\n' * 3 + "]\n```\n"
    ),
    "objects in rows": (
        "[{\n" + '  "name": "the same",\n  "size": 1\n}, {\n' * 2 + '  "name": "x"\n}]\n'
    ),
    "servers": (
        "```yaml\nserver a:\n  port: 8080\n  host: localhost\nbackup server a:\n  port: 8080\n"
        "  host: localhost\nbackup server b:\n  port: 8080\n  host: localhost\n```\n"
    ),
    "inserts": (
        "```sql\nINSERT INTO t VALUES (1, 'the same name', 10);\n"
        "INSERT INTO t VALUES (2, 'the same name', 10);\n"
        "INSERT INTO t VALUES (2, 'the same name', 20);\n```\n"
    ),
    "a drawing": (
        "```\n" + "+-------+-------+\n|  one  |  two  |\n" * 3 + "+-------+-------+\n```\n"
    ),
    "a drawing without a fence": ("    /\\      /\\      /\\\n   /  \\    /  \\    /  \\\n" * 2),
    "a branch and another": (
        "```python\nif ready:\n    log_it(size)\n    stop_it()\nelif ready:\n    log_it(size)\n"
        "    stop_it()\nelif not ready:\n    log_it(size)\n```\n"
    ),
    "while and if": (
        "```python\nif not ready:\n    wait_for_it()\nwhile not ready:\n    wait_for_it()\n"
        "while True:\n    wait_for_it()\n```\n"
    ),
    "what a shell says": (
        "```\n$ echo hello my dear friend\nhello my dear friend\n$ echo hello\n```\n"
    ),
    "a comment and what it says": (
        "```\n# total = first + second\ntotal = first + second\n# total\n```\n"
    ),
    "a patch": (
        "```diff\n-    total = first + second\n+    total = first + second\n+    total = 1\n```\n"
    ),
    "words that end alike": (
        "- You can reconnect it\n  - check the cables\n- disconnect it\n  - check the cables\n"
        "- disable it\n"
    ),
    "many equal lines": (
        "```yaml\n- the main server a:\n  host: localhost\n  port: eighty-eighty\n"
        "  user: somebody\n  mode: read and write\n  home: the attic, behind\n"
        "- backup of the server a:\n  host: localhost\n  port: eighty-eighty\n"
        "  user: somebody\n  mode: read and write\n  home: the attic, behind\n"
        "- backup of the server b:\n```\n"
    ),
    "a dash before points": (
        "- dogs are good\n- cats are good\nPets - dogs are good\n- cats are good\nPets are good\n"
    ),
    "empty cells with tabs": (
        "```\n\t\tvalue one is here\n\t\tvalue two is here\nkey\t\tvalue one is here\n"
        "\t\tvalue two is here\nkeys\n```\n"
    ),
    "points and a line": (
        "- He said that we rise again\n- and another item\nwe rise again\n- and another item\n"
        "we fall\n"
    ),
    "a tie": (
        "1. East London: thirty points\n2. West London: thirty points\n2. West Ham: thirty points\n"
    ),
    "steps that go on again": (
        "1. catch it\n2. wash it well\n3. dry it well\n\nAgain:\n"
        + "2. wash it well\n3. dry it well\n\nAgain:\n" * 2
    ),
    "steps that go on again within": (
        "1. catch it\n   Again:\n"
        + "2. wash it well\n3. dry it well\n   Again:\n" * 2
        + "4. Stop\n"
    ),
    "years": (
        "So:\n2018. It was good\n2019. It was bad\n2020. It was fine\n\n"
        "2019. It was bad\n2020. It was fine\n"
    ),
    "a row for a group": (
        "| name | n |\n|---|---|\n| The whole | 2 |\n| The group of dogs |\n"
        "| The group of dogs | 1 |\n"
    ),
    "bars in cells": (
        "| a | b |\n|---|---|\n| P(A) | the chance of the event |\n"
        "| P(A | B) | the chance of the event |\n| P(A | B, C) | as well |\n"
    ),
    "bars for or": (
        "| a | b |\n|---|---|\n| or | the same long cell |\n| || | the same long cell |\n"
        "| || | another |\n"
    ),
    "bars without a space": "| a | b |\n|---|---|\n| c | d |\n| || : see |\n| | || : see |\n",
    "an empty first cell": "| a | b |\n|---|---|\n| | connect | if ready |\n| | display | no |\n",
    "other marks": (
        "• You can reconnect it\n• Wait for a while\n• disconnect it\n• Wait for a while\n"
        "• disable\n"
    ),
    "full-width marks": "もう一度、もう一度、もう一度、もう一度、もう一度。",
}

NOT_ANNOUNCED = (
    "They were slow to measure.\nThen they were not.\n",
    "They asked whether we were sure.\nSo she said Sure.\nIt went on.\n",
    "The rows of the Table (continued)\nare few. See isContinued:\nit is.\n",
    "```python\nif not_continued:\n    Continued:\n```\n",
    'She looked up and said: "Sorry, I interrupted you. Go on." So he did.',
    "What of the rest?\nRight, interrupts:\nThey come at any time.\n",
)

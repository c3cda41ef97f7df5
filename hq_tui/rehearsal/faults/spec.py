"""Parses fault scripts such as `seed=7,faults=overloaded@3,cut@5:after=30,jsonsplit`.

Items without an equals sign belong to `faults`. After `@` comes the request: a number, a range
`2-4`, or nothing for all. Options follow after colons. An error lists the words that are
possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from hq_tui.errors import UsageError
from hq_tui.rehearsal.faults.faults import DUPLICABLE, EVERY, OPTIONS, Fault, FaultKind, FaultScript


def parse(spec: str) -> FaultScript:
    """The script that `spec` describes; an empty one has no faults. Raises `UsageError`."""
    settings: dict[str, Any] = {}
    faults: list[Fault] = []
    for item in (part.strip() for part in spec.split(",")):
        if not item:
            continue
        key, equals, value = item.partition("=")
        if not equals or ":" in key or "@" in key:
            faults.append(fault(item))
        elif key == "faults":
            faults.extend([fault(value)] if value else [])
        elif key in _SETTINGS:
            settings[key] = _SETTINGS[key](value)
        else:
            raise _error(f"There is no setting “{key}”.", ("faults", *_SETTINGS))
    return FaultScript(faults=tuple(faults), **settings)


def fault(spec: str) -> Fault:
    """One fault, such as `rate_limit@2-4:retry_after=2`. Raises `UsageError`."""
    head, *options = spec.split(":")
    name, _, place = head.partition("@")
    first, last = _requests(place, spec)
    result = Fault(kind=_kind(name), first=first, last=last)
    for option in options:
        key, _, value = option.partition("=")
        if key not in OPTIONS or result.kind not in OPTIONS[key]:
            allowed = [one for one, kinds in OPTIONS.items() if result.kind in kinds]
            raise _error(f"The fault “{result.kind}” has no option “{key}”.", allowed)
        result = _with_option(result, key, value)
    return result


def _with_option(given: Fault, key: str, value: str) -> Fault:
    changed: dict[str, Any] = {key: value}
    if key == "after":
        changed[key] = _number(value.removesuffix("c"), int, key)
        changed["in_characters"] = value.endswith("c")
    elif key in _NUMBERS:
        changed[key] = _number(value, _NUMBERS[key], key)
    elif key == "to" and not value.isprintable():
        raise _error("“to” is not an address that a header can carry.", ("to=/elsewhere",))
    elif key == "event" and value not in DUPLICABLE:
        raise _error(f"“{value}” cannot be duplicated.", DUPLICABLE)
    return replace(given, **changed)


def _requests(place: str, spec: str) -> tuple[int, int]:
    if place in ("", "*"):
        return 1, EVERY
    first, dash, last = place.partition("-")
    numbers = [first, last] if last else [first]
    if not all(part.isdecimal() and int(part) > 0 for part in numbers):
        raise _error(f"“{spec}” does not say which request.", ("kind@3", "kind@2-4", "kind@5-"))
    if not dash:
        return int(first), int(first)
    return int(first), int(last) if last else EVERY


def _kind(name: str) -> FaultKind:
    try:
        return FaultKind(name)
    except ValueError:
        raise _error(f"There is no fault “{name}”.", [kind.value for kind in FaultKind]) from None


def _number(value: str, kind: Callable[[str], float], key: str, most: float = 1e9) -> float:
    try:
        number = kind(value)
    except ValueError:
        number = kind("-1")
    if not 0 <= number <= most:
        raise _error(f"“{key}={value}” is not a number that can be used.", (f"{key}=1",))
    return number


def _error(what: str, allowed: Iterable[str]) -> UsageError:
    return UsageError(what, hint=f"Possible: {', '.join(allowed)}.")


_NUMBERS: Mapping[str, Callable[[str], float]] = {
    **dict.fromkeys(("retry_after", "seconds", "every", "per_second"), float),
    **dict.fromkeys(("chars", "status"), int),
}
"""The options of a fault that take a number."""
_SETTINGS: Mapping[str, Callable[[str], object]] = {
    "seed": str,
    "rate": lambda value: _number(value, float, "rate", most=1.0),
    "kinds": lambda value: tuple(_kind(name) for name in value.split("+")),
    "reach": lambda value: _number(value, int, "reach"),
    "pace": lambda value: _number(value, float, "pace"),
}
"""The settings of a script, and what reads the value of each."""

"""How a fault script is written on a command line.

`seed=7,faults=overloaded@3,cut@5:after=30,jsonsplit` reads: every item without an equals
sign of its own belongs to `faults`. A fault strikes the request after its `@`: a number, a
range `2-4`, or nothing for all of them. Options follow after colons. Whoever mistypes is
told which words there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from hq_tui.errors import UsageError
from hq_tui.rehearsal.faults.faults import DUPLICABLE, EVERY, OPTIONS, Fault, FaultKind, FaultScript

Number = TypeVar("Number", int, float)

KEYS = ("seed", "faults", "rate", "kinds", "reach", "pace")


def parse(spec: str) -> FaultScript:
    """The script that `spec` describes; an empty one has no faults. Raises `UsageError`."""
    script = FaultScript()
    faults: list[Fault] = []
    for item in (part.strip() for part in spec.split(",")):
        if not item:
            continue
        key, equals, value = item.partition("=")
        if not equals or ":" in key or "@" in key:
            faults.append(fault(item))
        elif key == "faults":
            faults.extend([fault(value)] if value else [])
        elif key == "seed":
            script = replace(script, seed=value)
        elif key == "rate":
            script = replace(script, rate=_number(value, float, "rate", most=1.0))
        elif key == "pace":
            script = replace(script, pace=_number(value, float, "pace"))
        elif key == "reach":
            script = replace(script, reach=_number(value, int, "reach"))
        elif key == "kinds":
            script = replace(script, kinds=tuple(_kind(name) for name in value.split("+")))
        else:
            raise _error(f"There is no setting “{key}”.", KEYS)
    return replace(script, faults=tuple(faults))


def parse_faults(specs: Iterable[str | Fault]) -> FaultScript:
    """A script of exactly these faults, each a value or spelt as in a script."""
    faults = tuple(one if isinstance(one, Fault) else fault(one) for one in specs)
    return FaultScript(faults=faults)


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
    match key:
        case "after":
            in_characters = value.endswith("c")
            number = _number(value.removesuffix("c"), int, key)
            return replace(given, after=number, in_characters=in_characters)
        case "retry_after":
            return replace(given, retry_after=_number(value, float, key))
        case "seconds":
            return replace(given, seconds=_number(value, float, key))
        case "every":
            return replace(given, every=_number(value, float, key))
        case "per_second":
            return replace(given, per_second=_number(value, float, key))
        case "chars":
            return replace(given, chars=_number(value, int, key))
        case "status":
            return replace(given, status=_number(value, int, key))
        case "event":
            if value not in DUPLICABLE:
                raise _error(f"“{value}” cannot be duplicated.", DUPLICABLE)
            return replace(given, event=value)
        case "to":
            return replace(given, to=value)
        case _:
            return replace(given, type=value)


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


def _number(value: str, kind: Callable[[str], Number], key: str, most: float = 1e9) -> Number:
    try:
        number = kind(value)
    except ValueError:
        number = kind("-1")
    if not 0 <= number <= most:
        raise _error(f"“{key}={value}” is not a number that can be used.", (f"{key}=1",))
    return number


def _error(what: str, allowed: Iterable[str]) -> UsageError:
    return UsageError(what, hint=f"Possible: {', '.join(allowed)}.")

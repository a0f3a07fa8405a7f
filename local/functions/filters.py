"""Which records an event source mapping lets through: Lambda's filter patterns, as far as they are used here.

A pattern is a map of the same shape as a record, with a list of the values that are admitted at its ends (Lambda guide,
"Filter rule syntax"): texts, numbers, null, or ``{"exists": true}``. A record passes when one of the patterns fits.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

ABSENT: Final = object()


class UnknownPattern(ValueError):
    """A pattern says something that is not understood here."""


def read(criteria: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The patterns of a mapping's FilterCriteria; raises UnknownPattern."""
    patterns = tuple(json.loads(each["Pattern"]) for each in criteria.get("Filters", ()))
    for pattern in patterns:
        _check(pattern)
    return patterns


def admits(patterns: Sequence[dict[str, Any]], record: dict[str, Any]) -> bool:
    """Whether a record passes; without any pattern all do."""
    return not patterns or any(_fits(pattern, record) for pattern in patterns)


def _check(pattern: Any) -> None:
    if isinstance(pattern, dict):
        for part in pattern.values():
            _check(part)
    elif not isinstance(pattern, list) or any(isinstance(rule, dict) and rule.keys() != {"exists"} for rule in pattern):
        raise UnknownPattern(f"only values and exists are understood in a filter, not {json.dumps(pattern)}")


def _fits(pattern: Any, found: Any) -> bool:
    if isinstance(pattern, dict):
        inside = found if isinstance(found, dict) else {}
        return all(_fits(part, inside.get(name, ABSENT)) for name, part in pattern.items())
    return any(_is(rule, found) for rule in pattern)


def _is(rule: Any, found: Any) -> bool:
    if isinstance(rule, dict):
        return bool(rule["exists"]) is (found is not ABSENT)
    return type(rule) is type(found) and bool(rule == found)

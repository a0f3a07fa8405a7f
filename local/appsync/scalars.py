"""AppSync's scalars: what each takes as input and gives as output (AWS AppSync guide, "Scalar types in GraphQL").

Input is strict by the GraphQL specification. Output follows graphql-java, which AppSync runs: a number that is a whole
``Int`` passes as text or as a float, and ``String`` takes any value's text. Messages name a value of the wrong kind by
its Java class, as AppSync's do.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import isfinite
from types import MappingProxyType
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import orjson
import phonenumbers

INT_MAX: Final = 2**31 - 1
LONG_MAX: Final = 2**63 - 1
TIMESTAMPS: Final = (-31557014167219200, 31556889864403199)
"""The seconds that java.time.Instant holds, which bound AWSTimestamp."""
_CACHED: Final = 8192
"""Distinct texts whose check is remembered per scalar: a listing's pictures and dates come again and again."""
_YEAR_DIGITS: Final = 4


class WrongValue(ValueError):
    """The value is not one of the scalar; the message is AppSync's."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """How one scalar reads an input value, and writes a resolver's value; both raise ``WrongValue``."""

    name: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def java_class(value: Any) -> str:  # noqa: PLR0911 - one line a kind
    """The Java class that AppSync names when a value is of the wrong kind."""
    match value:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int():
            return "Integer" if abs(value) <= INT_MAX else "Long" if abs(value) <= LONG_MAX else "BigInteger"
        case float():
            return "Double"
        case str():
            return "String"
        case list():
            return "ArrayList"
        case _:
            return "LinkedHashMap"


def java_text(value: Any) -> str:
    """A value as Java's ``toString`` shows it: ``{a=b}``, ``[1, 2]``, ``true``."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(java_text(item) for item in value)}]"
        case dict():
            return f"{{{', '.join(f'{key}={java_text(item)}' for key, item in value.items())}}}"
        case _:
            return str(value)


def _unexpected(name: str, value: Any) -> NoReturn:
    raise WrongValue(f"Expected type '{name}' but was '{java_class(value)}'.")


# The five scalars of GraphQL ----------------------------------------------------------------------------------------


def _read_int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value.is_integer():
        _unexpected("Int", value)
    if not -INT_MAX - 1 <= value <= INT_MAX:
        _unexpected("Int", value)
    return int(value)


def _write_int(value: Any) -> int:
    if value.__class__ is int and -INT_MAX - 1 <= value <= INT_MAX:
        return int(value)
    if isinstance(value, str):
        try:
            return _read_int(float(value))
        except ValueError:
            _unexpected("Int", value)
    return _read_int(value)


def _read_float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        _unexpected("Float", value)
    return float(value)


def _write_float(value: Any) -> float:
    if isinstance(value, str):
        try:
            return _read_float(float(value))
        except ValueError:
            _unexpected("Float", value)
    return _read_float(value)


def _read_boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        _unexpected("Boolean", value)
    return value


def _write_boolean(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if isinstance(value, int | float):
        return value != 0
    return _read_boolean(value)


def _read_string(value: Any) -> str:
    if not isinstance(value, str):
        _unexpected("String", value)
    return value


def _read_id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        _unexpected("ID", value)
    return str(value)


# AppSync's own ------------------------------------------------------------------------------------------------------

_OFFSET: Final = r"(?:Z|[+-](?:0\d|1[0-8]):[0-5]\d(?::[0-5]\d)?)"
_DAY: Final = r"(?P<year>-?\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_HOUR: Final = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{0,9})?)?"
_DATE: Final = re.compile(rf"{_DAY}{_OFFSET}?", re.ASCII)
_TIME: Final = re.compile(rf"{_HOUR}{_OFFSET}?", re.ASCII)
_DATE_TIME: Final = re.compile(rf"{_DAY}T{_HOUR}{_OFFSET}", re.ASCII)
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf'(?:{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\\r\n]|\\.)+")@{_LABEL}(?:\.{_LABEL})*', re.ASCII)
_EMAIL_LONGEST: Final = 254
"""RFC 5321 §4.5.3.1.3: a path is at most 256 octets, brackets included."""
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*", re.ASCII)
_NOT_IN_URLS: Final = re.compile(r'[\s<>"{}|\\^`]')
_PHONE: Final = re.compile(r"\+?[\d() .-]+", re.ASCII)


def _is_day(match: re.Match[str] | None) -> bool:
    if match is None:
        return False
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    try:
        date(2000 + year % 400, month, day)  # the calendar repeats every 400 years, and goes below year 1
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    return _is_day(_DATE.fullmatch(text))


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(text) is not None


def _is_date_time(text: str) -> bool:
    return _is_day(_DATE_TIME.fullmatch(text))


def _is_email(text: str) -> bool:
    return len(text) <= _EMAIL_LONGEST and _EMAIL.fullmatch(text) is not None


def _is_url(text: str) -> bool:
    if _NOT_IN_URLS.search(text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(_SCHEME.fullmatch(parts.scheme) and (parts.netloc or parts.path)) and "//" not in parts.path


def _is_phone(text: str) -> bool:
    if _PHONE.fullmatch(text) is None:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "US"))
    except phonenumbers.NumberParseException:
        return False


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return "%" not in text and "." not in text.partition("/")[2]


def _text(name: str, article: str, check: Callable[[str], bool]) -> Scalar:
    """A scalar that is a text of a certain form, handed on as it was given."""
    known = lru_cache(_CACHED)(check)

    def read(value: Any) -> str:
        if not isinstance(value, str) or not known(value):
            raise WrongValue(f"Unable to parse `{java_text(value)}` as {article}.")
        return value

    def write(value: Any) -> str:
        if not isinstance(value, str) or not known(value):
            raise WrongValue(f"Unable to serialize `{java_text(value)}` as {article}.")
        return value

    return Scalar(name, read, write)


def _timestamp(verb: str) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not TIMESTAMPS[0] <= value <= TIMESTAMPS[1]:
            raise WrongValue(f"Unable to {verb} `{java_text(value)}` as a valid timestamp.")
        return value

    return check


def _read_json(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            pass
    raise WrongValue(f"Unable to parse {java_text(value)} as valid JSON.")


def _write_json(value: Any) -> str:
    if isinstance(value, str):
        try:
            orjson.loads(value)
        except orjson.JSONDecodeError:
            raise WrongValue(f"Unable to serialize {value} as valid JSON.") from None
        return value
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as deep:
        raise WrongValue(f"Unable to serialize a value as valid JSON: {deep}") from deep


_ALL: Final = (
    Scalar("Int", _read_int, _write_int),
    Scalar("Float", _read_float, _write_float),
    Scalar("Boolean", _read_boolean, _write_boolean),
    Scalar("String", _read_string, java_text),
    Scalar("ID", _read_id, java_text),
    _text("AWSDate", "a valid date", _is_date),
    _text("AWSTime", "a valid time", _is_time),
    _text("AWSDateTime", "a valid DateTime Object", _is_date_time),
    Scalar("AWSTimestamp", _timestamp("parse"), _timestamp("serialize")),
    _text("AWSEmail", "a valid email address", _is_email),
    Scalar("AWSJSON", _read_json, _write_json),
    _text("AWSURL", "a valid URL", _is_url),
    _text("AWSPhone", "a valid phone number", _is_phone),
    _text("AWSIPAddress", "a valid IP address", _is_ip_address),
)
BY_NAME: Final[Mapping[str, Scalar]] = MappingProxyType({scalar.name: scalar for scalar in _ALL})

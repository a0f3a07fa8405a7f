"""AppSync's ten scalars and GraphQL's five: what each takes and gives."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.appsync.scalars import BY_NAME, WrongValue, java_class, java_text
from tests.conformance.points import INFER, point
from tests.local.appsync.world import world

GOOD: dict[str, list[Any]] = {
    "Int": [0, -1, 2**31 - 1, -(2**31), 5.0],
    "Float": [0, 1.5, -1e300, 2**40],
    "Boolean": [True, False],
    "String": ["", "é", "x" * 10_000],
    "ID": ["", "a", 5, -(2**40)],
    "AWSDate": [
        "1970-01-01", "1970-01-01Z", "2024-02-29", "1970-01-01-07:00", "1970-01-01+05:30:15", "-0044-03-15",
        "0000-01-01", "2000-02-29+18:00",
    ],
    "AWSTime": [
        "12:00", "12:00Z", "12:00:34", "12:00:34.", "12:00:34.1", "12:30:24.500Z", "12:30:24.123456789+05:30",
        "23:59:59.999-07:00:00",
    ],
    "AWSDateTime": [
        "1970-01-01T00:00Z", "1970-01-01T12:30:24Z", "2019-12-24T04:15:57.798Z",
        "2026-05-06T00:00:00.000000001+08:00:30", "-0001-12-31T23:59:59-18:00",
    ],
    "AWSTimestamp": [0, -123, 1_600_000_000, 31556889864403199, -31557014167219200],
    "AWSEmail": [
        "a@b", "example@example.com", "first.last+tag@sub.example.co", '"quoted name"@example.com',
        "o'neil@x-y.io",
    ],
    "AWSURL": [
        "https://www.amazon.com/dp/B000NZW3KC/", "http://localhost:4000/a?b=c#d", "mailto:example@example.com",
        "ftp://x/y", "s3://bucket/key", "https://user@host", "https://[::1]/x",
    ],
    "AWSPhone": ["+1 202-555-0123", "2025550123", "202 555 0123", "+44 20 7946 0958", "+4930901820"],
    "AWSIPAddress": ["127.0.0.1", "127.0.0.0/8", "::1", "2001:db8::/32", "1.2.3.4/32", "::ffff:1.2.3.4"],
    "AWSJSON": ["{}", '{"a": [1, null]}', "null", '"text"', "5", "[]", " true "],
}  # fmt: skip
BAD: dict[str, list[Any]] = {
    "Int": [2**31, -(2**31) - 1, 1.5, "5", True, [], {}, float("inf"), float("nan"), 2**70],
    "Float": ["1", True, [], float("inf"), float("nan")],
    "Boolean": ["true", 0, 1, []],
    "String": [5, True, [], {}, 1.5],
    "ID": [1.5, True, [], {}],
    "AWSDate": [
        "", "1970-1-1", "1970-02-30", "2023-02-29", "1970-13-01", "19700101", "1970-01-01T00:00Z",
        "1970-01-01+0700", "1970-01-01+19:00", " 1970-01-01", "1970-01-01\n", "١٩٧٠-01-01", 19700101,
    ],
    "AWSTime": ["", "24:00", "12:60", "12", "12:00:60", "12:00:00.1234567890", "12:00+0100", "1:00", "12:00 Z", 12],
    "AWSDateTime": [
        "", "2026-05-06T00:00:00.000", "2023-11-30T11:04:03+0800", "1970-01-01", "1970-01-01 00:00Z",
        "2020-05-23T06:4:37.000Z", "2023-02-29T00:00Z", "1970-01-01T00:00z", "1970-01-01T00:00Z\n", 0,
    ],
    "AWSTimestamp": [1.5, "1", True, 31556889864403200, -31557014167219201, None.__class__],
    "AWSEmail": [
        "", "a", "@b", "a@", "a@b@c", "a b@c", "a..b@c.de", ".a@b.c", "a@-b.c", "a@b..c", "x" * 250 + "@a.bc",
        "a@b\n", 5,
    ],
    "AWSURL": [
        "", "example.com", "//example.com", "/path", "http:", "http://", "https://a//b", "https://a/b c",
        "ht tp://a", "http://a:99999999/", "http://[::1", "1http://x", 5,
    ],
    "AWSPhone": ["", "1110004444", "123", "abc", "+1", "+999 123456", "2025550123 ext 5", "1-800-FLOWERS", 2025550123],
    "AWSIPAddress": [
        "", "256.1.1.1", "1.2.3", "1.2.3.4/33", "::1/129", "fe80::1%eth0", "1.2.3.4/255.255.255.0", "01.2.3.4",
        " 1.2.3.4", 5,
    ],
    "AWSJSON": ["", "{", "{a: 1}", "undefined", "NaN", "'x'", {"a": 1}, [1], 5, True],
}  # fmt: skip


def cases(table: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(name, value, id=f"{name}-{n}") for name, values in table.items() for n, value in enumerate(values)
    ]


@pytest.mark.parametrize(("name", "value"), cases(GOOD))
def test_a_good_value_is_taken_and_echoed(name: str, value: Any) -> None:
    scalar = BY_NAME[name]
    assert scalar.read(value) == (json.loads(value) if name == "AWSJSON" else str(value) if name == "ID" else value)
    written = scalar.write(value)
    assert written == (str(value) if name == "ID" else value)


@pytest.mark.parametrize(("name", "value"), cases(BAD))
def test_a_bad_value_is_refused_on_the_way_in(name: str, value: Any) -> None:
    with pytest.raises(WrongValue):
        BY_NAME[name].read(value)


@pytest.mark.parametrize(
    ("name", "value"), [case for case in cases(BAD) if case.values[0].startswith("AWS") and case.values[0] != "AWSJSON"]
)
def test_a_bad_value_is_refused_on_the_way_out(name: str, value: Any) -> None:
    with pytest.raises(WrongValue):
        BY_NAME[name].write(value)


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("Int", "5", 5),
        ("Int", 5.0, 5),
        ("Float", "1.5", 1.5),
        ("Float", 1, 1.0),
        ("Boolean", "TRUE", True),
        ("Boolean", 0, False),
        ("Boolean", 2, True),
        ("String", 5, "5"),
        ("String", True, "true"),
        ("String", [1, None, {"a": "b"}], "[1, null, {a=b}]"),
        ("ID", 5, "5"),
        ("AWSJSON", {"a": [1, None]}, '{"a":[1,null]}'),
        ("AWSJSON", [1, "é"], '[1,"é"]'),
        ("AWSJSON", 5, "5"),
        ("AWSJSON", '{"a": 1}', '{"a": 1}'),
    ],
)
@point("4.1", INFER)
def test_output_is_as_lenient_as_graphql_java(name: str, value: Any, written: Any) -> None:
    assert BY_NAME[name].write(value) == written


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Int", "1.5"),
        ("Int", "x"),
        ("Int", "inf"),
        ("Int", "nan"),
        ("Float", "x"),
        ("Float", "inf"),
        ("AWSJSON", "{a"),
        ("Boolean", "yes"),
        ("Boolean", []),
    ],
)
def test_but_not_more_lenient(name: str, value: Any) -> None:
    with pytest.raises(WrongValue):
        BY_NAME[name].write(value)


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (None, "Null", "null"),
        (True, "Boolean", "true"),
        (1, "Integer", "1"),
        (2**40, "Long", "1099511627776"),
        (2**70, "BigInteger", "1180591620717411303424"),
        (1.5, "Double", "1.5"),
        ("x", "String", "x"),
        ([1, [2]], "ArrayList", "[1, [2]]"),
        ({"a": {"b": None}}, "LinkedHashMap", "{a={b=null}}"),
    ],
)
def test_values_are_named_as_java_names_them(value: Any, name: str, text: str) -> None:
    assert (java_class(value), java_text(value)) == (name, text)


def test_scalars_pass_from_a_query_to_a_function_and_back() -> None:
    given_values = {
        "id": "7", "int": 1, "float": 1.5, "boolean": True, "string": "s", "date": "2024-02-29", "time": "12:00Z",
        "at": "2024-02-29T12:00Z", "timestamp": 5, "email": "a@b.c", "json": '{"a": 1}', "url": "https://x/y",
        "phone": "+12025550123", "ip": "::1", "kind": "DOG",
    }  # fmt: skip
    types = {
        "id": "ID", "int": "Int", "float": "Float", "boolean": "Boolean", "string": "String", "date": "AWSDate",
        "time": "AWSTime", "at": "AWSDateTime", "timestamp": "AWSTimestamp", "email": "AWSEmail", "json": "AWSJSON",
        "url": "AWSURL", "phone": "AWSPhone", "ip": "AWSIPAddress", "kind": "Kind",
    }  # fmt: skip
    declared = ", ".join(f"${name}: {type_}" for name, type_ in types.items())
    passed = ", ".join(f"{name}: ${name}" for name in types)
    there = world({"Query.echo": lambda event: event["arguments"]})
    data = asyncio.run(there.data(f"query({declared}) {{ echo({passed}) {{ {' '.join(types)} }} }}", given_values))
    assert data["echo"] == {**given_values, "json": '{"a":1}'}
    assert there.functions.calls[0][1]["arguments"] == {**given_values, "json": {"a": 1}}


OFFSETS = st.integers(-18 * 60, 18 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.dates())
def test_every_day_is_an_aws_date(day: date) -> None:
    assert BY_NAME["AWSDate"].read(day.isoformat())


@given(st.times())
def test_every_time_is_an_aws_time(moment: time) -> None:
    assert BY_NAME["AWSTime"].read(moment.isoformat())


@given(st.datetimes(timezones=OFFSETS | st.just(UTC)))
def test_every_moment_with_an_offset_is_an_aws_date_time_and_none_without(moment: datetime) -> None:
    assert BY_NAME["AWSDateTime"].read(moment.isoformat())
    with pytest.raises(WrongValue):
        BY_NAME["AWSDateTime"].read(moment.replace(tzinfo=None).isoformat())


@given(st.text(max_size=30))
def test_no_text_breaks_a_check(text: str) -> None:
    for scalar in BY_NAME.values():
        for way in (scalar.read, scalar.write):
            with suppress(WrongValue):
                way(text)


@given(st.emails())
def test_every_email_is_an_aws_email(address: str) -> None:
    if len(address) <= 254:
        assert BY_NAME["AWSEmail"].read(address)


@given(st.ip_addresses())
def test_every_address_is_an_aws_ip_address(address: Any) -> None:
    if "%" not in str(address):
        assert BY_NAME["AWSIPAddress"].read(str(address))

"""An address is taken in any script as people write it, and compared by what it says."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.addresses import Address, Destination, address_of, plain_postal_code, plain_region

TOKYO = Address(
    name="\u7530\u4e2d",
    line1="\u5343\u4ee3\u7530 1-1",
    city="\u6771\u4eac",
    region="JP-13",
    postal_code="100-0001",
    country="JP",
)
PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20).filter(
    str.strip
)


@given(PRINTABLE, PRINTABLE, PRINTABLE, st.none() | PRINTABLE)
def test_an_address_in_any_script_is_taken_as_it_is(name: str, line1: str, city: str, region: str | None) -> None:
    found = address_of(Address(name=name, line1=line1, city=city, region=region, country=" de\n"))
    assert found == Address(
        name=name.strip(), line1=line1.strip(), city=city.strip(), region=region and region.strip(), country="DE"
    )
    assert isinstance(found, Address)
    assert address_of(found) == found


def test_blank_parts_are_absent() -> None:
    assert address_of(replace(TOKYO, company=" ", line2="", phone="\t")) == TOKYO


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"name": " "}, [("REQUIRED", "name")]),
        ({"country": ""}, [("REQUIRED", "country")]),
        ({"country": "JPN"}, [("INVALID", "country")]),
        ({"country": "\u0434\u0435"}, [("INVALID", "country")]),
        ({"city": "", "line1": "\n"}, [("REQUIRED", "line1"), ("REQUIRED", "city")]),
        ({"line2": "x" * 256}, [("INVALID", "line2")]),
        ({"postal_code": "1\r\n2"}, [("INVALID", "postalCode")]),
        ({"company": "a\x00b"}, [("INVALID", "company")]),
        ({"name": "\ud800"}, [("INVALID", "name")]),
    ],
)
def test_what_no_label_has_a_place_for_is_refused_at_its_place(
    parts: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    found = address_of(replace(TOKYO, **parts), "input", "shippingAddress")
    assert isinstance(found, tuple)
    assert [(one.code.value, one.field) for one in found] == [
        (code, ("input", "shippingAddress", name)) for code, name in expected
    ]


def test_where_in_the_world_an_address_is() -> None:
    assert TOKYO.destination == Destination(country="JP", region="JP-13", postal_code="100-0001")


@pytest.mark.parametrize(
    ("region", "country", "plain"), [("us-ca", "US", "CA"), (" CA ", "us", "CA"), ("CA", "CA", "CA"), (None, "US", "")]
)
def test_a_region_is_compared_without_its_country(region: str | None, country: str, plain: str) -> None:
    assert plain_region(region, country) == plain


@pytest.mark.parametrize(
    ("text", "plain"), [("sw1a 1aa", "SW1A1AA"), ("100\u22120001", "1000001"), ("  ", ""), (None, "")]
)
def test_a_postal_code_is_compared_without_its_gaps(text: str | None, plain: str) -> None:
    assert plain_postal_code(text) == plain

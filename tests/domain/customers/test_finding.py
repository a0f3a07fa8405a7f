"""By which words customers are found, and by which they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customers.finding import LONGEST_WORD, MOST_WORDS, folded, shown_at, terms_of, words_of
from tests.domain.customers.making import customer

JO = customer(name="Jörg-Uwe GROẞ Łukasz", email="Joe.Gross+Shop@Example.org", phone="+4915112345678")


def finds(text: str) -> bool:
    words = words_of(text)
    return bool(words) and shown_at(terms_of(JO), words) is not None


@pytest.mark.parametrize(
    "text",
    [
        "jörg", "JORG", "jo", "j", "Uwe", "groß", "GROSS", "gros", "lukasz", "jorg-uwe", "Uwe Jörg", "gro luk u",
        "joe", "joe.gross", "joe.gross+shop@example.org", "JOE.GROSS+S", "joe.gross+shop@Ex", "shop", "joe groß",
        "+4915112345678", "+49 151 123", "0049151", "0151/12", "(0151) 12-34", "+49151 uwe", "15112", "4915",
        "  jörg  ", "Jo\u0308rg", "\uff2a\uff4f\uff52\uff47",
    ],
)  # fmt: skip
def test_a_customer_is_found_by_the_beginnings_of_their_words(text: str) -> None:
    assert finds(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "örg",
        "x",
        "jorg x",
        "gross@",
        "joe@",
        "example.org",
        "@example.org",
        "5112",
        "+2",
        "00",
        "\ud800",
        "%",
        "(",
    ],
)
def test_and_by_nothing_else(text: str) -> None:
    assert not finds(text)


def test_names_of_other_scripts_are_found_by_theirs() -> None:
    for name, text in (("王伟", "王"), ("김민준", "기"), ("Ольга", "оль"), ("नरेन्द्र", "नरे"), ("ΟΔΥΣΣΕΥΣ", "οδυσσευς")):
        assert shown_at(terms_of(customer(name=name)), words_of(text)), name


@given(st.text(max_size=40), st.integers(1, 40))
def test_every_beginning_of_every_word_finds(name: str, length: int) -> None:
    known = customer(name=name)
    for word in terms_of(known):
        assert shown_at(terms_of(known), words_of(word[:length])) or word[:length].startswith("0")


@given(st.text(max_size=300))
def test_any_text_may_be_looked_for(text: str) -> None:
    for word in words_of(text):
        word.encode()
        assert word
        assert "\t" not in word


@given(st.text(max_size=60))
def test_what_was_folded_stays_as_it_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_terms_are_so_few_and_short_that_they_can_be_written() -> None:
    long = customer(name=" ".join(f"{number}{'ﷺ' * 20}" for number in range(1, 60)), email="a.b.c@example.org")
    terms = terms_of(long)
    assert len(terms) <= MOST_WORDS + 3
    assert all(len(term) <= LONGEST_WORD for term in terms if "@" not in term)


@pytest.mark.parametrize(
    ("phone", "national"), [("+14155552671", "4155552671"), ("+4930123456", "30123456"), ("+35312345678", "12345678")]
)
def test_a_number_is_found_as_it_is_dialled_within_its_country(phone: str, national: str) -> None:
    known = customer(phone=phone)
    assert shown_at(terms_of(known), words_of("0" + national[:6]))
    assert shown_at(terms_of(known), words_of(phone[:6]))

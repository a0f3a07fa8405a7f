"""What may be remembered of a guest has a form."""

import pytest

from domain.money import CurrencyCode
from domain.sessions import GuestContext, filled, is_country, is_locale


@pytest.mark.parametrize("text", ["de", "pt-BR", "zh-Hant-TW", "en-u-ca-gregory", "gsw"])
def test_a_language_tag_is_a_locale(text: str) -> None:
    assert is_locale(text)


@pytest.mark.parametrize(
    "text", ["", "d", "de_DE", "de-", "-de", "de DE", "de\n", "d\u00e9", "12", "de-" + "x" * 9, "de" + "-abcdefgh" * 4]
)
def test_other_texts_are_no_locale(text: str) -> None:
    assert not is_locale(text)


@pytest.mark.parametrize(
    ("text", "is_one"), [("DE", True), ("de", False), ("DEU", False), ("D", False), ("DE\n", False), ("", False)]
)
def test_a_country_is_two_capital_letters(text: str, is_one: bool) -> None:
    assert is_country(text) is is_one


def test_what_is_known_stands_only_where_a_context_says_nothing() -> None:
    known = GuestContext(locale="de", currency=CurrencyCode.EUR, country="DE")
    assert filled(GuestContext(), known) == known
    assert filled(known, GuestContext()) == known
    assert filled(GuestContext(country="AT"), known) == GuestContext(
        locale="de", currency=CurrencyCode.EUR, country="AT"
    )

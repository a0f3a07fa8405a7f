"""Texts are taken in every script, cleaned of outer space, and refused with the place they stand at."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.texts import LONGEST_LOCALE, LONGEST_SLUG, SLUG, Findings, slugged
from domain.errors import ErrorCode, InputError
from tests.domain.catalog.strategies import SLUGS, texts

SCRIPTS = [
    "Jacke", "\u30b8\u30e3\u30b1\u30c3\u30c8", "\u5916\u5957", "\u0633\u062a\u0631\u0629", "\u05d6'\u05e7\u05d8",
    "\u041a\u0443\u0440\u0442\u043a\u0430", "\u091c\u0948\u0915\u0947\u091f", "\U0001f9e5", "e\u0301te\u0301",
    "a\tb\r\nc",
]  # fmt: skip


def codes(found: Findings) -> list[ErrorCode]:
    return [error.code for error in found.errors]


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_is_taken_as_it_is(text: str) -> None:
    found = Findings()
    assert found.required(text, 255, "name") == text
    assert found.errors == []


@given(texts())
def test_outer_space_is_dropped_and_a_clean_text_stays(text: str) -> None:
    found = Findings()
    clean = found.text(f" {text}\n", 100, "name")
    assert clean == text.strip()
    assert found.text(clean, 100, "name") == clean
    assert found.errors == []


@pytest.mark.parametrize("blank", [None, "", " ", "\t\n\r", "\u3000\u2003"])
def test_a_blank_text_is_none_and_refused_where_it_is_required(blank: str | None) -> None:
    found = Findings()
    assert found.text(blank, 10, "vendor") is None
    assert found.errors == []
    assert found.required(blank, 10, "name") == ""
    assert found.errors == [InputError(code=ErrorCode.REQUIRED, message="must not be blank", field=("input", "name"))]


@pytest.mark.parametrize("letter", [0x00, 0x07, 0x1B, 0x7F, 0x80, 0x9F, 0xD800, 0xDFFF], ids=hex)
def test_what_is_no_text_is_refused(letter: int) -> None:
    found = Findings()
    found.text(f"a{letter:c}b", 10, "variants", 3, "sku")
    assert codes(found) == [ErrorCode.INVALID]
    assert found.errors[0].field == ("input", "variants", "3", "sku")


@given(st.text(), st.integers(0, 5))
def test_a_text_is_refused_or_can_be_stored(text: str, longest: int) -> None:
    found = Findings()
    clean = found.text(text, longest, "name")
    if not found.errors:
        assert len(clean or "") <= longest
        (clean or "").encode()
        odd = {letter for letter in clean or "" if unicodedata.category(letter) == "Cc"}
        assert odd <= set("\t\r\n")


def test_a_text_may_have_its_longest_length_and_no_more() -> None:
    found = Findings()
    found.text("\U0001f9e5" * 255, 255, "name")
    assert found.errors == []
    found.text("x" * 1_000_000, 60_000, "description")
    assert [error.message for error in found.errors] == ["at most 60,000 characters, not 1,000,000"]


@given(SLUGS)
def test_a_slug_is_taken_as_it_is(slug: str) -> None:
    found = Findings()
    assert found.slug(slug, "slug") == slug
    assert found.errors == []


@pytest.mark.parametrize(
    "slug",
    ["", " ", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "a.b", "a/b", "\u00e9t\u00e9", "\uff41", "\u0661", "a\n",
     "a\x00",
     "x" * (LONGEST_SLUG + 1), "x" * 1_000_000],
    ids=lambda slug: ascii(slug[:10]),
)  # fmt: skip
def test_what_is_no_slug_is_refused_in_one_short_sentence(slug: str) -> None:
    found = Findings()
    found.slug(slug, "slug")
    assert codes(found) == [ErrorCode.INVALID]
    assert len(found.errors[0].message) < 150


@pytest.mark.parametrize("locale", ["fr", "pt-BR", "zh-Hant-TW", "gsw", "es-419", "sl-rozaj-biske"])
def test_a_language_tag_is_taken_as_it_is(locale: str) -> None:
    found = Findings()
    assert found.locale(locale, "locale") == locale
    assert found.errors == []


@pytest.mark.parametrize(
    "locale",
    ["", "f", "FR", "french", "fr_FR", "fr-", "fr-F", "-fr", "fr-\u0661\u0662", "fr\n", "fr-abcdefghi",
     "fr" + "-abcdefgh" * (LONGEST_LOCALE // 9 + 1), "fr" + "-abcdefgh" * 100_000],
    ids=lambda locale: ascii(locale[:20]),
)  # fmt: skip
def test_what_is_no_language_tag_is_refused_in_one_short_sentence(locale: str) -> None:
    found = Findings()
    found.locale(locale, "translations", 0, "locale")
    assert codes(found) == [ErrorCode.INVALID]
    assert len(found.errors[0].message) < 150


def test_a_list_may_have_its_most_entries_and_no_more() -> None:
    found = Findings()
    found.most(range(5), 5, "tags")
    assert found.errors == []
    found.most(range(6), 5, "tags")
    assert found.errors == [InputError(code=ErrorCode.INVALID, message="at most 5, not 6", field=("input", "tags"))]


@given(st.text())
def test_a_slug_made_from_a_text_is_a_slug_or_empty(text: str) -> None:
    made = slugged(text)
    assert made == "" or SLUG.fullmatch(made)
    assert len(made) <= LONGEST_SLUG
    assert slugged(made) == made


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Sl\u00e9eve length", "sleeve-length"),
        (" 100 % Wool! ", "100-wool"),
        ("\ufb01t", "fit"),
        ("\u5916\u5957", ""),
        ("\u3392" * LONGEST_SLUG, ("mhz" * LONGEST_SLUG)[:LONGEST_SLUG]),
        ("x" * (LONGEST_SLUG - 1) + " y", "x" * (LONGEST_SLUG - 1)),
    ],
)
def test_a_slug_is_made_of_letters_without_their_accents(text: str, slug: str) -> None:
    assert slugged(text) == slug

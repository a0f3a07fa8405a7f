"""An id names its noun, and a variant's id leads to its product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import PREFIXES, ProductId, VariantId, noun_of, product_of_variant, variant_id

KEYS = st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=26, max_size=26)
ORDINALS = st.integers(1, 10**8 - 1)
KEY = "0123456789abcdefghijklmnop"


@given(st.sampled_from(sorted(set(PREFIXES) - {"var"})), KEYS)
def test_an_id_names_its_noun(prefix: str, key: str) -> None:
    assert noun_of(f"{prefix}_{key}") == PREFIXES[prefix]


@given(KEYS, ORDINALS)
def test_a_variants_id_leads_to_its_product(key: str, ordinal: int) -> None:
    product = ProductId(f"prod_{key}")
    variant = variant_id(product, ordinal)
    assert product_of_variant(variant) == product
    assert noun_of(variant) == "ProductVariant"


@given(KEYS, ORDINALS, ORDINALS)
def test_ordinals_tell_the_variants_of_a_product_apart(key: str, one: int, other: int) -> None:
    product = ProductId(f"prod_{key}")
    assert (variant_id(product, one) == variant_id(product, other)) is (one == other)


@pytest.mark.parametrize(
    "text",
    [
        "", "prod", "prod_", KEY, f"prod_{KEY[:-1]}", f"prod_{KEY}x", f"prod_{KEY}\n", f"PROD_{KEY}",
        f"prod_{KEY.upper()}", f"order_{KEY}", f"prod-{KEY}", f" prod_{KEY}", f"prod_{KEY[:-1]}\u0661",
        f"prod_{KEY}-1", f"cat_{KEY}-1", f"var_{KEY}", f"var_{KEY}-", f"var_{KEY}-123456789",
        f"var_{KEY}-1-1", "x" * 1_000_000,
    ],
)  # fmt: skip
def test_what_is_no_id_of_ours_names_nothing(text: str) -> None:
    assert noun_of(text) is None
    assert product_of_variant(VariantId(text)) is None


@pytest.mark.parametrize("prefix", sorted(set(PREFIXES) - {"var"}))
def test_only_a_variants_id_leads_to_a_product(prefix: str) -> None:
    assert product_of_variant(VariantId(f"{prefix}_{KEY}")) is None


@given(st.text())
def test_any_text_is_an_id_or_none(text: str) -> None:
    assert noun_of(text) in {None, *PREFIXES.values()}


def test_no_two_nouns_share_a_prefix_or_a_type() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)

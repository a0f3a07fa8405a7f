"""A draft is compared by content, so that a repeated request is known again."""

from copy import deepcopy
from dataclasses import fields

from hypothesis import given

from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.catalog.products import Product, Variant
from tests.domain.catalog.strategies import HALF, product_drafts


@HALF
@given(product_drafts(), product_drafts())
def test_equal_drafts_read_the_same_and_different_ones_do_not(one: ProductDraft, other: ProductDraft) -> None:
    """An idempotency key's fingerprint is made of a draft's text."""
    assert repr(one) == repr(deepcopy(one))
    assert (repr(one) == repr(other)) is (one == other)


def test_all_content_of_a_product_can_be_drafted() -> None:
    derived = {"id", "version", "options", "variants_ever", "created_at", "updated_at"}
    assert {field.name for field in fields(ProductDraft)} == {field.name for field in fields(Product)} - derived


def test_all_content_of_a_variant_can_be_drafted() -> None:
    drafted = {field.name for field in fields(VariantDraft)} - {"media_urls", "digital_media_ids"}
    assert drafted == {field.name for field in fields(Variant)} - {"goods"}

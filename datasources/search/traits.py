"""Which products have which facet values, and how facets are counted."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct, field

from datasources.search.entries import Trait, comparable
from domain.catalog.listing import MOST_FACET_VALUES, Facet, FacetValue

CATEGORY: Final = "category"
_FIRST: Final = ("vendor", "type", "tag", CATEGORY)
"""Facets every product can have come first, in this order; options and attributes follow by name."""


class _Kind(Struct):
    """One facet: how its name is written, each way for how many traits; and its values' labels by trait."""

    names: Counter[str] = field(default_factory=Counter)
    values: dict[str, dict[str, str]] = field(default_factory=dict)


class TraitIndex:
    """Facets and their values, each trait with the set of products that have it (see ``bitmaps``)."""

    def __init__(self) -> None:
        self._kinds: dict[str, _Kind] = {}
        self._holders: dict[str, int] = {}

    def change(self, ordinal: int, old: str, new: str) -> None:
        """Let the product have the traits of ``new`` instead of those of ``old``, both in lines."""
        if old == new:
            return
        had, has, bit = set(old.splitlines()), set(new.splitlines()), 1 << ordinal
        for text in had - has:
            self._holders[text] ^= bit
            if not self._holders[text]:
                self._forget(text)
        for text in has - had:
            if text not in self._holders:
                self._enter(text)
            self._holders[text] |= bit

    def _enter(self, text: str) -> None:
        trait = Trait.parse(text)
        self._holders[text] = 0
        kind = self._kinds.setdefault(trait.slug, _Kind())
        kind.names[trait.name] += 1
        kind.values.setdefault(trait.value, {})[text] = trait.label

    def _forget(self, text: str) -> None:
        trait = Trait.parse(text)
        del self._holders[text]
        kind = self._kinds[trait.slug]
        kind.names[trait.name] -= 1
        del kind.values[trait.value][text]
        if not kind.values[trait.value]:
            del kind.values[trait.value]
        if not kind.values:
            del self._kinds[trait.slug]

    def _having(self, traits: Iterable[str]) -> int:
        mask = 0
        for text in traits:
            mask |= self._holders[text]
        return mask

    def having(self, slug: str, values: Iterable[str]) -> int:
        """The products that have at least one of ``values``; nobody has what is not known."""
        known = self._kinds[slug].values if slug in self._kinds else {}
        mask = 0
        for text in values:
            mask |= self._having(known.get(text if slug == CATEGORY else comparable(text), ()))
        return mask

    def categories(self) -> dict[str, int]:
        """Every category that products are directly in, with those products."""
        kind = self._kinds.get(CATEGORY)
        return {value: self._having(traits) for value, traits in kind.values.items()} if kind else {}

    def facets(
        self, base: Callable[[str], int], categories: Mapping[str, tuple[str, int]] | None = None
    ) -> tuple[Facet, ...]:
        """Count every facet among ``base(slug)``, the products that the other facets' filters admit.

        ``categories`` replaces what is known of categories by others' labels and products.
        """
        found = (self._facet(slug, kind, base(slug), categories) for slug, kind in self._kinds.items())
        return tuple(sorted((facet for facet in found if facet.values), key=_place))

    def _facet(self, slug: str, kind: _Kind, base: int, categories: Mapping[str, tuple[str, int]] | None) -> Facet:
        if slug == CATEGORY and categories is not None:
            return Facet(slug=slug, name="Category", values=_values(categories, base))
        known = {value: (self._label(traits), self._having(traits)) for value, traits in kind.values.items()}
        name = slug.capitalize() if slug in _FIRST else _usual(kind.names)
        return Facet(slug=slug, name=name, values=_values(known, base))

    def _label(self, traits: Mapping[str, str]) -> str:
        if len(traits) == 1:
            return next(iter(traits.values()))
        written = Counter[str]()
        for text, label in traits.items():
            written[label] += self._holders[text].bit_count()
        return _usual(written)


def _values(known: Mapping[str, tuple[str, int]], base: int) -> tuple[FacetValue, ...]:
    counted = ((-count, label, value) for value, (label, mask) in known.items() if (count := (mask & base).bit_count()))
    most = heapq.nsmallest(MOST_FACET_VALUES, counted)
    return tuple(FacetValue(value=value, label=label, count=-count) for count, label, value in most)


def _place(facet: Facet) -> tuple[int, str, str]:
    return (_FIRST.index(facet.slug) if facet.slug in _FIRST else len(_FIRST), facet.name, facet.slug)


def _usual(written: Mapping[str, int]) -> str:
    """The most frequent spelling; of equally frequent ones the first in the alphabet."""
    return min(written, key=lambda text: (-written[text], text))

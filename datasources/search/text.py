"""Which products answer a query's words, and how well: where a word stands and how exactly it was typed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from datasources.search.bitmaps import bitmap
from datasources.search.entries import Entry
from datasources.search.postings import Postings

SHORTEST_FORGIVEN: Final = 5
"""Letters from which on a word may hold one typing error: shorter ones have too many neighbours that mean others."""

# A word earns the points of the best place it is found in. An error costs more than all places together can earn, and
# the exact name is worth more than any sum over ten words.
NAME_WHOLE, NAME_START, LABEL_WHOLE, LABEL_START, BODY_WHOLE, BODY_START = 106, 105, 104, 103, 102, 101
ERROR: Final = 0
EXACT_NAME: Final = 10_000

type Ranking = tuple[tuple[int, int], ...]
"""Scores, best first, each with the set of products that have it (see ``bitmaps``)."""


class TextIndex:
    """Words of names, of labels (vendor, type, tags, SKUs) and of descriptions, and whole names."""

    def __init__(self) -> None:
        self._titles, self._names, self._labels, self._bodies = Postings(), Postings(), Postings(), Postings()

    def change(self, ordinal: int, old: Entry | None, new: Entry | None) -> None:
        self._titles.replace(ordinal, _lines(old), _lines(new))
        self._names.change(ordinal, old.name if old else "", new.name if new else "")
        self._labels.change(ordinal, old.labels if old else "", new.labels if new else "")
        self._bodies.change(ordinal, old.body if old else "", new.body if new else "")

    def ranking(self, words: Sequence[str], everything: int) -> Ranking:
        """The products that answer all ``words``, by score; the last word may still be being typed."""
        scores = {0: everything}
        for word in dict.fromkeys(words):
            scores = _combined(scores, self._places(word, typing=word == words[-1]))
        exact = bitmap(self._titles.whole(" ".join(words)))
        ranked = [(score + EXACT_NAME, mask & exact) for score, mask in scores.items()]
        ranked += [(score, mask & ~exact) for score, mask in scores.items()]
        return tuple(sorted(((score, mask) for score, mask in ranked if mask), reverse=True))

    def _places(self, word: str, *, typing: bool) -> list[tuple[int, int]]:
        """Points and who earns them, best first; a product counts where it appears first."""
        places = [
            (NAME_WHOLE, bitmap(self._names.whole(word))),
            (NAME_START, bitmap(self._names.starting(word))),
            (LABEL_WHOLE, bitmap(self._labels.whole(word))),
            (LABEL_START, bitmap(self._labels.starting(word))),
            (BODY_WHOLE, bitmap(self._bodies.whole(word))),
            (BODY_START, bitmap(self._bodies.starting(word))),
        ]
        if len(word) >= SHORTEST_FORGIVEN and word.isalpha():
            near = [field.near(word, as_prefix=typing) for field in (self._names, self._labels, self._bodies)]
            places.append((ERROR, bitmap(set().union(*near))))
        return places


def _lines(known: Entry | None) -> set[str]:
    return set(known.titles.split("\n")) if known else set()


def _combined(scores: dict[int, int], places: list[tuple[int, int]]) -> dict[int, int]:
    """Scores after one more word; products that do not have it anywhere drop out."""
    found: dict[int, int] = defaultdict(int)
    for score, left in scores.items():
        for points, mask in places:
            found[score + points] |= left & mask
            left &= ~mask  # noqa: PLW2901  # what is left for the next place is the point of the loop
    return {score: mask for score, mask in found.items() if mask}

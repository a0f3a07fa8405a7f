"""Which products hold which word, found by the whole word, by its beginning, or past one typing error."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Collection, Iterator
from typing import Final

_AFTER_ALL_LETTERS: Final = "\U0010ffff"


class Postings:
    """The words of one field of all products; products are ordinals, small integers that the index hands out."""

    def __init__(self) -> None:
        # Ordinals ascend, so that one leaves a frequent word's holders without a walk through all of them.
        self._holders: dict[str, array[int]] = {}
        self._sorted: list[str] | None = None

    def change(self, ordinal: int, old: str, new: str) -> None:
        """Let the product hold the words of ``new`` instead of those of ``old``, both parted by spaces."""
        if old != new:
            self.replace(ordinal, set(old.split()), set(new.split()))

    def replace(self, ordinal: int, had: set[str], has: set[str]) -> None:
        for word in had - has:
            self._remove(word, ordinal)
        for word in has - had:
            holders = self._holders.get(word)
            if holders is None:
                self._enter(word, ordinal)
            elif ordinal > holders[-1]:
                holders.append(ordinal)
            else:
                insort(holders, ordinal)

    def _enter(self, word: str, ordinal: int) -> None:
        self._holders[word] = array("I", (ordinal,))
        if self._sorted is not None:
            insort(self._sorted, word)

    def _remove(self, word: str, ordinal: int) -> None:
        holders = self._holders[word]
        del holders[bisect_left(holders, ordinal)]
        if not holders:
            del self._holders[word]
            if self._sorted is not None:
                del self._sorted[bisect_left(self._sorted, word)]

    @property
    def _vocabulary(self) -> list[str]:
        # Sorted at the first question, so that filling an index sorts once.
        if self._sorted is None:
            self._sorted = sorted(self._holders)
        return self._sorted

    def whole(self, word: str) -> Collection[int]:
        """Holders of exactly this word."""
        return self._holders.get(word, ())

    def starting(self, prefix: str) -> set[int]:
        """Holders of any word that starts so, the whole word included."""
        vocabulary = self._vocabulary
        first, beyond = bisect_left(vocabulary, prefix), bisect_left(vocabulary, prefix + _AFTER_ALL_LETTERS)
        return set[int]().union(*map(self._holders.__getitem__, vocabulary[first:beyond]))

    def near(self, word: str, *, as_prefix: bool) -> set[int]:
        """Holders of a word one error away: a letter inserted, left out, replaced, or swapped with its neighbour.

        ``as_prefix``: the error may be in what is only the beginning of the holder's word.
        """
        found = set[int]()
        for guess in set(self._guesses(word)):
            found.update(self.starting(guess) if as_prefix else self.whole(guess))
        return found

    def _guesses(self, word: str) -> Iterator[str]:
        """What may have been meant. Only letters that some known word has at that point are tried, in any script."""
        for at in range(len(word) + 1):
            head, tail = word[:at], word[at:]
            letters = list(self._letters_after(head))
            if not letters and head not in self._holders:
                return  # nothing known starts like this, so an error further on cannot explain it
            for letter in letters:
                yield head + letter + tail
                yield head + letter + tail[1:]
            yield head + tail[1:]
            yield head + tail[1:2] + tail[:1] + tail[2:]

    def _letters_after(self, head: str) -> Iterator[str]:
        """The letters that follow ``head`` in known words: one search in the sorted vocabulary each."""
        vocabulary, at = self._vocabulary, len(head)
        position = bisect_left(vocabulary, head)
        while position < len(vocabulary) and vocabulary[position].startswith(head):
            letter = vocabulary[position][at : at + 1]
            if letter:
                yield letter
                position = bisect_left(vocabulary, head + chr(ord(letter) + 1), position)
            else:
                position += 1

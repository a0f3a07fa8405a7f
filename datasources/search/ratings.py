"""Which products are rated so well."""

from collections import defaultdict

from datasources.search.entries import Entry


class RatingIndex:
    """For each mean of stars, the products that have it (see ``bitmaps``): some hundreds, as few give many stars."""

    def __init__(self) -> None:
        self._holders: dict[int, int] = defaultdict(int)

    def change(self, ordinal: int, old: Entry | None, new: Entry | None) -> None:
        had, has = (None if one is None else one.rating for one in (old, new))
        if had == has:
            return
        if had is not None:
            self._holders[had] ^= 1 << ordinal
            if not self._holders[had]:
                del self._holders[had]
        if has is not None:
            self._holders[has] |= 1 << ordinal

    def at_least(self, rating: int) -> int:
        """The products with this mean, in millionths, or a better one."""
        mask = 0
        for mean, holders in self._holders.items():
            if mean >= rating:
                mask |= holders
        return mask

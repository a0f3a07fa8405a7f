"""Lists of customers: all, newest first, and those that a search finds. A page costs the same among any number."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo import customer_items as items
from datasources.dynamo.customers import CustomerTable
from datasources.dynamo.paging import WRONG_PLACE, moment_of
from domain.customers.customers import Customer
from domain.customers.emails import plain_email
from domain.customers.finding import shown_at, words_of
from domain.customers.storing import Found
from domain.ids import CustomerId
from domain.pages import BadPage, Page, Window

FIRST_YEAR: Final = 2026
"""There were no customers before."""
MOST_PLACES: Final = 2000
"""A search looks at so many places that begin with its longest word, some 500 KB: who is not among them is found by a
longer word, or another."""


class CustomerLists:
    """Reads of a customers table; ``clock`` is the time of day, in seconds since 1970."""

    def __init__(self, customers: CustomerTable, *, clock: Callable[[], float] = time.time) -> None:
        self._customers = customers
        self._clock = clock

    def all(self, window: Window) -> Page[Customer]:
        """One page of all customers, newest first, by two requests; one more for each year that does not fill it.

        Raises BadPage for a place that is none of ours.
        """
        place, found = moment_of(window), list[str]()
        for year in self._years(place, window):
            found += self._listed(year, place, window.size + 1 - len(found), ascending=window.backward)
            if len(found) > window.size:
                break
        shown = found[: window.size]
        return self._paged(shown[::-1] if window.backward else shown, items.listed_at, window, len(found))

    def search(self, text: str, window: Window) -> Found:
        """One page of the customers that all words of ``text`` find, in the order of the term that it finds them by.

        Two requests, whatever is looked for; one when nobody is found. Raises BadPage for a place that is none of ours.
        """
        match window.place:
            case None:
                place = ""
            case (str(place),):
                pass
            case _:
                raise BadPage(WRONG_PLACE)
        words = words_of(text)
        if not words:
            return Found(page=self._paged([], items.listed_at, window, 0), complete=True)
        answer = self._customers.table.query(
            items.term_pk(words[0]), Path("sk").startswith(words[0]), limit=MOST_PLACES
        )
        rows = ((item["sk"]["S"], items.terms_in(item)) for item in answer.items)
        every = [at for at, terms in rows if shown_at(terms, words) == items.found_at(at)[0]]
        if window.backward:
            left = [at for at in every if not place or at < place]
            shown = left[-window.size :]
        else:
            left = [at for at in every if at > place]
            shown = left[: window.size]
        page = self._paged(shown, lambda at: items.found_at(at)[1], window, len(left))
        return Found(page=page, complete=answer.rest is None)

    def of_email(self, email: str) -> tuple[Customer, ...]:
        """Who has this very e-mail, whatever its case: one customer as a rule, by two requests."""
        plain = plain_email(email)
        words = words_of(plain)
        if len(words) != 1 or "@" not in words[0]:
            return ()
        at = Path("sk").startswith(words[0] + items.SEPARATOR)
        answer = self._customers.table.query(items.term_pk(words[0]), at, limit=MOST_PLACES)
        ids = [items.found_at(item["sk"]["S"])[1] for item in answer.items]
        found = self._customers.many(ids).values() if ids else ()
        return tuple(one for one in found if plain_email(one.email) == plain)

    def _listed(self, year: int, place: str | None, most: int, *, ascending: bool) -> list[str]:
        beyond: Condition | None = None
        if place is not None:
            beyond = Path("sk") > place if ascending else Path("sk") < place
        answer = self._customers.table.query(items.year_pk(year), beyond, ascending=ascending, limit=most)
        return [item["sk"]["S"] for item in answer.items]

    def _years(self, place: str | None, window: Window) -> Iterable[int]:
        """The years that the page can be of, in its order."""
        # A clock that is ahead by less than a day may have begun the next year.
        last = (datetime.fromtimestamp(self._clock(), UTC) + timedelta(days=1)).year
        at = None
        if place is not None:
            if not (place[:4].isdecimal() and place.isprintable()):
                raise BadPage(WRONG_PLACE)
            at = int(place[:4])
        if window.backward:
            return range(max(FIRST_YEAR, at or FIRST_YEAR), last + 1)
        return range(min(last, last if at is None else at), FIRST_YEAR - 1, -1)

    def _paged(
        self, shown: Sequence[str], id_at: Callable[[str], CustomerId], window: Window, there: int
    ) -> Page[Customer]:
        """A page of the customers at these places, in list order, of so many that are ``there`` in its direction."""
        known = self._customers.many(id_at(place) for place in shown) if shown else {}
        # Who was erased since the places were read is left out.
        kept = [(place, known[id_at(place)]) for place in shown if id_at(place) in known]
        more, behind = there > window.size, window.place is not None
        return Page(
            items=tuple(customer for _, customer in kept),
            places=tuple((place,) for place, _ in kept),
            has_next=behind if window.backward else more,
            has_previous=more if window.backward else behind,
        )

"""By which terms customers are found: words of their name, their e-mail and their telephone, as they are compared."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from domain.customers.customers import Customer
from domain.customers.emails import LONGEST_EMAIL, plain_email

MOST_WORDS: Final = 12
"""Of one customer, the first of name and e-mail: more than the names that most people have, and few enough to write."""
LONGEST_WORD: Final = 60
"""Characters of a word that are compared; each has at most four bytes, and a sort key takes 1,024 (DynamoDB quotas)."""
LONGEST_SEARCH: Final = 500

_ALIKE: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)
"""Letters that Unicode does not take apart, as who has no such key writes them."""
_DIALLED: Final = frozenset("0123456789+()/.- \u00a0\u2010\u2011\u2012\u2013")
_ONE: Final = frozenset("17")
_TWO: Final = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]", re.ASCII)
"""Calling codes of one and of two digits; all others have three (ITU-T E.164, list of assigned country codes)."""


def terms_of(customer: Customer) -> tuple[str, ...]:
    """What the customer is found by, each once: words, of which none has an "@", and the e-mail, which has one."""
    local = plain_email(customer.email).rpartition("@")[0]
    words = [*_words(customer.name or ""), *_words(local)]
    numbers = _numbers(customer.phone) if customer.phone else ()
    return tuple(dict.fromkeys([*list(dict.fromkeys(words))[:MOST_WORDS], *numbers, *_addresses([customer.email])]))


def words_of(search: str) -> tuple[str, ...]:
    """What must all begin a term of a customer's, the one to look by first: an e-mail, else the longest word.

    What looks like a telephone number is one word. Empty when there is nothing to look for.
    """
    text = search.strip()[:LONGEST_SEARCH]
    if text and _DIALLED.issuperset(text):
        return tuple(_words("".join(letter for letter in text if letter.isdecimal())))
    parts = text.split()
    emails = [*_addresses(part for part in parts if "@" in part)]
    words = (word for part in parts if "@" not in part for word in _words(part))
    return tuple(dict.fromkeys([*emails, *sorted(words, key=len, reverse=True)]))


def shown_at(terms: Iterable[str], words: tuple[str, ...]) -> str | None:
    """The one of a customer's terms by which a search for ``words`` shows them, so that each is shown once; or None."""
    known = [*terms]
    if not all(any(_begins(term, word) for term in known) for word in words):
        return None
    return min((term for term in known if _begins(term, words[0])), default=None)


def folded(text: str) -> str:
    """A text as it is compared: without case, accents and forms that only look different."""
    # Case folding can bring forth composed letters, so it stands between two decompositions.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_ALIKE)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _begins(term: str, word: str) -> bool:
    # An e-mail is looked for as one, so that a word finds nobody twice.
    return term.startswith(word) and ("@" in term) is ("@" in word)


def _words(text: str) -> Iterator[str]:
    """Runs of letters, marks and digits. Zeros in front are left out, as those are that are dialled before a number."""
    spaced = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in folded(text))
    for word in spaced.split():
        yield (word.lstrip("0") or "0")[:LONGEST_WORD]


def _addresses(emails: Iterable[str]) -> Iterator[str]:
    for email in emails:
        yield "".join(letter for letter in folded(email) if letter.isprintable())[:LONGEST_EMAIL]


def _numbers(phone: str) -> tuple[str, ...]:
    """A number as it is dialled from anywhere, and within its country: of both, the digits without zeros in front."""
    digits = phone.removeprefix("+")
    length = 1 if digits[:1] in _ONE else 2 if _TWO.match(digits) else 3
    return digits, digits[length:].lstrip("0")

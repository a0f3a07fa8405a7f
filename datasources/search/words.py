"""How text becomes searchable words: runs of letters and digits, without case, accents or markup."""

import re
import unicodedata
from html.parser import HTMLParser
from typing import Final, override

MOST_QUERY_WORDS: Final = 10
"""Words of a query beyond these are ignored: each costs a look-up of its own."""
LONGEST_WORD: Final = 100
"""Characters of a word that count, in queries and products alike."""
LONGEST_QUERY: Final = 2 * MOST_QUERY_WORDS * LONGEST_WORD
"""Characters of a query that are read: all its words at full length, and as much again between them."""

_WORD: Final = re.compile(r"[^\W_]+")
# The same for plain ASCII in one pass, three times as fast: most text is, and it is most of the work of indexing.
_ASCII: Final = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
# Letters that Unicode does not decompose, as people type them on a keyboard without them; an apostrophe joins
# ("men's" is found as "mens" and as "men").
_REPLACED: Final = str.maketrans(
    {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}
    | dict.fromkeys(("'", "\N{RIGHT SINGLE QUOTATION MARK}", "\N{MODIFIER LETTER APOSTROPHE}"), "")
)
_UNSEEN: Final = frozenset({"script", "style", "template"})


def fold(text: str) -> str:
    """The text without case and accents: what compares equal when a person would say it is the same word."""
    text = text.translate(_REPLACED)
    if text.isascii():
        return text.lower()
    # Case folding can bring forth composed letters, so it stands between two decompositions.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(_REPLACED)


def words(text: str) -> list[str]:
    """The folded words of a text in their order, each cut at LONGEST_WORD characters."""
    found = text.replace("'", "").translate(_ASCII).split() if text.isascii() else _WORD.findall(fold(text))
    return [word[:LONGEST_WORD] for word in found]


def query_words(search: str | None) -> list[str]:
    """The words of what a person typed: whatever else it holds means nothing, and its size is bounded."""
    return words((search or "")[:LONGEST_QUERY])[:MOST_QUERY_WORDS]


def slug(name: str) -> str:
    """A facet's slug: the name in lower case, words joined by dashes; letters keep their accents."""
    return "-".join(_WORD.findall(name.casefold())) or name.casefold()


class _Prose(HTMLParser):
    """Collects the text between tags, except what a browser does not show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN

    @override
    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))

    @override
    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)


def prose(html: str) -> str:
    """The text of a description that may be HTML, tags read as spaces."""
    if "<" not in html and "&" not in html:
        return html
    parser = _Prose()
    try:
        parser.feed(html)
        parser.close()
    except AssertionError:  # how html.parser says "<![something unknown"
        return html
    return " ".join(parser.found)
